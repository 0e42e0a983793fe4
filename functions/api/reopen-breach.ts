import { breachView } from '../../shared/breach/case-view.ts';
import { checkReopening } from '../../shared/breach/checks.ts';
import { appendEntry } from '../shell/flows/breach-cases.ts';
import type { Handle } from '../shell/http.ts';

export const reopenBreach: Handle<'reopenBreach'> = async (call, gate) => {
  const reason = call.body?.reason ?? null;
  const { id } = call.params;
  const breach = await appendEntry(gate, call, id, (before) => checkReopening(before, reason));
  return { status: 200, body: breachView(breach) };
};
