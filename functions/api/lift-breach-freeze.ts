import { liftFreeze } from '../shell/flows/freeze-campaigns.ts';
import type { Handle } from '../shell/http.ts';

export const liftBreachFreeze: Handle<'liftBreachFreeze'> = async (call, gate) => {
  const { id: breachId, freezeId } = call.params;
  const reason = call.body?.reason ?? null;
  return { status: 200, body: await liftFreeze(gate, call, { breachId, freezeId, reason }) };
};
