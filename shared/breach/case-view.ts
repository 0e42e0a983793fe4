import type {
  BreachAlert,
  BreachClock,
  BreachDuty,
  BreachSummary,
  BreachView,
} from '../contract/breach-cases.ts';
import type { ClockStepView } from '../contract/breaches.ts';
import { alertTargetKinds, type AlertTargetKind } from '../contract/controllers.ts';
import { formatLocal } from '../kernel/calendar.ts';
import { formatInstant, type EpochMs } from '../kernel/instant.ts';
import { alertPlan, type PlannedAlert } from './alert-plan.ts';
import type { BreachCase } from './breach-case.ts';
import { caseSteps, stepState, type CaseStep, type StepState } from './case-clock.ts';
import type { ClockStep } from './clock.ts';
import { comparisonOf } from './comparison.ts';
import { freezeView } from './freeze.ts';
import { missingFacts, openDuties, type Duty } from './duties.ts';
import { severityView } from './severity-view.ts';

function orNull(instant: EpochMs | null | undefined): string | null {
  return instant == null ? null : formatInstant(instant);
}

/** A case in a list: what it is, how it stands and what falls due next. */
export function breachSummary(breach: BreachCase): BreachSummary {
  const { opened, awareness, assessment } = breach;
  const { controller, title, drill, timeScale, suspectedAt, types, regimes } = opened.data;
  const duties = openDuties(breach);
  const due = duties.flatMap((duty) => (duty.due === null ? [] : [duty.due]));
  return {
    id: breach.id,
    ...{ controller, title, state: breach.state, drill, timeScale },
    suspectedAt: formatInstant(suspectedAt),
    awareAt: orNull(awareness?.data.awareAt),
    types: [...types],
    regimes: [...regimes],
    riskDecision: assessment?.data.riskDecision ?? null,
    openDuties: duties.length,
    nextDeadline: due.length === 0 ? null : formatInstant(Math.min(...due)),
    openedAt: formatInstant(opened.at),
    closedAt: orNull(breach.closedAt),
  };
}

/** The whole case with its timeline. */
export function breachView(breach: BreachCase): BreachView {
  const { description, establishment, timezone, role, source } = breach.opened.data;
  return {
    ...breachSummary(breach),
    ...{ description, establishment, timezone, role, source },
    awareBasis: breach.awareness?.data.basis ?? null,
    facts: breach.facts,
    missing: missingFacts(breach),
    assessment: assessmentOf(breach),
    comparison: comparisonOf(breach),
    duties: openDuties(breach).map(dutyView),
    freezes: [...breach.freezes.values()].map((entry) => freezeView(breach, entry)),
    timeline: breach.entries.map(({ number, at, by, type, data }) => ({
      ...{ number, at: formatInstant(at), by, type },
      data: { ...data },
    })),
  };
}

function assessmentOf({ assessment }: BreachCase): BreachView['assessment'] {
  if (assessment === null) return null;
  const { severity, riskDecision, reasons } = assessment.data;
  return {
    ...severityView(severity),
    ...{ severity, riskDecision, reasons },
    assessedAt: formatInstant(assessment.at),
    assessedBy: assessment.by,
  };
}

export function dutyView({ due, ...rest }: Duty): BreachDuty {
  return { ...rest, due: orNull(due) };
}

/** Every deadline and every alert, as of an instant. */
export function breachClock(breach: BreachCase, now: EpochMs): BreachClock {
  const { timezone } = breach.opened.data;
  const planned = alertPlan(breach);
  const known = new Set(planned.map(({ id }) => id));
  const past = [...breach.delivered.values()].filter(({ data }) => !known.has(data.alert));
  const alerts: readonly PlannedAlert[] = [
    ...past.map(({ data: { alert, ...rest } }) => ({ id: alert, ...rest })),
    ...planned,
  ];
  return {
    regimes: caseSteps(breach).map((step) =>
      clockStepView(step, timezone, {
        state: closedState(breach, step, now),
        nominal: breach.opened.data.timeScale === 1 ? null : step.nominal,
      }),
    ),
    alerts: [...alerts].sort((a, b) => a.due - b.due).map((alert) => alertView(breach, alert)),
  };
}

function alertView(
  { delivered, acknowledged, undelivered }: BreachCase,
  { id, regime, step, kind, about, due }: PlannedAlert,
): BreachAlert {
  const noted = delivered.get(id);
  const channels = noted?.data.channels ?? [];
  const never = noted === undefined ? [] : channels.flatMap((each) => neverView(each, noted.at));
  const givenUp = undelivered.filter(({ data }) => data.alert === id);
  return {
    ...{ id, regime, step, kind, about, at: formatInstant(due) },
    deliveredAt: orNull(noted?.at),
    acknowledgedAt: orNull(acknowledged.get(id)),
    channels: channels.filter((each) => !each.startsWith(UNREACHABLE)),
    failures: [
      ...never,
      ...givenUp.map(({ at, data: { channel, attempts, status, failure } }) => ({
        ...{ at: formatInstant(at), channel, way: wayOf(channel), attempts, status, failure },
      })),
    ],
  };
}

/** A kind of target that this gate has no way to was never tried. */
function neverView(channel: string, at: EpochMs): BreachAlert['failures'] {
  if (!channel.startsWith(UNREACHABLE)) return [];
  const way = wayOf(channel.slice(UNREACHABLE.length));
  const failure = 'not-set-up';
  return [{ at: formatInstant(at), channel, way, attempts: 0, status: null, failure }];
}

const UNREACHABLE = 'unreachable:';

/** `email.1f3c…`, `sns.…`, or `webhook:<name>`. */
function wayOf(channel: string): AlertTargetKind {
  return alertTargetKinds.find((kind) => channel.startsWith(kind)) ?? 'webhook';
}

/** A clock stops with its case. */
function closedState(breach: BreachCase, step: CaseStep, now: EpochMs): StepState {
  const state = stepState(step, now);
  const runs = state === 'running' || state === 'overdue';
  return breach.state === 'CLOSED' && runs ? 'cancelled' : state;
}

export function clockStepView(
  step: ClockStep,
  timeZone: string,
  { state, nominal }: { readonly state: StepState; readonly nominal: ClockStep['deadline'] | null },
): ClockStepView {
  const { strictTarget, legalDeadline } = step.deadline;
  return {
    regime: step.regime,
    step: step.step,
    trigger: step.trigger,
    citation: step.citation,
    certainty: step.certainty,
    isLaw: step.isLaw,
    startedAt: formatInstant(step.startedAt),
    strictTarget: formatInstant(strictTarget),
    legalDeadline: orNull(legalDeadline),
    nominal:
      nominal === null
        ? null
        : {
            strictTarget: formatInstant(nominal.strictTarget),
            legalDeadline: orNull(nominal.legalDeadline),
          },
    local: {
      strictTarget: formatLocal(strictTarget, timeZone),
      legalDeadline: legalDeadline === null ? null : formatLocal(legalDeadline, timeZone),
    },
    state,
  };
}
