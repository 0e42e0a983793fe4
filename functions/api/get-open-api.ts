import { openApiDocument } from '../../shared/contract/openapi.ts';
import type { Handle } from '../shell/http.ts';

/** The contract does not change while a process lives; making the document takes a while. */
let document: ReturnType<typeof openApiDocument> | null = null;

export const getOpenApi: Handle<'getOpenApi'> = () => {
  document ??= openApiDocument();
  return Promise.resolve({ status: 200, body: document });
};
