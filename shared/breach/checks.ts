import type {
  AssessmentSubmission,
  AwarenessSubmission,
  BreachChange,
  BreachSubmission,
  CommunicationSubmission,
  NotificationSubmission,
  TriggerSubmission,
} from '../contract/breach-cases.ts';
import type { ProblemError } from '../contract/problems.ts';
import { limits } from '../contract/limits.ts';
import { formatInstant, MINUTE_MS, parseInstant, type EpochMs } from '../kernel/instant.ts';
import { alertPlan } from './alert-plan.ts';
import type { BreachCase } from './breach-case.ts';
import type { BreachEntryType, NewEntry } from './breach-entry.ts';
import { caseSteps, endOf, type CaseStep } from './case-clock.ts';
import { openDuties, type Duty } from './duties.ts';
import { regimes } from './regimes.ts';
import { stateAfterEntry } from './workflow.ts';

/** What keeps an entry from being made: the state of the case, or a field of the request. */
export type Refusal =
  | {
      readonly kind: 'conflict';
      readonly detail: string;
      readonly duties: readonly Duty[];
      /** Ids of freezes that stand in the way. */
      readonly freezes: readonly string[];
    }
  | { readonly kind: 'invalid'; readonly detail: string; readonly errors: readonly ProblemError[] };

export type Checked<Entry> =
  { readonly ok: true; readonly entry: Entry } | { readonly ok: false; readonly refusal: Refusal };

export function conflict(
  detail: string,
  duties: readonly Duty[] = [],
  freezes: readonly string[] = [],
): Checked<never> {
  return { ok: false, refusal: { kind: 'conflict', detail, duties, freezes } };
}

function invalid(field: string, message: string): Checked<never> {
  const error = { pointer: `/${field}`, code: 'custom', message };
  return {
    ok: false,
    refusal: { kind: 'invalid', detail: `\`${field}\` ${message}`, errors: [error] },
  };
}

/** NaN where the text is no instant, which the schema has refused before. */
function instantOf(text: string): EpochMs {
  return parseInstant(text) ?? Number.NaN;
}

const ahead = limits.eventFutureMinutes * MINUTE_MS;

function isFuture(text: string, now: EpochMs): boolean {
  return !(instantOf(text) <= now + ahead);
}

/** The conflict of an entry with the state, in words of what has to happen first; null for none. */
export function stateConflict(breach: BreachCase, type: BreachEntryType): Checked<never> | null {
  if (stateAfterEntry(breach.state, type) !== null) return null;
  if (breach.state === 'CLOSED') return conflict('the case is closed: reopen it first');
  if (type === 'reopened') return conflict('the case is not closed');
  return conflict('nobody is aware yet: record the awareness first (Art. 33(1) GDPR)');
}

/** Instants of an opening; both may lie long ago. */
export function checkOpening(submission: BreachSubmission, now: EpochMs): Checked<null> {
  if (isFuture(submission.suspectedAt, now)) return invalid('suspectedAt', 'lies in the future');
  const { awareAt } = submission;
  if (awareAt != null && isFuture(awareAt, now)) return invalid('awareAt', 'lies in the future');
  return { ok: true, entry: null };
}

export function checkAwareness(
  breach: BreachCase,
  submission: AwarenessSubmission,
  now: EpochMs,
): Checked<NewEntry> {
  const refused = stateConflict(breach, 'awareness_set');
  if (refused !== null) return refused;
  if (isFuture(submission.awareAt, now)) return invalid('awareAt', 'lies in the future');
  const awareAt = instantOf(submission.awareAt);
  const first = breach.notifications[0]?.data.submittedAt;
  if (first !== undefined && awareAt > first) {
    return invalid('awareAt', 'lies after the first notification');
  }
  const { basis, reason = null } = submission;
  return { ok: true, entry: { type: 'awareness_set', data: { awareAt, basis, reason } } };
}

