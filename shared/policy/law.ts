import { policyDefaults } from '../contract/policy-overrides.ts';
import type { CampaignFields } from '../contract/campaigns.ts';
import type { Channel, RecipientType } from '../contract/vocabulary.ts';
import type { EpochMs } from '../kernel/instant.ts';
import { monthsInMs, startOfDate } from '../kernel/calendar.ts';
import { remember } from '../kernel/remember.ts';
import {
  contactCaps,
  refusalCooldown,
  type ContactCap,
  type RefusalCooldown,
} from './contact-frequency.ts';
import { contactTimes, type ContactTimes } from './contact-window.ts';
import type { Cutoffs } from './evaluation.ts';
import { inForce, type Jurisdiction, type StatutoryBasis } from './jurisdiction.ts';
import { isStated, type PolicyParameters } from './policy.ts';
import type { ApplicableRegister } from './registers.ts';

/** What one country's law offers one type of recipient on the campaign's channel. */
export interface CountryGrounds {
  readonly corporate: boolean;
  /** Grounds other than consent, in the order in which they are tried. */
  readonly offers: readonly StatutoryBasis[];
  readonly registers: readonly ApplicableRegister[];
}

export interface Grounds {
  readonly countries: readonly CountryGrounds[];
  /** Grounds that some applicable law offers. */
  readonly offered: ReadonlySet<StatutoryBasis>;
}

/** Until when a sale carries the existing-customer exception in one country. */
export interface CustomerPeriod {
  readonly since: EpochMs;
  readonly clock: 'sale' | 'last_use';
  /** Its length in milliseconds, for uses that lie in the past. */
  readonly lengthMs: number;
}

/**
 * The law that applies to one recipient: every profile of residence, number country and the
 * controller's establishment. A permission must hold in each of them, which is what "the strictest
 * applies" means (RULES A.6); a country that is not covered leaves the law unknown.
 */
export interface ApplicableLaw {
  /** Countries in order: residence, number, establishment; each once. */
  readonly countries: readonly string[];
  readonly profiles: readonly Jurisdiction[];
  /** The recipient's country is not known, or one of the countries is not covered. */
  readonly unknown: boolean;
  /** The highest age of consent of the profiles. */
  readonly consentAge: number;
  /** The first instant at which somebody born on a date has reached that age, in every zone. */
  readonly consentsFrom: (birthDate: string) => EpochMs;
  /** Who was last active before is too long inactive: consents, customers, prospects. */
  readonly dormantSince: EpochMs;
  readonly inactiveSince: EpochMs;
  readonly prospectSince: EpochMs;
  readonly customerPeriods: readonly CustomerPeriod[];
  /** An enquiry is as good as a sale to this advertiser, in every applicable law. */
  readonly enquirySuffices: boolean;
  readonly groundsFor: (recipientType: string | null) => Grounds;
  /** Registers of any country, whether they apply here or not. */
  readonly knownRegisters: ReadonlySet<string>;
  readonly times: ContactTimes;
  readonly caps: readonly ContactCap[];
  readonly cooldown: RefusalCooldown;
}

export interface LawBook {
  readonly lawFor: (recipient: {
    readonly residence: string | null;
    readonly numberCountry: string | null;
  }) => ApplicableLaw;
}

/** What the law depends on besides the recipient: the same for all of one evaluation. */
export interface LawContext {
  readonly versions: readonly Jurisdiction[];
  readonly establishment: { readonly country: string; readonly timeZone: string };
  readonly campaign: Pick<CampaignFields, 'channel' | 'advertiserKind' | 'productCategory'>;
  readonly parameters: PolicyParameters;
  readonly cutoffs: Cutoffs;
  readonly instant: EpochMs;
}

/** Laws are resolved once for each pair of countries and then only looked up. */
export function createLawBook(context: LawContext): LawBook {
  const known = new Map<string | null, Map<string | null, ApplicableLaw>>();
  const registers = new Set(
    context.versions.flatMap((version) => version.registers.map(({ register }) => register)),
  );
  return {
    lawFor: ({ residence, numberCountry }) => {
      const found = known.get(residence)?.get(numberCountry);
      if (found !== undefined) return found;
      const own = [...new Set([residence, numberCountry].filter((country) => country !== null))];
      const law = resolve(context, own, registers);
      const byNumber = known.get(residence) ?? new Map<string | null, ApplicableLaw>();
      byNumber.set(numberCountry, law);
      known.set(residence, byNumber);
      return law;
    },
  };
}

function resolve(
  context: LawContext,
  own: readonly string[],
  knownRegisters: ReadonlySet<string>,
): ApplicableLaw {
  const { versions, establishment, campaign, cutoffs, parameters, instant } = context;
  const countries = [...new Set([...own, establishment.country])];
  const found = countries.map((country) => inForce(versions, country, instant));
  const profiles = found.filter((profile) => profile !== null);
  const zones = zonesOf(profiles, own);
  const { channel } = campaign;
  const consentAge = Math.max(0, ...profiles.map((profile) => profile.consentAge));
  return {
    countries,
    profiles,
    unknown: own.length === 0 || profiles.length < countries.length,
    consentAge,
    consentsFrom: remember((birthDate: string) => birthday(birthDate, consentAge, profiles)),
    ...periodsOf(profiles, context),
    enquirySuffices: profiles.every((profile) =>
      profile.enquirySuffices.includes(campaign.advertiserKind),
    ),
    groundsFor: groundsByType(profiles, context),
    knownRegisters,
    times: contactTimes({ profiles, zones, channel, instant }),
    caps: contactCaps({ profiles, channel, parameters, daysBefore: cutoffs.days }),
    cooldown: refusalCooldown({
      profiles,
      channel,
      parameters,
      instant,
      timeZones: zones.length === 0 ? [establishment.timeZone] : zones,
    }),
  };
}

