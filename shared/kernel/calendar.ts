import * as Instants from 'temporal-polyfill/fns/Instant';
import * as Dates from 'temporal-polyfill/fns/PlainDate';
import * as ZonedTimes from 'temporal-polyfill/fns/ZonedDateTime';
import type { EpochMs } from './instant.ts';

/*
 * Calendar arithmetic. The functions of the Temporal polyfill are imported one by one: its classes
 * would add 33 kB to every function that decides.
 */

function zoned(instant: EpochMs, timeZone: string) {
  return Instants.toZonedDateTimeISO(Instants.fromEpochMilliseconds(instant), timeZone);
}

/**
 * The instant n calendar months before another, on the clocks of a time zone: a period of n months
 * is over for an event that lies before it. The day is clamped to the end of a shorter month.
 */
export function monthsBefore(instant: EpochMs, months: number, timeZone: string): EpochMs {
  return ZonedTimes.subtractMonths(zoned(instant, timeZone), months).epochMilliseconds;
}

/** The instant n calendar days before another, on the clocks of a time zone. */
export function daysBefore(instant: EpochMs, days: number, timeZone: string): EpochMs {
  return ZonedTimes.subtractDays(zoned(instant, timeZone), days).epochMilliseconds;
}

/** The first instant of a calendar date (`YYYY-MM-DD`) in a time zone. */
export function startOfDate(date: string, timeZone: string): EpochMs {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  const plain = Dates.fromFields({ year, month, day }, { overflow: 'reject' });
  return Dates.toZonedDateTime(plain, timeZone).epochMilliseconds;
}

/** The calendar date on the clocks of a time zone, as `YYYY-MM-DD`. */
export function dateAt(instant: EpochMs, timeZone: string): string {
  return Dates.toString(ZonedTimes.toPlainDate(zoned(instant, timeZone)));
}

/** Completed years of age on a date; both as `YYYY-MM-DD`. */
export function ageOn(birthDate: string, date: string): number {
  const years = Number(date.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return date.slice(5) < birthDate.slice(5) ? years - 1 : years;
}
