import type * as z from 'zod';
import type { Jurisdiction } from '../jurisdiction.ts';

/** A version of a country's law as it is written down, before the schema has read it. */
export type JurisdictionText = z.input<typeof Jurisdiction>;
type Channels = JurisdictionText['channels'];
type ChannelLawText = Channels['EMAIL'];
type Window = JurisdictionText['windows'][number];
type Hours = Window['hours'];

// What a channel may stand on besides consent, which is always a ground.

/** Nothing but consent. */
export const consentOnly = { private: [], corporate: [] } as const;

/** Art. 13(2) Dir. 2002/58, for consumers and businesses alike. */
export const existingCustomer = {
  private: ['existing_customer'],
  corporate: ['existing_customer'],
} as const;

/** Opt-in for people, opt-out for businesses (Art. 13(5) Dir. 2002/58). */
export const optOutForBusinesses = {
  private: ['existing_customer'],
  corporate: ['existing_customer', 'opt_out'],
} as const;

/** Calls: opt-out for everybody, usually with a register. */
export const optOutForAll = { private: ['opt_out'], corporate: ['opt_out'] } as const;

/** Calls: consent for people, opt-out for businesses. */
export const callsToBusinesses = { private: [], corporate: ['opt_out'] } as const;

/** Art. 6(1)(f) GDPR. */
export const legitimateInterest = {
  private: ['legitimate_interest'],
  corporate: ['legitimate_interest'],
} as const;

/** Everything that counts as electronic mail (Art. 2(h) Dir. 2002/58). */
export function electronicMail(law: ChannelLawText) {
  return { EMAIL: law, SMS: law, MMS: law, MESSENGER: law };
}

/**
 * What Union law fixes and the strictest reading of what it leaves to the states: consent, the
 * existing-customer exception for electronic mail, a legitimate interest for post and for
 * messages in the app. A country names only where it differs.
 */
export const europeanDefaults: Channels = {
  ...electronicMail(existingCustomer),
  PUSH_APP: consentOnly,
  PUSH_WEB: consentOnly,
  INAPP: legitimateInterest,
  INBOX_AD: consentOnly,
  SOCIAL_DM: consentOnly,
  CUSTOM_AUDIENCE: consentOnly,
  PHONE_HUMAN: consentOnly,
  PHONE_AUTO: consentOnly,
  FAX: consentOnly,
  POST: legitimateInterest,
};

// When people may be called and texted.

/** The same hours from Monday to Friday, others on Saturday, none on Sunday. */
export function weekHours(
  weekday: readonly (readonly [string, string])[],
  saturday: readonly (readonly [string, string])[] = [],
): Hours {
  const copy = (spans: readonly (readonly [string, string])[]): [string, string][] =>
    spans.map(([from, to]) => [from, to]);
  return [
    copy(weekday),
    copy(weekday),
    copy(weekday),
    copy(weekday),
    copy(weekday),
    copy(saturday),
    [],
  ];
}

/** A window for calls, closed on public holidays. */
export function callWindow(hours: Hours, authority: string): Window {
  return {
    channels: ['PHONE_HUMAN', 'PHONE_AUTO'],
    hours,
    publicHolidays: 'deny',
    eveAsSaturday: false,
    consentOverrides: false,
    authority,
  };
}

/** RULES E: where no statute says when, the policy does. */
export const policyCallWindow: Window = callWindow(
  weekHours([['08:00', '20:00']], [['09:00', '16:00']]),
  'policy',
);

/** RULES E: messages to a phone from 8 to 20 h, none on Sunday. */
export const policyMessageWindow: Window = {
  channels: ['SMS', 'MMS', 'MESSENGER'],
  hours: weekHours([['08:00', '20:00']], [['08:00', '20:00']]),
  publicHolidays: 'allow',
  eveAsSaturday: false,
  consentOverrides: false,
  authority: 'policy',
};

// Registers.

/** Days after which a result counts as old where nobody has set a period. */
export const registerDaysByPolicy = 90;

/**
 * What most countries share: undated, businesses are business people and their general addresses,
 * the policy's windows and periods, no register, no cap of its own.
 */
export const commonDefaults = {
  validFrom: null,
  validTo: null,
  corporateTypes: ['BUSINESS_PERSON', 'BUSINESS_GENERIC'],
  channels: europeanDefaults,
  existingCustomerMonths: null,
  existingCustomerClock: 'sale',
  enquirySuffices: [],
  registers: [],
  windows: [policyCallWindow, policyMessageWindow],
  caps: [],
  refusalCooldown: null,
  dormancyMonths: null,
  inactivityMonths: null,
  prospectMonths: null,
  unverified: [],
} satisfies Partial<JurisdictionText>;
