import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alertPlan, type PlannedAlert } from '../../shared/breach/alert-plan.ts';
import { foldBreach, type BreachCase } from '../../shared/breach/breach-case.ts';
import type { BreachEntry, NewEntry } from '../../shared/breach/breach-entry.ts';
import { HOUR_MS, MINUTE_MS } from '../../shared/kernel/instant.ts';

const AWARE = Date.parse('2026-11-20T12:17:00Z');

const opened: NewEntry = {
  type: 'opened',
  data: {
    ...{ title: 'a list', description: 'lay open', types: ['C'], source: 'monitoring' },
    ...{ establishment: { country: 'DE' }, timezone: 'Europe/Berlin', role: 'controller' },
    ...{
      regimes: ['GDPR', 'NIS2'],
      controller: null,
      drill: false,
      timeScale: 1,
      contractHours: null,
    },
    suspectedAt: AWARE,
  },
};
const aware: NewEntry = {
  type: 'awareness_set',
  data: { awareAt: AWARE, basis: 'a call', reason: null },
};

interface Step {
  readonly at: number;
  readonly entry: NewEntry;
}

function caseOf(steps: readonly Step[]): BreachCase {
  const all = [{ at: AWARE, entry: opened }, { at: AWARE, entry: aware }, ...steps];
  const entries = all.map(({ at, entry }, index): BreachEntry => {
    return { ...entry, number: index + 1, by: 'somebody', at };
  });
  return foldBreach('brc_1', entries);
}

function delivered({ id, regime, step, kind, about, due }: PlannedAlert, at: number): Step {
  const data = { alert: id, regime, step, kind, about, due, late: false, channels: ['log'] };
  return { at, entry: { type: 'alert_delivered', data } };
}

function acknowledged(alert: string, at: number): Step {
  return { at, entry: { type: 'alert_acknowledged', data: { alert } } };
}

const escalations = (breach: BreachCase) =>
  alertPlan(breach).filter(({ kind }) => kind === 'unacknowledged');

describe('an alert that nobody acknowledges', () => {
  const plan = alertPlan(caseOf([]));
  const ofGdpr = plan.filter(({ regime }) => regime === 'GDPR');

  it.each(ofGdpr.map((alert) => [alert.kind, alert] as const))('%s', (kind, alert) => {
    const at = alert.due + MINUTE_MS;
    const urgent = ['T+48h', 'T+60h', 'T+66h', 'T+71h', 'overdue'].includes(kind);
    const expected = { regime: 'GDPR', about: alert.id, due: at + 30 * MINUTE_MS };
    const steps = [delivered(alert, at)];
    expect(escalations(caseOf(steps))).toMatchObject(urgent ? [expected] : []);
    expect(escalations(caseOf([...steps, acknowledged(alert.id, at + 1)]))).toEqual([]);
  });

  it('is escalated once', () => {
    const alert = ofGdpr.find(({ kind }) => kind === 'T+48h');
    if (alert === undefined) throw new Error('there is an alert after 48 hours');
    const steps = [delivered(alert, alert.due)];
    const [escalation] = escalations(caseOf(steps));
    if (escalation === undefined) throw new Error('it is escalated');
    const after = caseOf([...steps, delivered(escalation, escalation.due)]);
    expect(escalations(after)).toEqual([escalation]);
    expect(after.delivered.has(escalation.id)).toBe(true);
  });

  it('ends with the duty, and with the case', () => {
    const steps = ofGdpr.map((alert) => delivered(alert, alert.due));
    expect(escalations(caseOf(steps))).toHaveLength(1);
    const at = AWARE + 80 * HOUR_MS;
    const notified: NewEntry = {
      type: 'notified',
      data: {
        ...{ regime: 'GDPR', step: 'notification', phase: 'INITIAL', authority: 'LDI NRW' },
        ...{ submittedAt: at, reference: null, delayReason: 'late' },
      },
    };
    expect(escalations(caseOf([...steps, { at, entry: notified }]))).toEqual([]);
    const closed: NewEntry = { type: 'closed', data: { reason: null } };
    expect(escalations(caseOf([...steps, { at, entry: closed }]))).toEqual([]);
  });

  it('acknowledged, whichever and whenever: no escalation of it, and one of a step at most', () => {
    const choices = fc.array(fc.constantFrom('none', 'delivered', 'acknowledged'), {
      minLength: plan.length,
      maxLength: plan.length,
    });
    fc.assert(
      fc.property(choices, (chosen) => {
        const steps = plan.flatMap((alert, index) => {
          if (chosen[index] === 'none') return [];
          const note = delivered(alert, alert.due);
          const seen = acknowledged(alert.id, alert.due + 1);
          return chosen[index] === 'acknowledged' ? [note, seen] : [note];
        });
        const breach = caseOf(steps);
        const found = escalations(breach);
        for (const { about, due } of found) {
          expect(breach.acknowledged.has(about ?? '')).toBe(false);
          expect(due).toBe((breach.delivered.get(about ?? '')?.at ?? 0) + 30 * MINUTE_MS);
        }
        const keys = found.map(({ regime, step }) => `${regime}/${step}`);
        expect(new Set(keys).size).toBe(keys.length);
      }),
    );
  });
});
