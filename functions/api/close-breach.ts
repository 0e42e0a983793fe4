import { breachView } from '../../shared/breach/case-view.ts';
import { checkClosure } from '../../shared/breach/checks.ts';
import { appendEntry } from '../shell/flows/breach-cases.ts';
import type { Handle } from '../shell/http.ts';

export const closeBreach: Handle<'closeBreach'> = async (call, gate) => {
  const reason = call.body?.reason ?? null;
  const { id } = call.params;
  const breach = await appendEntry(gate, call, id, (before) => checkClosure(before, reason));
  return { status: 200, body: breachView(breach) };
};
