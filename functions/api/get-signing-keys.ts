import type { Handle } from '../shell/http.ts';
import { readKeys } from '../shell/stores/seal-store.ts';

export const getSigningKeys: Handle<'getSigningKeys'> = async (_call, gate) => ({
  status: 200,
  body: await readKeys(gate),
});
