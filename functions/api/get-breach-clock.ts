import { breachClock } from '../../shared/breach/case-view.ts';
import { findBreach } from '../shell/flows/breach-cases.ts';
import type { Handle } from '../shell/http.ts';

export const getBreachClock: Handle<'getBreachClock'> = async (call, gate) => {
  const { breach } = await findBreach(gate, call.actor, call.params.id);
  return { status: 200, body: breachClock(breach, call.now) };
};
