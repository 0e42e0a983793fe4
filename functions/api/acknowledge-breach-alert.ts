import { breachClock } from '../../shared/breach/case-view.ts';
import { checkAcknowledgement } from '../../shared/breach/checks.ts';
import { appendEntry } from '../shell/flows/breach-cases.ts';
import type { Handle } from '../shell/http.ts';
import { notFound } from '../shell/problem.ts';

export const acknowledgeBreachAlert: Handle<'acknowledgeBreachAlert'> = async (call, gate) => {
  const { id, alertId } = call.params;
  const breach = await appendEntry(gate, call, id, (before) => {
    const checked = checkAcknowledgement(before, alertId, call.now);
    if (checked === null) throw notFound('alert of that id in this case');
    return checked;
  });
  return { status: 200, body: breachClock(breach, call.now) };
};
