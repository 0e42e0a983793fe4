import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { daysFrom, hoursFrom, monthPeriod, monthsFrom } from '../../shared/breach/periods.ts';
import { holidaysOf } from '../../shared/breach/working-days.ts';
import { formatLocal } from '../../shared/kernel/calendar.ts';
import { HOUR_MS } from '../../shared/kernel/instant.ts';
import { deadlineCases, monthCases } from './golden-tables.ts';

const RUNS = 10_000;
const at = (text: string) => Date.parse(text);
const german = { timeZone: 'Europe/Berlin', isHoliday: holidaysOf('DE') };

describe('periods in hours', () => {
  it.each(deadlineCases)('$name', (row) => {
    const { strictTarget, legalDeadline } = hoursFrom(at(row.awareAt), row.hours);
    expect(formatLocal(strictTarget, row.timezone)).toBe(row.strictTarget);
    expect(formatLocal(legalDeadline ?? Number.NaN, row.timezone)).toBe(row.legalDeadline);
    expect((legalDeadline ?? Number.NaN) - row.hours * HOUR_MS).toBe(at(row.start));
  });

  it('end 72 to 73 elapsed hours after the event, never before the strict target', () => {
    const instants = fc.integer({ min: at('1990-01-01T00:00Z'), max: at('2090-01-01T00:00Z') });
    const property = fc.property(instants, (event) => {
      const { strictTarget, legalDeadline } = hoursFrom(event, 72);
      expect(strictTarget - event).toBe(72 * HOUR_MS);
      const elapsed = (legalDeadline ?? Number.NaN) - event;
      expect(elapsed).toBeGreaterThan(72 * HOUR_MS);
      expect(elapsed).toBeLessThanOrEqual(73 * HOUR_MS);
    });
    fc.assert(property, { numRuns: RUNS });
  });
});

describe('periods in days and months', () => {
  it.each(monthCases)('$name', ({ event, sameDate, lastDay }) => {
    expect(monthPeriod(event, 1, german.isHoliday)).toEqual({ sameDate, lastDay });
  });

  it.each([
    // event, the end of the period of one month, its strict target
    ['2026-10-15T09:00:00+02:00', '2026-11-17T00:00:00+01:00', '2026-11-16T00:00:00+01:00'],
    ['2027-01-31T23:59:00+01:00', '2027-03-02T00:00:00+01:00', '2027-03-01T00:00:00+01:00'],
    ['2026-11-25T12:00:00+01:00', '2026-12-29T00:00:00+01:00', '2026-12-26T00:00:00+01:00'],
  ])('one month from %s', (event, legalDeadline, strictTarget) => {
    expect(monthsFrom(at(event), 1, german)).toEqual({
      legalDeadline: at(legalDeadline),
      strictTarget: at(strictTarget),
    });
  });

  it.each([
    // Thursday: the third day is a Sunday and moves to Monday
    ['2026-11-19T10:00:00+01:00', 3, '2026-11-24T00:00:00+01:00', '2026-11-22T10:00:00+01:00'],
    ['2026-11-16T10:00:00+01:00', 2, '2026-11-19T00:00:00+01:00', '2026-11-18T10:00:00+01:00'],
  ])('from %s, %i days', (event, days, legalDeadline, strictTarget) => {
    expect(daysFrom(at(event), days, german)).toEqual({
      legalDeadline: at(legalDeadline),
      strictTarget: at(strictTarget),
    });
  });

  it('a year without a table and a country without one have no holidays', () => {
    expect(holidaysOf('DE')('2099-12-25')).toBe(false);
    expect(holidaysOf('XX')('2026-12-25')).toBe(false);
    expect(holidaysOf('DE')('2026-12-25')).toBe(true);
  });
});
