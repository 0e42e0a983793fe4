import * as z from 'zod';
import { advertiserKinds, channels, recipientTypes } from '../contract/vocabulary.ts';
import { TimeZoneName } from '../contract/primitives.ts';
import { startOfDate } from '../kernel/calendar.ts';
import type { EpochMs } from '../kernel/instant.ts';

/**
 * Grounds other than consent on which a country lets a channel be used for advertising. Consent
 * is always a ground and is tried first (RULES 0.5, step 4).
 */
export const statutoryBases = [
  'existing_customer',
  'legitimate_interest',
  'presumed_interest',
  'ongoing_contract',
  'recent_customer',
  'opt_out',
] as const;
export type StatutoryBasis = (typeof statutoryBases)[number];

const Bases = z.array(z.enum(statutoryBases)).readonly();

const bases = { private: Bases, corporate: Bases };

/** What a channel needs, for private and for corporate recipients. */
const ChannelLaw = z
  .strictObject({
    ...bases,
    /** Words that a segment of the product's category begins with: nothing but consent will do. */
    consentOnlyFor: z.array(z.string()).readonly().optional(),
    /** Other grounds when the advertiser is of one of these kinds. */
    exception: z
      .strictObject({ advertiserKinds: z.array(z.enum(advertiserKinds)).readonly(), ...bases })
      .readonly()
      .optional(),
  })
  .readonly();
export type ChannelLaw = z.infer<typeof ChannelLaw>;

const Clock = z.string().regex(/^([01]\d|2[0-4]):[0-5]\d$/);
const Hours = z.array(z.tuple([Clock, Clock])).readonly();

const ContactWindow = z
  .strictObject({
    channels: z.array(z.enum(channels)).readonly(),
    /** By weekday, Monday first; no hours: never. */
    hours: z.tuple([Hours, Hours, Hours, Hours, Hours, Hours, Hours]).readonly(),
    publicHolidays: z.enum(['deny', 'allow']),
    /** The day before a public holiday has the hours of a Saturday. */
    eveAsSaturday: z.boolean(),
    consentOverrides: z.boolean(),
    authority: z.string(),
  })
  .readonly();
export type ContactWindow = z.infer<typeof ContactWindow>;

const Register = z
  .strictObject({
    register: z.string(),
    channels: z.array(z.enum(channels)).readonly(),
    recipients: z.enum(['private', 'corporate', 'all']),
    /** Nobody may rely on the grounds that it bars without having asked it. */
    required: z.boolean(),
    /** Grounds that a listing takes away; consent counts apart. */
    bars: Bases,
    /** Does a consent to this sender prevail: always, only when given after the listing, never? */
    consent: z.enum(['prevails', 'prevails_if_newer', 'barred']),
    /** A listing leaves the consents of a running contract standing. */
    contractKeepsConsent: z.boolean().optional(),
    /** Days for which a result may be used; null: no limit is set. */
    validDays: z.number().int().nullable(),
    authority: z.string(),
  })
  .readonly();
export type Register = z.infer<typeof Register>;

/** How many contacts within how many calendar days, attempts included. */
const Cap = z
  .strictObject({
    channels: z.array(z.enum(channels)).readonly(),
    max: z.number().int().min(0),
    rollingDays: z.number().int().min(1),
    authority: z.string(),
  })
  .readonly();

/** Calendar days for which nobody is contacted again who refused in a contact. */
const Cooldown = z
  .strictObject({
    channels: z.array(z.enum(channels)).readonly(),
    days: z.number().int().min(1),
    authority: z.string(),
  })
  .readonly();

/** Month and day of each public holiday, by year: `{ "2026": "01-01 04-03" }`. */
const PublicHolidays = z.record(
  z.string().regex(/^\d{4}$/),
  z.string().regex(/^\d\d-\d\d( \d\d-\d\d)*$/),
);

/** The law of one country between two dates, as data (RULES A, D, E). */
export const Jurisdiction = z
  .strictObject({
    country: z.string().regex(/^[A-Z]{2}$/),
    /** First and last day on which this version is the law there; null: open. */
    validFrom: z.iso.date().nullable(),
    validTo: z.iso.date().nullable(),
    /** Zones of its recipients; the first one is the clock of its law. */
    timeZones: z.tuple([TimeZoneName], TimeZoneName).readonly(),
    /** Recipient types whom the country treats as corporate subscribers. */
    corporateTypes: z.array(z.enum(recipientTypes)).readonly(),
    channels: z.record(z.enum(channels), ChannelLaw).readonly(),
    /** Age from which a child consents alone (Art. 8(1) GDPR). */
    consentAge: z.number().int().min(13).max(18),
    /** Months for which the existing-customer exception carries; null: the policy's default. */
    existingCustomerMonths: z.number().int().nullable(),
    /** From when they run: the sale, or the last permitted use after it. */
    existingCustomerClock: z.enum(['sale', 'last_use']),
    /** Kinds of advertisers for whom an enquiry is as good as a sale. */
    enquirySuffices: z.array(z.enum(advertiserKinds)).readonly(),
    registers: z.array(Register).readonly(),
    windows: z.array(ContactWindow).readonly(),
    /** National caps and cool-down; where there is none, the policy's default applies. */
    caps: z.array(Cap).readonly(),
    refusalCooldown: Cooldown.nullable(),
    /** Nation-wide only; a year that is missing has no permitted window that asks for them. */
    publicHolidays: PublicHolidays,
    /** Months of the country's own practice; null: the policy's default. */
    dormancyMonths: z.number().int().nullable(),
    inactivityMonths: z.number().int().nullable(),
    prospectMonths: z.number().int().nullable(),
    authorities: z
      .strictObject({ electronic: z.string(), phone: z.string(), post: z.string() })
      .readonly(),
    /** Values that are contested or were not verified (RULES, certainty U), by path. */
    unverified: z.array(z.strictObject({ path: z.string(), note: z.string() })).readonly(),
  })
  .readonly();
export type Jurisdiction = z.infer<typeof Jurisdiction>;

/** The version in force at an instant, by the clocks of the country itself; null: none. */
export function inForce(
  versions: readonly Jurisdiction[],
  country: string,
  instant: EpochMs,
): Jurisdiction | null {
  const found = versions.filter((version) => {
    if (version.country !== country) return false;
    const from = version.validFrom === null || instant >= startOf(version, version.validFrom);
    const to = version.validTo === null || instant < startOf(version, dayAfter(version.validTo));
    return from && to;
  });
  return found.length === 1 ? (found[0] ?? null) : null;
}

function startOf(version: Jurisdiction, date: string): EpochMs {
  return startOfDate(date, version.timeZones[0]);
}

function dayAfter(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}
