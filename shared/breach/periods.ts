import { addMonthsTo, dateAt, endOfDate, nextDate, weekdayOf } from '../kernel/calendar.ts';
import { DAY_MS, HOUR_MS, type EpochMs } from '../kernel/instant.ts';

/*
 * Periods of Regulation (EEC, Euratom) 1182/71. Each gives two instants: the strict target, by
 * which everybody agrees that it was done in time and to which the gate plans, and the legal
 * deadline, which may lie a little later and is the outer edge (RULES F-6).
 */
export interface Deadline {
  readonly strictTarget: EpochMs;
  /** Null where the law names no number: as soon as possible. */
  readonly legalDeadline: EpochMs | null;
}

/** Whether a date, `YYYY-MM-DD`, is a public holiday; Saturdays and Sundays are known without. */
export type IsHoliday = (date: string) => boolean;

/**
 * A period of n hours (Art. 3(1), 3(2)(a)): the hour in which the event falls is not counted, and
 * an event on the full hour falls into the hour that begins. Hours are elapsed hours, whatever the
 * clocks do; a period in hours does not move to a working day (Art. 3(4)). Hours of UTC and of the
 * zones in use in Europe begin together.
 */
export function hoursFrom(event: EpochMs, hours: number): Deadline {
  const start = Math.floor(event / HOUR_MS) * HOUR_MS + HOUR_MS;
  return { strictTarget: event + hours * HOUR_MS, legalDeadline: start + hours * HOUR_MS };
}

/** A period that other law counts: from the event to the minute (RULES F-7). */
export function elapsedFrom(event: EpochMs, hours: number): Deadline {
  const end = event + hours * HOUR_MS;
  return { strictTarget: end, legalDeadline: end };
}

/**
 * A period of n days (Art. 3(1), 3(2)(b), 3(4)): the day of the event is not counted, the last one
 * counts to its end, and a Saturday, Sunday or holiday moves it to the next working day.
 */
export function daysFrom(
  event: EpochMs,
  days: number,
  place: { readonly timeZone: string; readonly isHoliday: IsHoliday },
): Deadline {
  let last = dateAt(event, place.timeZone);
  for (let day = 0; day < days; day++) last = nextDate(last);
  const end = endOfDate(workingDay(last, place.isHoliday), place.timeZone);
  return { strictTarget: event + days * DAY_MS, legalDeadline: end };
}

/**
 * A period of n months (Art. 3(1), 3(2)(c), 3(4)): it ends with the day of the same date, or the
 * last one of the month, moved to a working day. The strict target does not move.
 */
export function monthsFrom(
  event: EpochMs,
  months: number,
  place: { readonly timeZone: string; readonly isHoliday: IsHoliday },
): Deadline {
  const { sameDate, lastDay } = monthPeriod(dateAt(event, place.timeZone), months, place.isHoliday);
  return {
    strictTarget: endOfDate(sameDate, place.timeZone),
    legalDeadline: endOfDate(lastDay, place.timeZone),
  };
}

/** The same in dates: where the period ends by the calendar, and the day that it moves to. */
export function monthPeriod(
  eventDate: string,
  months: number,
  isHoliday: IsHoliday,
): { readonly sameDate: string; readonly lastDay: string } {
  const sameDate = addMonthsTo(eventDate, months);
  return { sameDate, lastDay: workingDay(sameDate, isHoliday) };
}

const SATURDAY = 6;

/** The date itself or the next one on which people work; Easter and Christmas are a few days. */
function workingDay(date: string, isHoliday: IsHoliday): string {
  let day = date;
  while (weekdayOf(day) >= SATURDAY || isHoliday(day)) day = nextDate(day);
  return day;
}
