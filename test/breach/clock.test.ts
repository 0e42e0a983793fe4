import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { previewClock } from '../../shared/breach/clock-view.ts';
import { regimes } from '../../shared/breach/regimes.ts';
import {
  regimeNames,
  type ClockPreviewSubmission,
  type RegimeName,
} from '../../shared/contract/breaches.ts';
import { HOUR_MS } from '../../shared/kernel/instant.ts';

const NOW = Date.parse('2026-11-20T22:00:00Z');
const AWARE = '2026-11-20T22:15:00+01:00';

function preview(regime: RegimeName, more: Partial<ClockPreviewSubmission> = {}) {
  return previewClock({ awareAt: AWARE, timezone: 'Europe/Berlin', regime, ...more }, NOW);
}

const classified = { classification: '2026-11-21T01:30:00+01:00' } as const;
const submitted = { ...classified, submission: '2026-11-21T05:00:00+01:00' } as const;
type Triggers = ClockPreviewSubmission['triggers'];
type Row = readonly [
  regime: RegimeName,
  step: string,
  triggers: Triggers,
  strictTarget: string,
  legalDeadline: string | null,
];

/** Aware on a Friday evening; classified as major on Saturday at 01:30, submitted at 05:00. */
const example: readonly Row[] = [
  ['GDPR', 'notification', {}, '2026-11-23T22:15:00+01:00', '2026-11-23T23:00:00+01:00'],
  ['GDPR_PROC', 'notice-to-controller', {}, '2026-11-21T22:15:00+01:00', null],
  ['GDPR_V2', 'notification', {}, '2026-11-24T22:15:00+01:00', '2026-11-24T23:00:00+01:00'],
  ['NIS2', 'early-warning', {}, '2026-11-21T22:15:00+01:00', '2026-11-21T22:15:00+01:00'],
  ['NIS2', 'notification', {}, '2026-11-23T22:15:00+01:00', '2026-11-23T22:15:00+01:00'],
  ['NIS2', 'final', submitted, '2026-12-22T00:00:00+01:00', '2026-12-22T00:00:00+01:00'],
  ['NIS2_TRUST', 'notification', {}, '2026-11-21T22:15:00+01:00', '2026-11-21T22:15:00+01:00'],
  ['DORA', 'initial', classified, '2026-11-21T05:30:00+01:00', '2026-11-21T05:30:00+01:00'],
  ['DORA', 'initial-outer-limit', {}, '2026-11-21T22:15:00+01:00', '2026-11-21T22:15:00+01:00'],
  ['DORA', 'intermediate', submitted, '2026-11-24T05:00:00+01:00', '2026-11-24T05:00:00+01:00'],
  ['TELCO', 'notification', {}, '2026-11-21T22:15:00+01:00', '2026-11-21T22:15:00+01:00'],
  [
    'TELCO',
    'notification',
    { detection: '2026-11-20T20:00:00+01:00' },
    '2026-11-21T20:00:00+01:00',
    '2026-11-21T20:00:00+01:00',
  ],
  ['EIDAS', 'notification', {}, '2026-11-21T22:15:00+01:00', '2026-11-21T22:15:00+01:00'],
  ['CRA', 'early-warning', {}, '2026-11-21T22:15:00+01:00', '2026-11-21T22:15:00+01:00'],
  ['CRA', 'notification', {}, '2026-11-23T22:15:00+01:00', '2026-11-23T22:15:00+01:00'],
  ['UK', 'notification', {}, '2026-11-23T21:15:00Z', '2026-11-23T21:15:00Z'],
  ['CH', 'notification', {}, '2026-11-23T22:15:00+01:00', null],
  ['CH_ISG', 'notification', {}, '2026-11-21T22:15:00+01:00', '2026-11-21T22:15:00+01:00'],
];

