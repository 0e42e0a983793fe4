import { Temporal } from 'temporal-polyfill';
import { HOUR_MS, type EpochMs } from '../../../shared/kernel/instant.ts';

const ZONE = 'Europe/Berlin';
const SATURDAY = 6;

/** Holidays of all of Germany that fall on the same day every year (month and day). */
const fixedHolidays: ReadonlySet<string> = new Set(['01-01', '05-01', '10-03', '12-25', '12-26']);

export interface SendWindow {
  readonly from: EpochMs;
  readonly until: EpochMs;
}

/** From now on, for some hours. */
export function fromNow(at: EpochMs, hours: number): SendWindow {
  return { from: at, until: at + hours * HOUR_MS };
}

/**
 * Ten to six on the next day from Monday to Friday by German clocks, so that a campaign by phone
 * shows its other reasons and not only quiet hours. Holidays that move with Easter are not known.
 */
export function nextWorkingDay(at: EpochMs): SendWindow {
  const now = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(ZONE);
  let day = now.toPlainDate().add({ days: 1 });
  while (day.dayOfWeek >= SATURDAY || fixedHolidays.has(day.toString().slice(5))) {
    day = day.add({ days: 1 });
  }
  const instantAt = (hour: number) =>
    day.toZonedDateTime({ timeZone: ZONE, plainTime: { hour } }).epochMilliseconds;
  return { from: instantAt(10), until: instantAt(18) };
}
