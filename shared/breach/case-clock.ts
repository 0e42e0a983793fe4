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

/** Notifications whose submission starts another step of the same regime. */
const startsBySubmission: Readonly<Record<string, 'submission' | 'intermediate_submission'>> =
  Object.freeze({
    'NIS2/notification': 'submission',
    'NIS2_TRUST/notification': 'submission',
    'DORA/initial': 'submission',
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

function submissionsOf({ notifications }: BreachCase, regime: RegimeName) {
  const starts: Partial<Record<'submission' | 'intermediate_submission', EpochMs>> = {};
  for (const { data } of notifications) {
    const trigger = startsBySubmission[`${data.regime}/${data.step}`];
    if (data.regime !== regime || trigger === undefined) continue;
    starts[trigger] ??= data.submittedAt;
  }
  return starts;
}

function fateOf(breach: BreachCase, step: ClockStep): Pick<CaseStep, 'metAt' | 'cancelled'> {
  const own = breach.notifications.filter((entry) => concerns(entry, step));
  const withdrawn = own.at(-1)?.data.phase === 'WITHDRAWAL';
  const metAt = own.find(({ data }) => data.phase !== 'WITHDRAWAL')?.data.submittedAt ?? null;
  return { metAt, cancelled: metAt === null ? isExempt(breach, step) : withdrawn };
}

/**
 * One initial notification under DORA meets both of its limits; the limits of the AI Act are for
 * incidents of different kinds, of which this is one.
 */
function concerns({ data }: EntryOf<'notified'>, { regime, step }: ClockStep): boolean {
  if (data.regime !== regime) return false;
  if (regime === 'AIACT') return true;
  return data.step === step || (data.step === 'initial' && step === 'initial-outer-limit');
}

/** Art. 33(1) GDPR and its British sister: no notification where a risk is unlikely. */
const dependOnRisk: ReadonlySet<RegimeName> = new Set<RegimeName>(['GDPR', 'UK']);
const dependOnHighRisk: ReadonlySet<RegimeName> = new Set<RegimeName>(['GDPR_V2', 'CH']);

function isExempt({ assessment }: BreachCase, { regime }: ClockStep): boolean {
  if (assessment === null) return false;
  const { riskDecision } = assessment.data;
  if (dependOnRisk.has(regime)) return riskDecision === 'NO_RISK';
  return dependOnHighRisk.has(regime) && riskDecision !== 'HIGH_RISK';
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
