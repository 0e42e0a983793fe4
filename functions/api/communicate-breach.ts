import { breachView } from '../../shared/breach/case-view.ts';
import { checkCommunication } from '../../shared/breach/checks.ts';
import { appendEntry } from '../shell/flows/breach-cases.ts';
import type { Handle } from '../shell/http.ts';

export const communicateBreach: Handle<'communicateBreach'> = async (call, gate) => {
  const breach = await appendEntry(gate, call, call.params.id, (before) =>
    checkCommunication(before, call.body, call.now),
  );
  return { status: 200, body: breachView(breach) };
};
