import { openApiDocument } from '../../shared/contract/openapi.ts';
import type { Handle } from '../shell/http.ts';

export const getOpenApi: Handle<'getOpenApi'> = () =>
  Promise.resolve({ status: 200, body: openApiDocument() });