export function checkTrigger(
  breach: BreachCase,
  submission: TriggerSubmission,
  now: EpochMs,
): Checked<NewEntry> {
  const refused = stateConflict(breach, 'trigger_set');
  if (refused !== null) return refused;
  const { regime, trigger } = submission;
  if (!breach.opened.data.regimes.includes(regime)) return notOfCase();
  const starting = new Set(regimes[regime].steps.map((step) => step.trigger));
  if (!starting.has(trigger)) {
    return invalid('trigger', `starts nothing in ${regime}: ${[...starting].join(', ')} does`);
  }
  if (isFuture(submission.at, now)) return invalid('at', 'lies in the future');
  const at = instantOf(submission.at);
  return { ok: true, entry: { type: 'trigger_set', data: { regime, trigger, at } } };
}

function notOfCase(): Checked<never> {
  return invalid('regime', 'is not one of this case');
}

export function checkNotification(
  breach: BreachCase,
  submission: NotificationSubmission,
  now: EpochMs,
): Checked<NewEntry> {
  const refused = stateConflict(breach, 'notified');
  if (refused !== null) return refused;
  const { regime, phase, authority } = submission;
  if (!breach.opened.data.regimes.includes(regime)) return notOfCase();
  if (isFuture(submission.submittedAt, now)) return invalid('submittedAt', 'lies in the future');
  const submittedAt = instantOf(submission.submittedAt);
  if (submittedAt < (breach.awareness?.data.awareAt ?? Infinity)) {
    return invalid('submittedAt', 'lies before the awareness');
  }
  const steps = caseSteps(breach).filter((step) => step.regime === regime);
  const step = stepOf(steps, submission);
  if (step === null) {
    const known = steps.map((each) => each.step).join(', ');
    return invalid('step', known === '' ? 'has not begun' : `is none of: ${known}`);
  }
  const told = breach.notifications.some(
    ({ data }) => data.regime === regime && data.step === step.step,
  );
  const follows = phase === 'SUPPLEMENT' || phase === 'WITHDRAWAL';
  if (follows && !told) return conflict(`there is no notification (${regime}) to follow up`);
  const delayReason = submission.delayReason ?? null;
  if (!told && submittedAt > endOf(step) && delayReason === null) {
    const end = formatInstant(endOf(step));
    return invalid('delayReason', `is required: the deadline was ${end} (${step.citation})`);
  }
  const reference = submission.reference ?? null;
  const data = { regime, step: step.step, phase, authority, submittedAt, reference, delayReason };
  return { ok: true, entry: { type: 'notified', data } };
}

/** The named step; without a name the first that is open, else the last that was met. */
function stepOf(
  steps: readonly CaseStep[],
  { step }: Pick<NotificationSubmission, 'step'>,
): CaseStep | null {
  if (step != null) return steps.find((each) => each.step === step) ?? null;
  return steps.find(({ metAt }) => metAt === null) ?? steps.at(-1) ?? null;
}

export function checkCommunication(
  breach: BreachCase,
  submission: CommunicationSubmission,
  now: EpochMs,
): Checked<NewEntry> {
  if ('exception' in submission) {
    const refused = stateConflict(breach, 'exempted');
    if (refused !== null) return refused;
    const { exception, reasons } = submission;
    return { ok: true, entry: { type: 'exempted', data: { exception, reasons: listOf(reasons) } } };
  }
  const refused = stateConflict(breach, 'communicated');
  if (refused !== null) return refused;
  if (isFuture(submission.sentAt, now)) return invalid('sentAt', 'lies in the future');
  const sentAt = instantOf(submission.sentAt);
  if (sentAt < (breach.awareness?.data.awareAt ?? Infinity)) {
    return invalid('sentAt', 'lies before the awareness');
  }
  const { channel, text, recipients } = submission;
  return { ok: true, entry: { type: 'communicated', data: { sentAt, channel, text, recipients } } };
}

export function listOf(reasons: string | readonly string[] | null | undefined): string[] {
  if (reasons == null) return [];
  return typeof reasons === 'string' ? [reasons] : [...reasons];
}

