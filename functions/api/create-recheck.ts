import { recheckRecipients } from '../shell/campaigns/recheck-recipients.ts';
import type { Handle } from '../shell/http.ts';

export const createRecheck: Handle<'createRecheck'> = async (call, gate) => ({
  status: 200,
  body: { decisions: await recheckRecipients(gate, { ...call, id: call.params.id }) },
});
