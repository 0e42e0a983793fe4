import { describe, expect, it } from 'vitest';
import { alertPlan } from '../../shared/breach/alert-plan.ts';
import { foldBreach } from '../../shared/breach/breach-case.ts';
import type { NewEntry } from '../../shared/breach/breach-entry.ts';
import { caseSteps, stepState } from '../../shared/breach/case-clock.ts';
import { clockOf } from '../../shared/breach/clock.ts';
import { regimesWith } from '../../shared/breach/regimes.ts';
import { holidaysOf } from '../../shared/breach/working-days.ts';
import type { NotificationPhase } from '../../shared/contract/breach-cases.ts';
import type { RegimeName } from '../../shared/contract/breaches.ts';
import { formatInstant, HOUR_MS } from '../../shared/kernel/instant.ts';

/*
 * What a notification meets and starts in the regimes that want more than one (RULES F.4). All on a
 * Monday, so that no weekend moves anything.
 */

const AWARE = Date.parse('2026-11-16T08:00:00Z');
const hour = (count: number) => AWARE + count * HOUR_MS;

function told(
  regime: RegimeName,
  step: string,
  hours: number,
  phase: NotificationPhase = 'INITIAL',
): NewEntry {
  const submittedAt = hour(hours);
  const data = { regime, step, phase, submittedAt, authority: 'x' };
  return { type: 'notified', data: { ...data, reference: null, delayReason: null } };
}

function triggered(
  regime: RegimeName,
  trigger: 'classification' | 'corrective_measure',
  hours: number,
): NewEntry {
  return { type: 'trigger_set', data: { regime, trigger, at: hour(hours) } };
}

function caseOf(regime: RegimeName, ...entries: readonly NewEntry[]) {
  const opened: NewEntry = {
    type: 'opened',
    data: {
      ...{ title: 'x', description: 'x', source: 'x', types: ['C'], regimes: [regime] },
      ...{ establishment: { country: 'DE' }, timezone: 'Europe/Berlin', role: 'controller' },
      ...{ controller: null, suspectedAt: AWARE, drill: false, timeScale: 1, contractHours: null },
    },
  };
  const aware: NewEntry = {
    type: 'awareness_set',
    data: { awareAt: AWARE, basis: 'x', reason: null },
  };
  return foldBreach(
    'brc_x',
    [opened, aware, ...entries].map((entry, index) => {
      return { ...entry, number: index + 1, at: hour(0), by: 'x' };
    }),
  );
}

/** Each step with how it stands a week later, and when it ends. */
function stepsOf(regime: RegimeName, ...entries: readonly NewEntry[]) {
  return caseSteps(caseOf(regime, ...entries)).map((step) => {
    const end = step.deadline.legalDeadline;
    return [step.step, stepState(step, hour(1)), end === null ? null : formatInstant(end)];
  });
}

describe('DORA', () => {
  const classified = triggered('DORA', 'classification', 1);

  it('an initial notification before anybody classified starts the intermediate one', () => {
    expect(stepsOf('DORA', told('DORA', 'initial-outer-limit', 2))).toEqual([
      ['initial-outer-limit', 'met', '2026-11-17T08:00:00Z'],
      ['intermediate', 'running', '2026-11-19T10:00:00Z'],
    ]);
    const both = stepsOf('DORA', told('DORA', 'initial-outer-limit', 2), classified);
    expect(both[0]).toEqual(['initial', 'met', '2026-11-16T13:00:00Z']);
  });

  it('the final report counts from the latest intermediate one', () => {
    const first = [classified, told('DORA', 'initial', 2), told('DORA', 'intermediate', 24)];
    expect(stepsOf('DORA', ...first).at(-1)).toEqual([
      ...['final', 'running', '2026-12-17T23:00:00Z'],
    ]);
    const updated = told('DORA', 'intermediate', 100, 'SUPPLEMENT');
    expect(stepsOf('DORA', ...first, updated).at(-1)?.[2]).toBe('2026-12-21T23:00:00Z');
  });

  it('what was withdrawn wants nothing more', () => {
    const withdrawn = told('DORA', 'initial', 3, 'WITHDRAWAL');
    expect(stepsOf('DORA', classified, told('DORA', 'initial', 2), withdrawn)).toEqual([
      ['initial', 'cancelled', '2026-11-16T13:00:00Z'],
      ['initial-outer-limit', 'cancelled', '2026-11-17T08:00:00Z'],
    ]);
  });
});

describe('others', () => {
  it('a telecom provider that told all at once owes no second notification', () => {
    const names = (phase: NotificationPhase) =>
      stepsOf('TELCO', told('TELCO', 'notification', 2, phase)).map(([step]) => step);
    expect(names('INITIAL')).toEqual(['notification', 'second-notification']);
    expect(names('FINAL')).toEqual(['notification']);
  });

  it('one final report under the CRA is enough', () => {
    const before = [
      told('CRA', 'notification', 2),
      triggered('CRA', 'corrective_measure', 10),
    ] as const;
    const finals = (...more: readonly NewEntry[]) =>
      stepsOf('CRA', ...before, ...more).flatMap(([step, state]) =>
        String(step).startsWith('final') ? [state] : [],
      );
    expect(finals()).toEqual(['running', 'running']);
    expect(finals(told('CRA', 'final-vulnerability', 20))).toEqual(['met', 'met']);
  });
});

describe('the proposed 96 hours', () => {
  const clock = (regime: RegimeName, awareAt: string, from: string | null) => {
    const triggers = { awareness: Date.parse(awareAt) };
    const place = { timeZone: 'Europe/Berlin', isHoliday: holidaysOf('DE') };
    const { steps } = clockOf(
      { regime, triggers, ...place, contractHours: null },
      regimesWith(from),
    );
    return steps.map(({ period, isLaw, threshold }) => [
      'count' in period ? period.count : null,
      ...[isLaw, threshold],
    ]);
  };

  it('bind nobody while their flag has no date', () => {
    const at = '2030-01-01T00:00:00Z';
    expect(clock('GDPR', at, null)).toEqual([[72, true, 'risk']]);
    expect(clock('GDPR_V2', at, null)).toEqual([[96, false, 'high-risk']]);
  });

  it('are law from the date of their flag on, by the day of the awareness', () => {
    const from = '2027-07-01';
    expect(clock('GDPR', '2027-06-30T21:59:00Z', from)).toEqual([[72, true, 'risk']]);
    expect(clock('GDPR', '2027-06-30T22:00:00Z', from)).toEqual([[96, true, 'high-risk']]);
    expect(clock('GDPR_V2', '2027-07-01T00:00:00Z', from)).toEqual([[96, true, 'high-risk']]);
  });

  it('are watched by their parts, as they are no 72 hours', () => {
    const plan = alertPlan(caseOf('GDPR_V2'));
    expect(plan.map(({ kind, due }) => [kind, (due - AWARE) / HOUR_MS])).toEqual([
      ...[
        ['start', 0],
        ['half', 48],
        ['three-quarters', 72],
        ['last-hour', 95],
      ],
      ['overdue', expect.closeTo(97, 3)],
    ]);
  });
});