describe('one incident, many clocks', () => {
  it.each(example)('%s: %s %o', (regime, step, triggers, strictTarget, legalDeadline) => {
    const rows = preview(regime, { triggers }).regimes.filter((row) => row.step === step);
    const instant = (text: string | null) => (text === null ? null : Date.parse(text));
    expect(rows.map((row) => [instant(row.strictTarget), instant(row.legalDeadline)])).toEqual([
      [instant(strictTarget), instant(legalDeadline)],
    ]);
  });

  it('triggers may be a list as well', () => {
    const triggers = [{ trigger: 'classification', at: classified.classification } as const];
    expect(preview('DORA', { triggers })).toEqual(preview('DORA', { triggers: classified }));
  });

  it('a step waits for its trigger', () => {
    expect(preview('DORA').waiting.map(({ step }) => step)).toEqual([
      'initial',
      'intermediate',
      'final',
    ]);
  });

  it.each<readonly [RegimeName, string, readonly string[]]>([
    ['CRA', '2026-09-10T12:00:00+02:00', []],
    ['CRA', '2026-09-11T12:00:00+02:00', ['early-warning', 'notification']],
    ['NIS2', '2025-12-05T12:00:00+01:00', []],
    ['PSD2', '2025-01-16T12:00:00+01:00', ['initial']],
    ['PSD2', '2025-01-17T12:00:00+01:00', []],
    ['CH_ISG', '2025-03-31T12:00:00+02:00', []],
  ])('%s on %s: the law of the date', (regime, awareAt, steps) => {
    const triggers = { classification: awareAt };
    const rows = preview(regime, { awareAt, triggers }).regimes;
    expect(rows.map(({ step }) => step)).toEqual(steps);
  });

  it.each([
    ['2025-08-19T12:00:00+01:00', 24],
    ['2025-08-20T12:00:00+01:00', 72],
  ])('UK_PECR on %s: %i hours', (awareAt, hours) => {
    const [row] = preview('UK_PECR', { awareAt, timezone: 'Europe/London' }).regimes;
    expect(Date.parse(row?.strictTarget ?? '')).toBe(Date.parse(awareAt) + hours * HOUR_MS);
  });

  it('a contract runs by its own hours, and not without them', () => {
    expect(preview('CONTRACT').regimes).toEqual([]);
    const [row] = preview('CONTRACT', { contractHours: 36 }).regimes;
    expect(Date.parse(row?.legalDeadline ?? '')).toBe(Date.parse(AWARE) + 36 * HOUR_MS);
  });

  it('a proposal says that it binds nobody', () => {
    const isLaw = Object.fromEntries(regimeNames.map((name) => [name, regimes[name].isLaw]));
    expect(Object.keys(isLaw).filter((name) => isLaw[name] === false)).toEqual(['GDPR_V2']);
    expect(preview('GDPR_V2').regimes[0]?.isLaw).toBe(false);
  });

  it('is overdue after the legal deadline, not at it', () => {
    const deadline = Date.parse('2026-11-23T23:00:00+01:00');
    const stateAt = (now: number) => {
      const submission = { awareAt: AWARE, timezone: 'Europe/Berlin', regime: 'GDPR' } as const;
      return previewClock(submission, now).regimes[0]?.state;
    };
    expect([stateAt(deadline), stateAt(deadline + 1)]).toEqual(['running', 'overdue']);
  });
});

describe('a time zone', () => {
  // Whole hours ahead of UTC and not, with summer time by half an hour (Lord Howe) and without.
  const zones = Intl.supportedValuesOf('timeZone');
  const inHours: readonly RegimeName[] = ['GDPR', 'UK', 'CH', 'EIDAS', 'GDPR_PROC'];

  it('never moves a deadline in hours, only its local rendering', () => {
    const property = fc.property(
      fc.integer({ min: Date.parse('2026-09-12T00:00Z'), max: Date.parse('2060-01-01T00:00Z') }),
      fc.constantFrom(...zones),
      fc.constantFrom(...zones),
      (aware, one, other) => {
        const seen = [one, other].map((timezone) =>
          previewClock(
            { awareAt: new Date(aware).toISOString(), timezone, regime: [...inHours] },
            NOW,
          ).regimes.map(({ local, ...rest }) => {
            expect(Math.floor(Date.parse(local.strictTarget) / 1000)).toBe(
              Math.floor(Date.parse(rest.strictTarget) / 1000),
            );
            return rest;
          }),
        );
        expect(seen[0]).toEqual(seen[1]);
      },
    );
    fc.assert(property, { numRuns: 5000 });
  });

  it('leaves 72 to 73 elapsed hours, whatever the clocks do in between', () => {
    const property = fc.property(
      fc.integer({ min: Date.parse('2018-05-25T00:00Z'), max: Date.parse('2060-01-01T00:00Z') }),
      fc.constantFrom(...zones),
      (aware, timezone) => {
        const awareAt = new Date(aware).toISOString();
        const [row] = previewClock({ awareAt, timezone, regime: 'GDPR' }, NOW).regimes;
        const elapsed = Date.parse(row?.legalDeadline ?? '') - aware;
        expect(elapsed).toBeGreaterThan(72 * HOUR_MS);
        expect(elapsed).toBeLessThanOrEqual(73 * HOUR_MS);
        expect(Date.parse(row?.strictTarget ?? '') - aware).toBe(72 * HOUR_MS);
      },
    );
    fc.assert(property, { numRuns: 10_000 });
  });
});
