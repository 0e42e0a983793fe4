import { checkRecipients } from '../shell/flows/check-recipients.ts';
import type { Handle } from '../shell/http.ts';

export const createCheck: Handle<'createCheck'> = async (call, gate) => ({
  status: 200,
  body: { decisions: await checkRecipients(gate, call) },
});
