import { alertPlan } from '../../../shared/breach/alert-plan.ts';
import type { BreachCase } from '../../../shared/breach/breach-case.ts';
import { checkAcknowledgement } from '../../../shared/breach/checks.ts';
import { unreachable } from '../../../shared/kernel/assert.ts';
import type { EpochMs } from '../../../shared/kernel/instant.ts';
import type { Actor } from '../actor.ts';
import { appendEntry } from '../flows/breach-cases.ts';
import type { Gate } from '../gate.ts';
import type { Answer } from '../http.ts';
import { openAlertLink } from '../links.ts';
import { notFound, Problem } from '../problem.ts';
import { readBreach } from '../stores/breach-store.ts';
import { alertEndPage, askAlertPage } from './alert-page.ts';
import { languageOf, orFailurePage, pageAnswer, problemAnswer, type PageCall } from './page.ts';

interface AlertCall extends PageCall {
  readonly params: { readonly token: string };
  readonly now: EpochMs;
  readonly requestId: string;
}

/** Whoever has the link; who that is, nobody knows. */
const holder: Actor = Object.freeze({
  subject: 'link',
  scopes: new Set<never>(),
  controllers: '*',
});

type Standing = 'open' | 'done' | 'over' | 'strange';

/** The page, with a button while there is something to acknowledge; it changes nothing. */
export function showAlert(call: AlertCall, gate: Gate): Promise<Answer> {
  return orFailurePage(call, gate, async () => {
    const link = openAlertLink(gate.keys, call.params.token);
    const stored = link === null ? null : await readBreach(gate, link.breachId);
    if (link === null || stored === null) return answerOf(call, 'strange', null);
    return answerOf(call, standingOf(stored.breach, link.alertId), stored.breach);
  });
}

/** Acknowledges; the same again is answered with the same page. */
export function clickAlert(call: AlertCall, gate: Gate): Promise<Answer> {
  return orFailurePage(call, gate, async () => {
    const link = openAlertLink(gate.keys, call.params.token);
    const stored = link === null ? null : await readBreach(gate, link.breachId);
    if (link === null || stored === null) return answerOf(call, 'strange', null);
    const before = standingOf(stored.breach, link.alertId);
    if (before !== 'open') return answerOf(call, before, stored.breach);
    try {
      await appendEntry(gate, { ...call, actor: holder }, link.breachId, (breach) => {
        const checked = checkAcknowledgement(breach, link.alertId, call.now);
        if (checked === null) throw notFound('alert of that link');
        return checked;
      });
    } catch (error) {
      if (!(error instanceof Problem) || error.type !== 'state-conflict') throw error;
    }
    const after = await readBreach(gate, link.breachId);
    const standing = after === null ? 'strange' : standingOf(after.breach, link.alertId);
    return answerOf(call, standing, stored.breach);
  });
}

function standingOf(breach: BreachCase, alert: string): Standing {
  if (breach.acknowledged.has(alert)) return 'done';
  if (breach.state === 'CLOSED') return 'over';
  const known = breach.delivered.has(alert) || alertPlan(breach).some(({ id }) => id === alert);
  return known ? 'open' : 'strange';
}

function answerOf(call: PageCall, standing: Standing, breach: BreachCase | null): Answer {
  const language = languageOf(call);
  switch (standing) {
    case 'open':
      return pageAnswer(200, askAlertPage(language, breach?.opened.data.drill === true));
    case 'done':
      return pageAnswer(200, alertEndPage(language, 'done'));
    case 'over':
      return problemAnswer(call, 'gone', alertEndPage(language, 'over'));
    case 'strange':
      return problemAnswer(call, 'not-found', alertEndPage(language, 'strange'));
    default:
      return unreachable(standing);
  }
}
