import type { BreachTrigger, RegimeName } from '../contract/breaches.ts';
import { dateAt } from '../kernel/calendar.ts';
import { unreachable } from '../kernel/assert.ts';
import type { EpochMs } from '../kernel/instant.ts';
import {
  daysFrom,
  elapsedFrom,
  hoursFrom,
  monthsFrom,
  type Deadline,
  type IsHoliday,
} from './periods.ts';
import { regimes, type Period, type RegimeStep } from './regimes.ts';

/** When each trigger of a regime fell; awareness always did, or there is no clock. */
export interface ClockInput {
  readonly regime: RegimeName;
  readonly triggers: Readonly<Partial<Record<BreachTrigger, EpochMs>>> & {
    readonly awareness: EpochMs;
  };
  readonly timeZone: string;
  readonly isHoliday: IsHoliday;
  /** Whole hours that a contract names; only for the regime CONTRACT. */
  readonly contractHours: number | null;
}

export interface ClockStep extends RegimeStep {
  readonly regime: RegimeName;
  readonly isLaw: boolean;
  readonly startedAt: EpochMs;
  readonly deadline: Deadline;
}

export interface Clock {
  readonly steps: readonly ClockStep[];
  /** Steps whose trigger has not fallen yet. */
  readonly waiting: readonly (RegimeStep & { readonly regime: RegimeName })[];
}

/**
 * The deadlines of one regime, in the order of its steps (RULES F.2, F.4). The law of the date on
 * which the period starts applies, by the clocks of the case's zone; a change of the zone alone
 * never moves a period in hours.
 */
export function clockOf(input: ClockInput, law = regimes): Clock {
  const { regime, triggers, timeZone } = input;
  const { steps, isLaw } = law[regime];
  const awareOn = dateAt(triggers.awareness, timeZone);
  const running: ClockStep[] = [];
  const waiting: (RegimeStep & { readonly regime: RegimeName })[] = [];
  for (const step of steps) {
    const startedAt = startOf(step.trigger, triggers);
    const date = startedAt === null ? awareOn : dateAt(startedAt, timeZone);
    if (!isInForce(step, date)) continue;
    if (startedAt === null) waiting.push({ ...step, regime });
    else {
      const deadline = deadlineOf(step.period, startedAt, input);
      if (deadline !== null) running.push({ ...step, regime, isLaw, startedAt, deadline });
    }
  }
  return { steps: running, waiting };
}

/** Whoever is aware has detected, at the latest then: the earlier of the two starts the period. */
function startOf(trigger: BreachTrigger, triggers: ClockInput['triggers']): EpochMs | null {
  if (trigger !== 'detection') return triggers[trigger] ?? null;
  return Math.min(triggers.detection ?? triggers.awareness, triggers.awareness);
}

function isInForce({ from, until }: RegimeStep, date: string): boolean {
  return (from === null || date >= from) && (until === null || date < until);
}

function deadlineOf(period: Period, from: EpochMs, input: ClockInput): Deadline | null {
  switch (period.unit) {
    case 'hours-1182-71':
      return hoursFrom(from, period.count);
    case 'hours':
      return elapsedFrom(from, period.count);
    case 'days':
      return daysFrom(from, period.count, input);
    case 'months':
      return monthsFrom(from, period.count, input);
    case 'target-hours':
      return { ...elapsedFrom(from, period.count), legalDeadline: null };
    case 'contract-hours':
      return input.contractHours === null ? null : elapsedFrom(from, input.contractHours);
    default:
      return unreachable(period);
  }
}
