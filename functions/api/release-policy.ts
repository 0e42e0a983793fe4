import { releasePolicy as release } from '../shell/flows/draft-policy.ts';
import type { Handle } from '../shell/http.ts';

export const releasePolicy: Handle<'releasePolicy'> = async (call, gate) => ({
  status: 200,
  body: await release(gate, { ...call, revision: call.params.revision }),
});
