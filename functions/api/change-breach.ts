import { breachView } from '../../shared/breach/case-view.ts';
import { checkChange } from '../../shared/breach/checks.ts';
import { appendEntry } from '../shell/flows/breach-cases.ts';
import type { Handle } from '../shell/http.ts';

export const changeBreach: Handle<'changeBreach'> = async (call, gate) => {
  const { id } = call.params;
  const breach = await appendEntry(gate, call, id, (before) => checkChange(before, call.body));
  return { status: 200, body: breachView(breach) };
};
