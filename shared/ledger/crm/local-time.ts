import * as DateTimes from 'temporal-polyfill/fns/PlainDateTime';
import { DAY_MS, isCalendarDate, parseInstant, type EpochMs } from '../../kernel/instant.ts';

/** `2026-03-01`, `2026-03-01 09:12`, `2026-03-01 09:12:44` and the same with `T`. */
const NAIVE = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2}))?)?$/;

/** Go's `time.Time.String()`, as listmonk's CSV has it: `2026-03-01 09:12:44.1 +0100 CET`. */
const GO_TEXT =
  /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?) ([+-]\d{2})(\d{2})(?: [A-Z0-9+-]{1,6})?$/;

/** `1994-03-07` or `07.03.1994`; with slashes day and month cannot be told apart. */
const GERMAN_DATE = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/;

/**
 * An instant as exports write it: with its offset, as Go prints it, or as local time of a zone.
 * Null for anything else: a date that does not exist is never rolled over to another day.
 */
export function parseExportTime(text: string, timeZone: string): EpochMs | null {
  const instant = parseInstant(text);
  if (instant !== null) return instant;
  const go = GO_TEXT.exec(text);
  if (go !== null) return parseInstant(`${go[1]}T${go[2]}${go[3]}:${go[4]}`);
  const match = NAIVE.exec(text);
  if (match === null || !isCalendarDate(match[1] ?? '')) return null;
  const [, date, hour = '00', minute = '00', second = '00'] = match;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const local = Date.parse(`${date}T${hour}:${minute}:${second}Z`);
  return local - localOffsetMs(local, timeZone);
}

/** A calendar date as `YYYY-MM-DD`, or null. */
export function parseExportDate(text: string): string | null {
  const day = text.slice(0, 10);
  if (isCalendarDate(text)) return text;
  if (isCalendarDate(day) && NAIVE.test(text)) return day;
  const match = GERMAN_DATE.exec(text);
  if (match === null) return null;
  const [, date = '', month = '', year = ''] = match;
  const written = `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`;
  return isCalendarDate(written) ? written : null;
}

/** Offsets at the beginning of local days; two days a year end with another one than they began. */
const dayOffsets = new Map<string, number>();

/** Days remembered: a hundred years in each of two zones. */
const DAYS_REMEMBERED = 80_000;

/**
 * How far the zone's clocks are ahead of UTC at a local time (milliseconds, as if it were UTC).
 * A local time that does not exist counts as one hour later, one that exists twice as the first.
 */
export function localOffsetMs(local: number, timeZone: string): number {
  const day = Math.floor(local / DAY_MS);
  const began = dayOffset(day, timeZone);
  return began === dayOffset(day + 1, timeZone) ? began : exactOffsetMs(local, timeZone);
}

function dayOffset(day: number, timeZone: string): number {
  const key = `${timeZone} ${day}`;
  const known = dayOffsets.get(key);
  if (known !== undefined) return known;
  const offset = exactOffsetMs(day * DAY_MS, timeZone);
  if (dayOffsets.size < DAYS_REMEMBERED) dayOffsets.set(key, offset);
  return offset;
}

/** About 25 µs a call, which is why whole days are remembered. */
function exactOffsetMs(local: number, timeZone: string): number {
  const utc = new Date(local);
  const date = [utc.getUTCFullYear(), utc.getUTCMonth() + 1, utc.getUTCDate()] as const;
  const time = [utc.getUTCHours(), utc.getUTCMinutes(), utc.getUTCSeconds()] as const;
  const plain = DateTimes.create(...date, ...time, utc.getUTCMilliseconds());
  return local - DateTimes.toZonedDateTime(plain, timeZone).epochMilliseconds;
}
