import { draftPolicy as draft } from '../shell/flows/draft-policy.ts';
import type { Handle } from '../shell/http.ts';

export const draftPolicy: Handle<'draftPolicy'> = async (call, gate) => ({
  status: 201,
  body: await draft(gate, call),
});