/** Nothing may be open; a suspicion that came to nothing is closed with the reason. */
export function checkClosure(breach: BreachCase, reason: string | null): Checked<NewEntry> {
  const refused = stateConflict(breach, 'closed');
  if (refused !== null) return refused;
  const duties = openDuties(breach);
  if (duties.length > 0) {
    const names = duties.map(({ text, authority }) => `${text.en} (${authority})`).join('; ');
    return conflict(`the case has open duties: ${names}`, duties);
  }
  const freezes = [...breach.freezes.keys()];
  if (freezes.length > 0) {
    return conflict(`the case freezes campaigns: lift ${freezes.join(', ')} first`, [], freezes);
  }
  if (breach.awareness === null && reason === null) {
    return invalid('reason', 'is required: why the suspicion is no breach (Art. 33(5) GDPR)');
  }
  return { ok: true, entry: { type: 'closed', data: { reason } } };
}

export function checkReopening(breach: BreachCase, reason: string | null): Checked<NewEntry> {
  const refused = stateConflict(breach, 'reopened');
  return refused ?? { ok: true, entry: { type: 'reopened', data: { reason } } };
}

export function checkChange(breach: BreachCase, change: BreachChange): Checked<NewEntry> {
  const refused = stateConflict(breach, 'facts_changed');
  const { facts, reason = null } = change;
  return refused ?? { ok: true, entry: { type: 'facts_changed', data: { facts, reason } } };
}

export function checkAssessment(
  breach: BreachCase,
  submission: AssessmentSubmission,
): Checked<NewEntry> {
  const refused = stateConflict(breach, 'assessed');
  if (refused !== null) return refused;
  const { severity, riskDecision } = submission;
  const reasons = listOf(submission.reasons);
  return { ok: true, entry: { type: 'assessed', data: { severity, riskDecision, reasons } } };
}

/**
 * Null for an alert that the case does not have. One that is still to come warns of something that
 * nobody can have seen: who acknowledged it beforehand would end its escalation before it began.
 */
export function checkAcknowledgement(
  breach: BreachCase,
  alert: string,
  now: EpochMs,
): Checked<NewEntry> | null {
  const planned = alertPlan(breach).find(({ id }) => id === alert);
  const isDelivered = breach.delivered.has(alert);
  if (planned === undefined && !isDelivered) return null;
  if (!isDelivered && planned !== undefined && planned.due > now) {
    return conflict(`the alert is not due before ${formatInstant(planned.due)}`);
  }
  if (breach.acknowledged.has(alert)) return conflict('the alert was acknowledged before');
  const refused = stateConflict(breach, 'alert_acknowledged');
  return refused ?? { ok: true, entry: { type: 'alert_acknowledged', data: { alert } } };
}

/** Null for an alert that the case does not have. */
export function checkRepeat(breach: BreachCase, alert: string): Checked<NewEntry> | null {
  const planned = alertPlan(breach).find(({ id }) => id === alert);
  const delivered = breach.delivered.get(alert);
  if (planned === undefined && delivered === undefined) return null;
  const refused = stateConflict(breach, 'alert_repeated');
  if (refused !== null) return refused;
  if (delivered === undefined) {
    return conflict('the alert has not gone out yet: it will when it falls due');
  }
  const { regime, step } = delivered.data;
  const open = caseSteps(breach).some(({ metAt, cancelled, ...each }) => {
    return each.regime === regime && each.step === step && metAt === null && !cancelled;
  });
  if (!open) return conflict(`nothing is left to warn of: ${regime} (${step}) is done or gone`);
  return { ok: true, entry: { type: 'alert_repeated', data: { alert } } };
}

/** Null where a scope may be asked for. */
export function checkScope(
  breach: BreachCase,
  { from, latest }: { readonly from: EpochMs | null; readonly latest: EpochMs },
): Checked<never> | null {
  const refused = stateConflict(breach, 'scope_requested');
  if (refused !== null) return refused;
  return from !== null && from > latest ? invalid('from', 'lies in the future') : null;
}
