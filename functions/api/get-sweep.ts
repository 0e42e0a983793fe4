import { sweepDetail } from '../shell/flows/sweep-retention.ts';
import type { Handle } from '../shell/http.ts';

export const getSweep: Handle<'getSweep'> = async (call, gate) => ({
  status: 200,
  body: await sweepDetail(gate, call.actor, { ...call.params, ...call.query }),
});
