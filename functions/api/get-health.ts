import { contractVersion } from '../../shared/contract/version.ts';
import type { Handle } from '../shell/http.ts';

export const getHealth: Handle<'getHealth'> = () =>
  Promise.resolve({ status: 200, body: { status: 'ok', version: contractVersion } });
