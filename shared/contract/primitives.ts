import * as z from 'zod';
import { isCalendarDate, parseInstant } from '../kernel/instant.ts';
import { limits } from './limits.ts';
import { channels } from './vocabulary.ts';

/** No control characters, which hide in logs and break files, and no half of a character. */
export const printable = /^[^\p{Cc}\p{Cs}]*$/u;

export const ShortText = z
  .string()
  .min(1)
  .max(limits.shortTextCharacters)
  .regex(printable, 'has a control character')
  .meta({ description: 'a short text without control characters' });

export const LongText = z.string().min(1).max(limits.longTextCharacters);

/** Why somebody decided as they did: lines of text, in their own words. */
export const ReasonText = z
  .string()
  .min(1)
  .max(limits.reasonCharacters)
  .regex(/\S/u, 'says nothing')
  .regex(/^(?:[^\p{Cc}\p{Cs}]|[\t\n\r])*$/u, 'has a control character')
  .meta({ description: 'a reason, in lines of text without other control characters' });

export const InstantText = z
  .string()
  .max(40)
  .refine((text) => parseInstant(text) !== null, 'is not an RFC 3339 instant with an offset')
  .meta({ description: 'RFC 3339 instant with its offset', format: 'date-time' });

export const DateText = z
  .string()
  .max(10)
  .refine(isCalendarDate, 'is not a calendar date `YYYY-MM-DD`')
  .meta({ description: 'calendar date', format: 'date' });

export const CountryCode = z
  .string()
  .regex(/^[A-Z]{2}$/, 'is not an ISO 3166-1 alpha-2 code such as `DE`');

/** The language that somebody was addressed in, as a form of a CRM names it. */
export const LocaleText = z
  .string()
  .max(35)
  .regex(/^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$/, 'is no language tag such as `de` or `de-AT`')
  .meta({ description: 'BCP 47 language tag' });

export const RegionCode = z
  .string()
  .regex(/^[A-Z]{2}-[A-Z0-9]{1,3}$/, 'is not an ISO 3166-2 code such as `DE-NW`');

export const ControllerId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'is not an id of 1 to 64 letters, digits, `.-_`')
  .meta({ description: 'a controller, by the id under which it was created' });

/** Purposes and product categories: dotted words, matched exactly or by their first segment. */
export const DottedName = z
  .string()
  .max(limits.shortTextCharacters)
  .regex(
    /^[^\s.\p{Cc}\p{Cs}]+(\.[^\s.\p{Cc}\p{Cs}]+)*$/u,
    'is not a dotted name such as `running.shoes`',
  );

export const PurposeName = z
  .string()
  .min(1)
  .max(limits.shortTextCharacters)
  .regex(printable, 'has a control character');

export const Sha256Text = z.string().regex(/^[0-9a-fA-F]{64}$/, 'is not a SHA-256 in hexadecimal');

export const ChannelName = z.enum(channels);

function distinct(items: readonly unknown[]): boolean {
  return new Set(items).size === items.length;
}

export const ChannelList = z
  .array(ChannelName)
  .min(1)
  .max(limits.listItems)
  .refine(distinct, 'names a channel twice');

export const NameList = z.array(ShortText).min(1).max(limits.listItems);

export const PurposeList = z.array(PurposeName).min(1).max(limits.listItems);

/** Zones that were looked up: each look-up takes longer than all else of a case that is read. */
const knownZones = new Set<string>();
/** There are some 600; beyond that somebody plays with upper and lower case. */
const KNOWN_ZONES_MAX = 1000;

export function isTimeZone(text: string): boolean {
  if (knownZones.has(text)) return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    if (knownZones.size < KNOWN_ZONES_MAX) knownZones.add(text);
    return true;
  } catch {
    return false;
  }
}

export const TimeZoneName = z
  .string()
  .max(64)
  .regex(/^[A-Za-z]+(\/[A-Za-z0-9_+-]+)*$/, 'is not an IANA time zone such as `Europe/Berlin`')
  .refine(isTimeZone, 'is not an IANA time zone such as `Europe/Berlin`');
