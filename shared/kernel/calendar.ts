import { Temporal } from 'temporal-polyfill';
import type { EpochMs } from './instant.ts';

/**
 * The instant n calendar months before another, on the clocks of a time zone: a period of n months
 * is over for an event that lies before it. The day is clamped to the end of a shorter month.
 */
export function monthsBefore(instant: EpochMs, months: number, timeZone: string): EpochMs {
  return Temporal.Instant.fromEpochMilliseconds(instant)
    .toZonedDateTimeISO(timeZone)
    .subtract({ months }).epochMilliseconds;
}

/** The instant n calendar days before another, on the clocks of a time zone. */
export function daysBefore(instant: EpochMs, days: number, timeZone: string): EpochMs {
  return Temporal.Instant.fromEpochMilliseconds(instant)
    .toZonedDateTimeISO(timeZone)
    .subtract({ days }).epochMilliseconds;
}

/** The first instant of a calendar date in a time zone. */
export function startOfDate(date: string, timeZone: string): EpochMs {
  return Temporal.PlainDate.from(date).toZonedDateTime(timeZone).epochMilliseconds;
}

/** The calendar date on the clocks of a time zone, as `YYYY-MM-DD`. */
export function dateAt(instant: EpochMs, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(instant)
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toString();
}

/** Completed years of age on a date; both as `YYYY-MM-DD`. */
export function ageOn(birthDate: string, date: string): number {
  const years = Number(date.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return date.slice(5) < birthDate.slice(5) ? years - 1 : years;
}
