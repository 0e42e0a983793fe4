import type { AlertKind } from '../contract/breach-cases.ts';
import type { RegimeName } from '../contract/breaches.ts';
import { sha256Hex } from '../kernel/hash.ts';
import { limits } from '../contract/limits.ts';
import { HOUR_MS, MINUTE_MS, type EpochMs } from '../kernel/instant.ts';
import type { BreachCase } from './breach-case.ts';
import { caseSteps, endOf, type CaseStep } from './case-clock.ts';

/** One obligation to warn somebody, due at an instant. */
export interface PlannedAlert {
  readonly id: string;
  readonly regime: RegimeName;
  readonly step: string;
  readonly kind: AlertKind;
  /** Of an escalation or a repetition: the alert that it is about. */
  readonly about: string | null;
  readonly due: EpochMs;
}

/** Those whose deadline is near enough, or past, that silence is escalated. */
export const escalating: ReadonlySet<AlertKind> = new Set<AlertKind>([
  ...(['T+48h', 'T+60h', 'T+66h', 'T+71h', 'overdue'] as const),
]);

/** Hours after awareness at which the 72 hours of the GDPR are watched (RULES F.1). */
const gdprHours = [0, 12, 24, 48, 60, 66, 71] as const;

const kindOfHour: Readonly<Record<(typeof gdprHours)[number], AlertKind>> = Object.freeze({
  0: 'T+0h',
  12: 'T+12h',
  24: 'T+24h',
  48: 'T+48h',
  60: 'T+60h',
  66: 'T+66h',
  71: 'T+71h',
});

/**
 * The alerts of a case, oldest first. The plan is made of the case alone, so a correction makes
 * another one, in which an alert has another name when it falls due at another time; what is in the
 * new plan and not in the old one is to be scheduled, and the other way round cancelled. Nobody is
 * warned of a step that was met or fell away, or in a case that is closed.
 */
export function alertPlan(breach: BreachCase): readonly PlannedAlert[] {
  if (breach.state === 'CLOSED') return [];
  const open = caseSteps(breach).filter(({ metAt, cancelled }) => metAt === null && !cancelled);
  return open
    .flatMap((step) => {
      const { timeScale } = breach.opened.data;
      const planned = momentsOf(step, timeScale).map((moment) => named(breach.id, step, moment));
      return [
        ...planned,
        ...escalationOf(breach, step, planned),
        ...undeliveredOf(breach, step),
        ...repeatsOf(breach, step),
      ];
    })
    .sort((a, b) => a.due - b.due);
}

type Moment = Pick<PlannedAlert, 'kind' | 'due'>;

function momentsOf(step: CaseStep, timeScale: number): readonly Moment[] {
  const hourMs = Math.ceil(HOUR_MS / timeScale);
  const overdue: Moment = { kind: 'overdue', due: endOf(step) + 1 };
  if (step.regime === 'GDPR' && isOf72Hours(step)) {
    const hours = gdprHours.map((hour) => ({
      kind: kindOfHour[hour],
      due: step.startedAt + Math.ceil((hour * HOUR_MS) / timeScale),
    }));
    return [...hours, overdue];
  }
  const { startedAt, deadline } = step;
  const period = deadline.strictTarget - startedAt;
  const moments: readonly Moment[] = [
    { kind: 'start', due: startedAt },
    { kind: 'half', due: startedAt + Math.floor(period / 2) },
    { kind: 'three-quarters', due: startedAt + Math.floor((period * 3) / 4) },
    { kind: 'last-hour', due: Math.max(startedAt, deadline.strictTarget - hourMs) },
  ];
  return [...moments, overdue];
}

/** The alerts of RULES F.1 are those of 72 hours; any other period is watched by its parts. */
function isOf72Hours({ period }: CaseStep): boolean {
  return period.unit === 'hours-1182-71' && period.count === GDPR_HOURS;
}

const GDPR_HOURS = 72;

/**
 * One more alert, while nobody has acknowledged the last one of a step: who acknowledges that one
 * knows how the step stands, whatever came before. There is no escalation of an escalation.
 */
function escalationOf(
  breach: BreachCase,
  step: CaseStep,
  planned: readonly PlannedAlert[],
): readonly PlannedAlert[] {
  const last = planned.findLast(({ id }) => breach.delivered.has(id));
  const delivered = last === undefined ? undefined : breach.delivered.get(last.id);
  if (last === undefined || delivered === undefined) return [];
  if (!escalating.has(last.kind) || breach.acknowledged.has(last.id)) return [];
  const waitMs = Math.ceil((limits.acknowledgeMinutes * MINUTE_MS) / breach.opened.data.timeScale);
  const due = delivered.at + waitMs;
  return [named(breach.id, step, { kind: 'unacknowledged', due }, last.id)];
}

/**
 * What did not arrive by one way is told by all others at once, unless somebody has seen it; what
 * tells of that and does not arrive itself is not told of again.
 */
function undeliveredOf(breach: BreachCase, step: CaseStep): readonly PlannedAlert[] {
  const unseen = breach.undelivered.filter(({ data: { alert } }) => {
    const delivered = deliveredFor(breach, step, alert);
    const isFirst = delivered !== null && delivered.data.kind !== 'undelivered';
    return isFirst && !breach.acknowledged.has(alert);
  });
  const planned = unseen.map(({ at, data }) => {
    return named(breach.id, step, { kind: 'undelivered', due: at }, data.alert);
  });
  // Two ways may be given up at one instant.
  return [...new Map(planned.map((alert) => [alert.id, alert])).values()];
}

/** At once, and to whoever is a contact by now. */
function repeatsOf(breach: BreachCase, step: CaseStep): readonly PlannedAlert[] {
  const planned = breach.repeats
    .filter(({ data }) => deliveredFor(breach, step, data.alert) !== null)
    .map(({ at, data }) => named(breach.id, step, { kind: 'repeated', due: at }, data.alert));
  return [...new Map(planned.map((alert) => [alert.id, alert])).values()];
}

function deliveredFor({ delivered }: BreachCase, { regime, step }: CaseStep, alert: string) {
  const entry = delivered.get(alert);
  return entry?.data.regime === regime && entry.data.step === step ? entry : null;
}

/** The name follows from what it is about and when: the same plan has the same names. */
function named(
  breach: string,
  { regime, step }: CaseStep,
  { kind, due }: Moment,
  about: string | null = null,
): PlannedAlert {
  const what = [breach, regime, step, kind, due];
  const text = JSON.stringify(about === null ? what : [...what, about]);
  return { id: `alr_${sha256Hex(text).slice(0, 26)}`, regime, step, kind, about, due };
}
