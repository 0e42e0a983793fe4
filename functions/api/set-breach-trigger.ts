import { breachView } from '../../shared/breach/case-view.ts';
import { checkTrigger } from '../../shared/breach/checks.ts';
import { appendEntry } from '../shell/flows/breach-cases.ts';
import type { Handle } from '../shell/http.ts';

export const setBreachTrigger: Handle<'setBreachTrigger'> = async (call, gate) => {
  const breach = await appendEntry(gate, call, call.params.id, (before) =>
    checkTrigger(before, call.body, call.now),
  );
  return { status: 200, body: breachView(breach) };
};
