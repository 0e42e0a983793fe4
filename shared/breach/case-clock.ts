import type { RegimeName } from '../contract/breaches.ts';
import { regimeNames } from '../contract/breaches.ts';
import type { EpochMs } from '../kernel/instant.ts';
import type { BreachCase } from './breach-case.ts';
import type { EntryOf } from './breach-entry.ts';
import { clockOf, type ClockStep } from './clock.ts';
import { holidaysOf } from './working-days.ts';

export interface CaseStep extends ClockStep {
  /** What the law says; the deadline is the same but in a drill with a faster clock. */
  readonly nominal: ClockStep['deadline'];
  /** The first notification that met the step; null while there is none. */
  readonly metAt: EpochMs | null;
  /** What made the duty go: the risk is unlikely, or the notification was withdrawn. */
  readonly cancelled: boolean;
}

type Submission = 'submission' | 'intermediate_submission';

/** Notifications whose submission starts another step of the same regime. */
const startsBySubmission: Readonly<Record<string, Submission>> = Object.freeze({
  'NIS2/notification': 'submission',
  'NIS2_TRUST/notification': 'submission',
  'DORA/initial': 'submission',
  'DORA/initial-outer-limit': 'submission',
  'DORA/intermediate': 'intermediate_submission',
  'TELCO/notification': 'submission',
  'CRA/notification': 'submission',
});

/** Every running clock of a case; none before somebody was aware. */
export function caseSteps(breach: BreachCase): readonly CaseStep[] {
  const { awareness, opened } = breach;
  if (awareness === null) return [];
  const { timezone, establishment, contractHours } = opened.data;
  const named = regimeNames.filter((name) => opened.data.regimes.includes(name));
  return named.flatMap((regime) => {
    const { steps } = clockOf({
      regime,
      triggers: {
        ...submissionsOf(breach, regime),
        ...breach.triggers[regime],
        awareness: awareness.data.awareAt,
      },
      timeZone: timezone,
      isHoliday: holidaysOf(establishment.country),
      contractHours,
    });
    const scaled = steps.map((step) => scaledStep(step, opened.data.timeScale));
    return scaled.map((step) => ({ ...step, ...fateOf(breach, step) }));
  });
}

/** In a drill the hours from the start of a step may run faster; whole milliseconds, rounded up. */
function scaledStep(step: ClockStep, timeScale: number): ClockStep & Pick<CaseStep, 'nominal'> {
  const { startedAt, deadline } = step;
  const faster = (at: EpochMs) => startedAt + Math.ceil((at - startedAt) / timeScale);
  const { strictTarget, legalDeadline } = deadline;
  return {
    ...step,
    nominal: deadline,
    deadline: {
      strictTarget: faster(strictTarget),
      legalDeadline: legalDeadline === null ? null : faster(legalDeadline),
    },
  };
}

function submissionsOf(breach: BreachCase, regime: RegimeName) {
  const starts: Partial<Record<Submission, EpochMs>> = {};
  for (const trigger of ['submission', 'intermediate_submission'] as const) {
    const at = submittedAt(breach, regime, trigger);
    if (at !== null) starts[trigger] = at;
  }
  return starts;
}

/**
 * The first submission starts the next step; only the final report under DORA counts from the
 * latest intermediate one (Art. 5 Del. Reg. (EU) 2025/301). What was withdrawn starts nothing, and
 * what a telecom provider has told completely needs no second time (Art. 2(3) Reg. (EU) 611/2013).
 */
function submittedAt(
  { notifications }: BreachCase,
  regime: RegimeName,
  trigger: Submission,
): EpochMs | null {
  const own = notifications.flatMap(({ data }) => {
    const starts = data.regime === regime && startsBySubmission[`${regime}/${data.step}`];
    return starts === trigger ? [data] : [];
  });
  if (own.at(-1)?.phase === 'WITHDRAWAL') return null;
  if (regime === 'TELCO' && own.some(({ phase }) => phase === 'FINAL')) return null;
  const told = own.filter(({ phase }) => phase !== 'WITHDRAWAL').map((each) => each.submittedAt);
  if (told.length === 0) return null;
  return trigger === 'intermediate_submission' ? Math.max(...told) : (told[0] ?? null);
}

function fateOf(breach: BreachCase, step: ClockStep): Pick<CaseStep, 'metAt' | 'cancelled'> {
  const own = breach.notifications.filter((entry) => concerns(entry, step));
  const withdrawn = own.at(-1)?.data.phase === 'WITHDRAWAL';
  const metAt = own.find(({ data }) => data.phase !== 'WITHDRAWAL')?.data.submittedAt ?? null;
  return { metAt, cancelled: metAt === null ? isExempt(breach, step) : withdrawn };
}

/**
 * Steps that one notification meets together. An initial one under DORA meets both of its limits;
 * those of the AI Act, and final reports under the CRA, are for incidents of different kinds, of
 * which this is one.
 */
const together: Readonly<Partial<Record<RegimeName, readonly string[]>>> = Object.freeze({
  DORA: ['initial', 'initial-outer-limit'],
  CRA: ['final-vulnerability', 'final-incident'],
  AIACT: ['widespread-infringement', 'death', 'serious-incident'],
});

function concerns({ data }: EntryOf<'notified'>, { regime, step }: ClockStep): boolean {
  if (data.regime !== regime) return false;
  const same = together[regime] ?? [];
  return data.step === step || (same.includes(data.step) && same.includes(step));
}

function isExempt({ assessment }: BreachCase, { threshold }: ClockStep): boolean {
  if (assessment === null || threshold === null) return false;
  const { riskDecision } = assessment.data;
  return threshold === 'risk' ? riskDecision === 'NO_RISK' : riskDecision !== 'HIGH_RISK';
}

export type StepState = 'running' | 'met' | 'overdue' | 'cancelled';

export function stepState(step: CaseStep, now: EpochMs): StepState {
  if (step.cancelled) return 'cancelled';
  if (step.metAt !== null) return 'met';
  return now > endOf(step) ? 'overdue' : 'running';
}

/** After it a notification is late: the legal deadline, or the target where the law has none. */
export function endOf({ deadline }: ClockStep): EpochMs {
  return deadline.legalDeadline ?? deadline.strictTarget;
}
