import { describe, expect, it } from 'vitest';
import { Temporal } from 'temporal-polyfill';
import fc from 'fast-check';
import {
  dateAt,
  daysBefore,
  endOfYearAfter,
  monthsAfter,
  monthsBefore,
  startOfDate,
  yearsBefore,
} from '../../shared/kernel/calendar.ts';
import { isCalendarDate, parseInstant } from '../../shared/kernel/instant.ts';

const at = (text: string) => Date.parse(text);

describe('calendar periods', () => {
  it.each([
    // instant, months, zone, the instant before
    ['2026-11-23T10:00:00+01:00', 36, 'Europe/Berlin', '2023-11-23T10:00:00+01:00'],
    ['2026-11-23T10:00:00+01:00', 24, 'Europe/Berlin', '2024-11-23T10:00:00+01:00'],
    ['2026-05-31T12:00:00+02:00', 3, 'Europe/Berlin', '2026-03-01T00:00:00+01:00'],
    ['2024-02-29T12:00:00+01:00', 12, 'Europe/Berlin', '2023-03-01T00:00:00+01:00'],
    ['2026-04-29T02:30:00+02:00', 1, 'Europe/Berlin', '2026-03-29T03:30:00+02:00'],
    ['2026-04-29T23:30:00+02:00', 1, 'Europe/Berlin', '2026-03-30T00:00:00+02:00'],
  ])('%s less %i months in %s', (instant, months, zone, before) => {
    expect(monthsBefore(at(instant), months, zone)).toBe(at(before));
  });

  it.each([
    ['2026-01-15T10:00:00+01:00', 60, 'Europe/Berlin', '2031-01-15T10:00:00+01:00'],
    ['2024-02-29T10:00:00+01:00', 60, 'Europe/Berlin', '2029-03-01T00:00:00+01:00'],
    ['2026-01-31T10:00:00+01:00', 1, 'Europe/Berlin', '2026-03-01T00:00:00+01:00'],
    ['2026-03-28T02:30:00+01:00', 12, 'Europe/Berlin', '2027-03-28T03:30:00+02:00'],
  ])('%s and %i months in %s', (instant, months, zone, after) => {
    expect(monthsAfter(at(instant), months, zone)).toBe(at(after));
  });

  it.each([
    ['2026-05-01T00:00:00+02:00', 3, '2030-01-01T00:00:00+01:00'],
    ['2026-12-31T23:59:59+01:00', 3, '2030-01-01T00:00:00+01:00'],
    ['2026-12-31T23:30:00Z', 3, '2031-01-01T00:00:00+01:00'],
  ])('%s: the end of the year %i years on', (instant, years, end) => {
    expect(endOfYearAfter(at(instant), years, 'Europe/Berlin')).toBe(at(end));
  });

  it('days are days of the clock, also over a change of time', () => {
    const noon = at('2026-03-30T12:00:00+02:00');
    expect(daysBefore(noon, 2, 'Europe/Berlin')).toBe(at('2026-03-28T12:00:00+01:00'));
  });

  it('never run backwards', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: at('2100-01-01T00:00:00Z') }),
        fc.integer({ min: 0, max: 3 * 24 * 3600 * 1000 }),
        fc.integer({ min: 0, max: 60 }),
        fc.constantFrom('Europe/Berlin', 'Europe/London', 'Europe/Lisbon', 'UTC'),
        (instant, later, count, zone) => {
          for (const before of [monthsBefore, daysBefore]) {
            const first = before(instant, count, zone);
            expect(before(instant + later, count, zone)).toBeGreaterThanOrEqual(first);
          }
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('agree with the classes of Temporal, but for changes of the clocks and missing days', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: at('2100-01-01T00:00:00Z') }),
        fc.integer({ min: 0, max: 120 }),
        fc.constantFrom('Europe/Berlin', 'Europe/London', 'Europe/Lisbon', 'UTC'),
        (instant, count, zone) => {
          const time = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
          const months = time.subtract({ months: count });
          const whole = (other: typeof time) => time.hoursInDay === 24 && other.hoursInDay === 24;
          if (whole(months) && months.day === time.day) {
            expect(monthsBefore(instant, count, zone)).toBe(months.epochMilliseconds);
          }
          const days = time.subtract({ days: count });
          if (whole(days)) expect(daysBefore(instant, count, zone)).toBe(days.epochMilliseconds);
          const date = time.toPlainDate();
          expect(dateAt(instant, zone)).toBe(date.toString());
          const start = date.toZonedDateTime(zone).epochMilliseconds;
          expect(startOfDate(date.toString(), zone)).toBe(start);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('ages', () => {
  it.each([
    ['2010-11-23', '2026-11-22', 16, false],
    ['2010-11-23', '2026-11-23', 16, true],
    ['2008-02-29', '2026-02-28', 18, false],
    ['2008-02-29', '2026-03-01', 18, true],
    ['1927-11-22', '2026-11-22', 99, true],
  ])('born %s, on %s: %i years completed: %s', (birth, date, years, completed) => {
    expect(birth <= yearsBefore(date, years)).toBe(completed);
  });
});

describe('instants and dates are read strictly', () => {
  it.each([
    ['2026-11-23T10:00:00Z', true],
    ['2026-11-23T10:00:00.123456789+01:00', true],
    ['2024-02-29T00:00:00Z', true],
    ['2026-02-29T00:00:00Z', false],
    ['2026-02-30T10:00:00Z', false],
    ['2026-13-01T10:00:00Z', false],
    ['2026-11-23T24:00:00Z', false],
    ['2026-06-30T23:59:60Z', false],
    ['2026-11-23T10:00:00', false],
    ['2026-11-23 10:00:00Z', false],
    ['2026-11-23T10:00:00+25:00', false],
    ['2026-11-23', false],
  ])('%s', (text, valid) => {
    expect(parseInstant(text) !== null).toBe(valid);
  });

  it('knows every date that there is, and no other', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1900, max: 2100 }),
        fc.integer({ min: 0, max: 13 }),
        fc.integer({ min: 0, max: 32 }),
        (year, month, day) => {
          const pad = (value: number) => String(value).padStart(2, '0');
          const text = `${year}-${pad(month)}-${pad(day)}`;
          const date = new Date(Date.UTC(year, month - 1, day));
          const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
          expect(isCalendarDate(text)).toBe(exists);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
