import { breachView } from '../../shared/breach/case-view.ts';
import { checkAwareness } from '../../shared/breach/checks.ts';
import { appendEntry } from '../shell/flows/breach-cases.ts';
import type { Handle } from '../shell/http.ts';

export const setBreachAwareness: Handle<'setBreachAwareness'> = async (call, gate) => {
  const breach = await appendEntry(gate, call, call.params.id, (before) =>
    checkAwareness(before, call.body, call.now),
  );
  return { status: 200, body: breachView(breach) };
};
