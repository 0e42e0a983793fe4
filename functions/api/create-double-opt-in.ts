import { requestDoubleOptIn } from '../shell/flows/request-double-opt-in.ts';
import type { Handle } from '../shell/http.ts';

export const createDoubleOptIn: Handle<'createDoubleOptIn'> = async (call, gate) => ({
  status: 201,
  body: await requestDoubleOptIn(gate, call),
});
