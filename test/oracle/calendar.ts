import Holidays from 'date-holidays';
import { Temporal } from 'temporal-polyfill';
import type { Case } from './question.ts';

/* Instants are milliseconds; dates are `YYYY-MM-DD`. Months are counted in the calendar. */

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export function instant(text: string): number {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new Error(`${text} is no instant`);
  return at;
}

/**
 * The same day and time of day, so many months later; the last day of the month where it has no
 * such day (Reg. 1182/71 Art. 3(2)(c)).
 */
export function plusMonths(at: number, months: number): number {
  const date = new Date(at);
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
  const next = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months + 1, 1);
  const daysInMonth = (next - first) / DAY;
  const day = Math.min(date.getUTCDate(), daysInMonth);
  return first + (day - 1) * DAY + (((at % DAY) + DAY) % DAY);
}

export interface LocalTime {
  readonly date: string;
  /** 0 is Sunday. */
  readonly weekday: number;
  readonly minutes: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** What clocks and calendars show in a zone. */
export function localTime(at: number, zone: string): LocalTime {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(zone, format);
  }
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const date = `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`;
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  return { date, weekday, minutes: Number(parts.get('hour')) * 60 + Number(parts.get('minute')) };
}

export function plusDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

const holidays = new Map<string, ReadonlySet<string>>();

/** Nation-wide public holidays. */
export function isPublicHoliday(country: string, date: string): boolean {
  const year = Number(date.slice(0, 4));
  const key = `${country} ${year}`;
  let dates = holidays.get(key);
  if (dates === undefined) {
    const found = new Holidays(country).getHolidays(year);
    dates = new Set(
      found.filter(({ type }) => type === 'public').map((holiday) => holiday.date.slice(0, 10)),
    );
    holidays.set(key, dates);
  }
  return dates.has(date);
}

/** Whole years of age on a date; somebody born on 29 February is a year older on 1 March. */
export function ageOn(birthDate: string, date: string): number {
  const years = Number(date.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return date.slice(5) >= birthDate.slice(5) ? years : years - 1;
}

/**
 * Is a period since an instant over? Counted in whole days of 24 hours and in months of the UTC
 * calendar, or back from now in the controller's calendar: whichever ends earlier.
 */
export function isOver(
  since: number,
  period: { readonly days: number } | { readonly months: number },
  { now, question, choices }: Case,
): boolean {
  const end = 'days' in period ? since + period.days * DAY : plusMonths(since, period.months);
  if (!choices.has('calendar-of-the-controller') && now > end) return true;
  // The two ways of counting are never further apart than a month is from the next one.
  if (Math.abs(now - end) > 4 * DAY) return now > end;
  return since < backInCalendar(now, period, question.controller.timezone);
}

/**
 * So many days or months before, on the calendar of a zone: as long after midnight. A month that
 * has no such day ends with its last one (Reg. 1182/71 Art. 3(2)(c)).
 */
function backInCalendar(
  now: number,
  period: { readonly days: number } | { readonly months: number },
  zone: string,
): number {
  const date = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone).toPlainDate();
  const startOf = (day: Temporal.PlainDate) => day.toZonedDateTime(zone).epochMilliseconds;
  const target = date.subtract(period);
  const end = startOf(target.add({ days: 1 }));
  if (!target.add(period).equals(date)) return end;
  return Math.min(startOf(target) + now - startOf(date), end);
}

/** Has something happened in the last so many days, counted one way or the other? */
export function isWithinDays(at: number, days: number, facts: Case): boolean {
  const { now, question, choices } = facts;
  const isElapsed = !choices.has('calendar-of-the-controller') && at > now - days * DAY;
  return isElapsed || at > backInCalendar(now, { days }, question.controller.timezone);
}
