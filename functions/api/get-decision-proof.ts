import { proveDecision } from '../shell/flows/prove-decision.ts';
import type { Handle } from '../shell/http.ts';

export const getDecisionProof: Handle<'getDecisionProof'> = async (call, gate) => ({
  status: 200,
  body: await proveDecision(gate, { ...call, id: call.params.id }),
});