/** The first instant of a birthday, where it begins last; of 29 February it is 1 March. */
function birthday(birthDate: string, age: number, profiles: readonly Jurisdiction[]): EpochMs {
  const [year = 0, month = 1, day = 1] = birthDate.split('-').map(Number);
  const midnight = Date.UTC(year + age, month - 1, day);
  const date = new Date(midnight).toISOString().slice(0, 'YYYY-MM-DD'.length);
  const zones = profiles.flatMap(({ timeZones }) => timeZones);
  return Math.max(...(zones.length === 0 ? ['UTC'] : zones).map((zone) => startOfDate(date, zone)));
}

/** Where the recipient may be: the establishment is not asked, unless nothing else is known. */
function zonesOf(profiles: readonly Jurisdiction[], own: readonly string[]): readonly string[] {
  const here = profiles.filter(({ country }) => own.includes(country));
  const zones = (here.length === 0 ? profiles : here).flatMap(({ timeZones }) => timeZones);
  return [...new Set(zones)];
}

/**
 * Periods in months, as instants. A country's own period takes the place of the policy's default
 * there, a period that the controller has shortened holds everywhere, and of all the countries
 * the shortest counts.
 */
function periodsOf(profiles: readonly Jurisdiction[], { parameters, cutoffs }: LawContext) {
  const since = (
    period: { readonly own: number; readonly standard: number; readonly name: string },
    national: readonly (number | null)[],
  ) => {
    const { own, standard, name } = period;
    const meant = own < standard || isStated(parameters, name);
    const months = national.map((count) =>
      count === null || meant ? Math.min(own, count ?? own) : count,
    );
    return cutoffs.months(months.length === 0 ? own : Math.min(...months));
  };
  const { consent, retention } = parameters;
  const inactiveSince = since(
    {
      own: retention.inactivityMonths,
      standard: policyDefaults.retention.inactivityMonths,
      name: 'retention.inactivityMonths',
    },
    profiles.map(({ inactivityMonths }) => inactivityMonths),
  );
  const defaults = policyDefaults;
  return {
    dormantSince: since(
      {
        own: consent.dormancyMonths,
        standard: defaults.consent.dormancyMonths,
        name: 'consent.dormancyMonths',
      },
      profiles.map(({ dormancyMonths }) => dormancyMonths),
    ),
    inactiveSince,
    // RET-1 is for everybody; RET-4 only shortens the period for who never bought.
    prospectSince: Math.max(
      inactiveSince,
      since(
        {
          own: retention.prospectMonths,
          standard: defaults.retention.prospectMonths,
          name: 'retention.prospectMonths',
        },
        profiles.map(({ prospectMonths }) => prospectMonths),
      ),
    ),
    customerPeriods: profiles.map(({ existingCustomerMonths, existingCustomerClock }) => {
      const { windowMonths } = parameters.ec;
      const months = Math.min(windowMonths, existingCustomerMonths ?? windowMonths);
      const since = cutoffs.months(months);
      return { since, clock: existingCustomerClock, lengthMs: monthsInMs(months) };
    }),
  };
}

/** Grounds differ by recipient type alone, so there are five of them at most. */
function groundsByType(profiles: readonly Jurisdiction[], context: LawContext) {
  return remember((recipientType: string | null): Grounds => {
    const countries = profiles.map((profile) => countryGrounds(profile, recipientType, context));
    return { countries, offered: new Set(countries.flatMap(({ offers }) => offers)) };
  });
}

function countryGrounds(
  profile: Jurisdiction,
  recipientType: string | null,
  { campaign, parameters, cutoffs }: LawContext,
): CountryGrounds {
  const corporate = isCorporate(profile, recipientType);
  const side = corporate ? 'corporate' : 'private';
  const registers = profile.registers
    .filter(({ channels }) => channels.includes(campaign.channel))
    .map(({ channels: _channels, recipients, ...register }) => ({
      ...register,
      // Who is listed has refused, whatever the type on record says; the duty to ask goes by it.
      required: register.required && (recipients === 'all' || recipients === side),
      staleBefore: register.validDays === null ? null : cutoffs.days(register.validDays),
    }));
  const channelLaw = profile.channels[campaign.channel];
  const { exception } = channelLaw;
  const excepted = exception?.advertiserKinds.includes(campaign.advertiserKind) === true;
  const topics = campaign.productCategory.toLowerCase().split('.');
  const onConsent = channelLaw.consentOnlyFor?.some((word) =>
    topics.some((topic) => topic.startsWith(word)),
  );
  const lawful = onConsent === true ? [] : excepted ? exception[side] : channelLaw[side];
  return { corporate, offers: tightened(lawful, campaign.channel, parameters), registers };
}

/** Without the grounds that the policy takes away. */
function tightened(
  offers: readonly StatutoryBasis[],
  channel: Channel,
  parameters: PolicyParameters,
): readonly StatutoryBasis[] {
  if (channel === 'POST' && parameters.post.requiresOptIn) return [];
  // § 7(3) UWG speaks of an electronic postal address; for numbers that is contested (H-2).
  const byNumber = channel === 'SMS' || channel === 'MMS' || channel === 'MESSENGER';
  return byNumber && !parameters.ec.smsCovered
    ? offers.filter((basis) => basis !== 'existing_customer')
    : offers;
}

/** A recipient type that nobody recorded is treated as a consumer, the most protected one. */
function isCorporate(profile: Jurisdiction, recipientType: string | null): boolean {
  return profile.corporateTypes.some((type: RecipientType) => type === recipientType);
}
