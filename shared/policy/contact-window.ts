import * as Instants from 'temporal-polyfill/fns/Instant';
import * as Dates from 'temporal-polyfill/fns/PlainDate';
import * as Times from 'temporal-polyfill/fns/PlainTime';
import * as ZonedTimes from 'temporal-polyfill/fns/ZonedDateTime';
import type { Channel } from '../contract/vocabulary.ts';
import type { EpochMs } from '../kernel/instant.ts';
import type { ContactWindow, Jurisdiction } from './jurisdiction.ts';

/** Whether a channel may be used now, and when it may be again; resolved once for each law. */
export interface ContactTimes {
  /** Every window of every applicable law is open in every zone of the recipient. */
  readonly open: boolean;
  /** The same for somebody whose consent counts as one to the hours, where the law says so. */
  readonly openWithConsent: boolean;
  /** The next instant at which they are all open; null: none within the days that are searched. */
  readonly nextOpening: (consented: boolean) => EpochMs | null;
}

interface Rule {
  readonly window: ContactWindow;
  readonly holidays: Jurisdiction['publicHolidays'];
}

const ALWAYS: ContactTimes = Object.freeze({
  open: true,
  openWithConsent: true,
  nextOpening: () => null,
});

/** Longer than any run of holidays and Sundays. */
const SEARCHED_DAYS = 21;
const SATURDAY = 6;

/**
 * The windows of a channel at an instant (RULES E). Hours are the recipient's: where the zone is
 * not certain, all that come into question must be open. Holidays are those of each law's country.
 */
export function contactTimes(input: {
  readonly profiles: readonly Jurisdiction[];
  readonly zones: readonly string[];
  readonly channel: Channel;
  readonly instant: EpochMs;
}): ContactTimes {
  const { zones, instant } = input;
  const all = input.profiles.flatMap(({ windows, publicHolidays }) =>
    windows
      .filter(({ channels }) => channels.includes(input.channel))
      .map((window): Rule => ({ window, holidays: publicHolidays })),
  );
  if (all.length === 0) return ALWAYS;
  const binding = all.filter(({ window }) => !window.consentOverrides);
  return {
    open: areOpen(all, zones, instant),
    openWithConsent: areOpen(binding, zones, instant),
    nextOpening: (consented) => nextOpening(consented ? binding : all, zones, instant),
  };
}

function areOpen(rules: readonly Rule[], zones: readonly string[], instant: EpochMs): boolean {
  return zones.every((zone) => {
    const local = localTime(instant, zone);
    const date = ZonedTimes.toPlainDate(local);
    const clock = Times.toString(ZonedTimes.toPlainTime(local)).slice(0, 'HH:MM'.length);
    return rules.every((rule) =>
      hoursOf(rule, date).some(([from, to]) => from <= clock && clock < to),
    );
  });
}

function hoursOf({ window, holidays }: Rule, date: Dates.Record) {
  const usual = window.hours[Dates.dayOfWeek(date) - 1] ?? [];
  if (window.publicHolidays === 'deny' && isHoliday(holidays, date)) return [];
  const eve = window.eveAsSaturday && isHoliday(holidays, Dates.addDays(date, 1));
  if (!eve || Dates.dayOfWeek(date) >= SATURDAY) return usual;
  return window.hours[SATURDAY - 1] ?? [];
}

/** A year without a table is all holidays: nobody knows which days are none. */
function isHoliday(holidays: Jurisdiction['publicHolidays'], date: Dates.Record): boolean {
  const [year, ...monthAndDay] = Dates.toString(date).split('-');
  const days = holidays[year ?? ''];
  return days === undefined || days.split(' ').includes(monthAndDay.join('-'));
}

function nextOpening(
  rules: readonly Rule[],
  zones: readonly string[],
  instant: EpochMs,
): EpochMs | null {
  for (let day = 0; day < SEARCHED_DAYS; day++) {
    const found = openingsOf(rules, zones, instant, day)
      .filter((opening) => opening >= instant)
      .sort((left, right) => left - right)
      .find((opening) => areOpen(rules, zones, opening));
    if (found !== undefined) return found;
  }
  return null;
}

/** When windows open on the day that lies so many days ahead; one of them opens the last. */
function openingsOf(
  rules: readonly Rule[],
  zones: readonly string[],
  instant: EpochMs,
  day: number,
): EpochMs[] {
  return zones.flatMap((timeZone) => {
    const date = Dates.addDays(ZonedTimes.toPlainDate(localTime(instant, timeZone)), day);
    return rules.flatMap((rule) =>
      hoursOf(rule, date).map(([from]) => {
        const plainTime = Times.fromString(from);
        return Dates.toZonedDateTime(date, { timeZone, plainTime }).epochMilliseconds;
      }),
    );
  });
}

function localTime(instant: EpochMs, timeZone: string) {
  return Instants.toZonedDateTimeISO(Instants.fromEpochMilliseconds(instant), timeZone);
}
