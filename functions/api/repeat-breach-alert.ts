import { breachClock } from '../../shared/breach/case-view.ts';
import { checkRepeat } from '../../shared/breach/checks.ts';
import { appendEntry } from '../shell/flows/breach-cases.ts';
import type { Handle } from '../shell/http.ts';
import { notFound } from '../shell/problem.ts';

/** The worker sends it: the row of the case under `due` has moved with the entry. */
export const repeatBreachAlert: Handle<'repeatBreachAlert'> = async (call, gate) => {
  const { id, alertId } = call.params;
  const breach = await appendEntry(gate, call, id, (before) => {
    const checked = checkRepeat(before, alertId);
    if (checked === null) throw notFound('alert of that id in this case');
    return checked;
  });
  return { status: 202, body: breachClock(breach, call.now) };
};
