import { breachView } from '../../shared/breach/case-view.ts';
import { checkNotification } from '../../shared/breach/checks.ts';
import { appendEntry } from '../shell/flows/breach-cases.ts';
import type { Handle } from '../shell/http.ts';

export const notifyBreach: Handle<'notifyBreach'> = async (call, gate) => {
  const breach = await appendEntry(gate, call, call.params.id, (before) =>
    checkNotification(before, call.body, call.now),
  );
  return { status: 200, body: breachView(breach) };
};
