import * as Instants from 'temporal-polyfill/fns/Instant';
import * as Dates from 'temporal-polyfill/fns/PlainDate';
import * as ZonedTimes from 'temporal-polyfill/fns/ZonedDateTime';
import { DAY_MS, type EpochMs } from './instant.ts';

/*
 * Calendar arithmetic. The functions of the Temporal polyfill are imported one by one: its classes
 * would add 33 kB to every function that decides.
 */

function zoned(instant: EpochMs, timeZone: string) {
  return Instants.toZonedDateTimeISO(Instants.fromEpochMilliseconds(instant), timeZone);
}

/**
 * The instant n calendar months before another, on the clocks of a time zone: a period of n months
 * is over for an event that lies before it. Where the month has no such day it is the end of the
 * month. A later instant never gives an earlier one, also not where clocks change or days are
 * missing: what is over stays over.
 */
export function monthsBefore(instant: EpochMs, months: number, timeZone: string): EpochMs {
  const date = ZonedTimes.toPlainDate(zoned(instant, timeZone));
  const target = Dates.subtractMonths(date, months);
  const exists = Dates.equals(Dates.addMonths(target, months), date);
  if (!exists) return startOf(Dates.addDays(target, 1), timeZone);
  return sameTimeOn(target, date, instant, timeZone);
}

/** The instant n calendar days before another, or after it; as for months. */
export function daysBefore(instant: EpochMs, days: number, timeZone: string): EpochMs {
  const date = ZonedTimes.toPlainDate(zoned(instant, timeZone));
  return sameTimeOn(Dates.subtractDays(date, days), date, instant, timeZone);
}

/** The instant n calendar months after another: when a period that began there is over. */
export function monthsAfter(instant: EpochMs, months: number, timeZone: string): EpochMs {
  return monthsBefore(instant, -months, timeZone);
}

/**
 * The end of the n-th year behind the one that an instant lies in: periods of limitation begin with
 * the end of a year (§ 199(1) BGB) and end with one.
 */
export function endOfYearAfter(instant: EpochMs, years: number, timeZone: string): EpochMs {
  const year = Number(dateAt(instant, timeZone).slice(0, 4)) + years + 1;
  return startOfDate(`${String(year).padStart(4, '0')}-01-01`, timeZone);
}

/** As long after midnight as on the other date, and at most the end of the day. */
function sameTimeOn(
  target: Dates.Record,
  date: Dates.Record,
  instant: EpochMs,
  timeZone: string,
): EpochMs {
  const elapsed = instant - startOf(date, timeZone);
  const end = startOf(Dates.addDays(target, 1), timeZone);
  return Math.min(startOf(target, timeZone) + elapsed, end);
}

function startOf(date: Dates.Record, timeZone: string): EpochMs {
  return Dates.toZonedDateTime(date, timeZone).epochMilliseconds;
}

/** The first instant of a calendar date (`YYYY-MM-DD`) in a time zone. */
export function startOfDate(date: string, timeZone: string): EpochMs {
  return startOf(plainDate(date), timeZone);
}

/** 24:00 of a calendar date: the first instant of the next one. */
export function endOfDate(date: string, timeZone: string): EpochMs {
  return startOf(Dates.addDays(plainDate(date), 1), timeZone);
}

function plainDate(date: string): Dates.Record {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  return Dates.fromFields({ year, month, day }, { overflow: 'reject' });
}

/** The date after a date, both `YYYY-MM-DD`. */
export function nextDate(date: string): string {
  return Dates.toString(Dates.addDays(plainDate(date), 1));
}

/** The same date n months later, or the last one of that month. */
export function addMonthsTo(date: string, months: number): string {
  return Dates.toString(Dates.addMonths(plainDate(date), months));
}

/** 1 for Monday to 7 for Sunday (ISO 8601). */
export function weekdayOf(date: string): number {
  return Dates.dayOfWeek(plainDate(date));
}

/** RFC 3339 with the offset that holds in the time zone then, for people who read a clock there. */
export function formatLocal(instant: EpochMs, timeZone: string): string {
  const local = zoned(instant, timeZone);
  return ZonedTimes.toString(local, { timeZoneName: 'never', fractionalSecondDigits: 0 });
}

/**
 * The length of a period of n months, in milliseconds, the same whenever it runs: twelve months
 * are 365 days. For periods between two instants of the past, where a calendar would be too slow;
 * no longer than the calendar's, but for short ones around February.
 */
export function monthsInMs(months: number): number {
  return Math.floor((months * 365) / 12) * DAY_MS;
}

/** The calendar date on the clocks of a time zone, as `YYYY-MM-DD`. */
export function dateAt(instant: EpochMs, timeZone: string): string {
  return Dates.toString(ZonedTimes.toPlainDate(zoned(instant, timeZone)));
}

/**
 * The date on which somebody must have been born, or earlier, to have completed so many years on a
 * date; both as `YYYY-MM-DD`. Who is born on 29 February completes a year on 1 March, so the date
 * need not exist: it is for comparison alone.
 */
export function yearsBefore(date: string, years: number): string {
  return `${String(Number(date.slice(0, 4)) - years).padStart(4, '0')}${date.slice(4)}`;
}
