import type { Country } from './question.ts';

/* RULES A.5, A.6 and E as a table: what each country lets one do, since when. */

/**
 * What a row of A.6 lets a channel run on, besides consent.
 * - `opt-in`: nothing else
 * - `opt-out`: whoever has not refused (electronic mail of corporate subscribers, calls)
 * - `generic`: impersonal addresses alone are free
 * - `presumed`: a documented interest
 * - `professional`: legitimate interest towards a professional contact
 * - `recent-customer`: legitimate interest towards a customer of the last year
 * - `customer`: the existing-customer exception
 * - `contract`: an offer related to the running contract
 */
export type Regime =
  | 'opt-in'
  | 'opt-out'
  | 'generic'
  | 'presumed'
  | 'professional'
  | 'recent-customer'
  | 'customer'
  | 'contract';

export interface CountryRules {
  readonly businessMail: Regime;
  /** Art. 13(2) Dir. 2002/58: electronic mail to customers. */
  readonly softOptIn: 'no' | 'email' | 'email-and-messages';
  /** Only where a country's law fixes the window; else the policy's months. */
  readonly softOptInMonths?: number;
  readonly consumerCalls: Regime;
  readonly businessCalls: Regime;
  /** Registers that calls to consumers and to businesses are checked against. */
  readonly consumerCallRegister?: string;
  readonly businessCallRegister?: string;
  /** A.5; the law of the date of the decision. */
  readonly ageOfConsent: number;
  readonly zones: readonly string[];
  readonly enquiryForCharities: boolean;
  readonly callWindow: CallWindow;
  readonly callsPerMonth: number;
  readonly cooldownDays: number;
}

/** Minutes of the day, from and before. */
export type Hours = readonly (readonly [from: number, before: number])[];
export interface CallWindow {
  readonly weekdays: Hours;
  readonly saturdays: Hours;
  /** The day before a public holiday, where it has hours of its own. */
  readonly preHolidays?: Hours;
}

function hours(...spans: readonly (readonly [number, number])[]): Hours {
  return spans.map(([from, before]) => [from * 60, before * 60]);
}

const byDefault: CallWindow = { weekdays: hours([8, 20]), saturdays: hours([9, 16]) };

const common = {
  enquiryForCharities: false,
  softOptIn: 'email-and-messages',
  callWindow: byDefault,
  callsPerMonth: 1,
  cooldownDays: 90,
} as const;

/** Midnight of a day in summer time of Paris and Amsterdam. */
const france = Date.parse('2026-08-11T00:00:00+02:00');
const netherlands = Date.parse('2026-07-01T00:00:00+02:00');
const denmark = Date.parse('2024-01-01T00:00:00+01:00');

/** Rows marked U (LU, FI, CZ, PT, NO) take the strict default (RULES 0.1, H-10): opt-in. */
export function rulesOf(country: Country, now: number, advertiserKind: string): CountryRules {
  const optIn = {
    businessMail: 'opt-in',
    consumerCalls: 'opt-in',
    businessCalls: 'opt-in',
  } as const;
  const strict = { ...common, ...optIn };
  const zones = zonesOf[country];
  switch (country) {
    case 'DE':
      return { ...strict, businessCalls: 'presumed', ageOfConsent: 16, zones };
    case 'AT':
      return { ...strict, ageOfConsent: 14, zones };
    case 'FR':
      return {
        ...common,
        businessMail: 'opt-out',
        consumerCalls: now < france ? 'opt-out' : 'contract',
        ...(now < france ? { consumerCallRegister: 'FR_BLOCTEL' } : {}),
        businessCalls: 'opt-out',
        ageOfConsent: 15,
        zones,
        callWindow: { weekdays: hours([10, 13], [14, 20]), saturdays: [] },
        callsPerMonth: 4,
        cooldownDays: 60,
      };
    case 'IT':
      return {
        ...common,
        businessMail: 'opt-in',
        softOptIn: 'email',
        consumerCalls: 'opt-out',
        consumerCallRegister: 'IT_RPO',
        businessCalls: 'opt-out',
        businessCallRegister: 'IT_RPO',
        ageOfConsent: 14,
        zones,
        callWindow: {
          weekdays: hours([9, 20]),
          saturdays: hours([10, 19]),
          preHolidays: hours([10, 19]),
        },
      };
    case 'ES':
      return {
        ...common,
        businessMail: 'opt-in',
        consumerCalls: 'recent-customer',
        businessCalls: 'professional',
        consumerCallRegister: 'ES_ROBINSON',
        businessCallRegister: 'ES_ROBINSON',
        ageOfConsent: 14,
        zones,
        callWindow: { weekdays: hours([9, 21]), saturdays: [] },
      };
    case 'NL':
      return {
        ...common,
        businessMail: 'opt-in',
        consumerCalls: now < netherlands || advertiserKind !== 'commercial' ? 'customer' : 'opt-in',
        businessCalls: 'opt-out',
        ageOfConsent: 16,
        zones,
        callWindow: { weekdays: hours([9, 22]), saturdays: hours([10, 16]) },
      };
    case 'BE':
      return {
        ...common,
        businessMail: 'generic',
        consumerCalls: 'opt-out',
        consumerCallRegister: 'BE_DNCM',
        businessCalls: 'opt-out',
        businessCallRegister: 'BE_DNCM',
        ageOfConsent: 13,
        zones,
      };
    case 'PL':
      return { ...strict, softOptIn: 'no', ageOfConsent: 16, zones };
    case 'IE':
      return {
        ...common,
        businessMail: 'opt-out',
        softOptInMonths: 12,
        consumerCalls: 'opt-in',
        businessCalls: 'opt-out',
        businessCallRegister: 'IE_NDD',
        ageOfConsent: 16,
        zones,
      };
    case 'DK':
      return {
        ...strict,
        businessCalls: 'opt-out',
        ageOfConsent: now < denmark ? 13 : 15,
        zones,
      };
    case 'SE':
      return {
        ...common,
        businessMail: 'opt-out',
        consumerCalls: 'opt-out',
        consumerCallRegister: 'SE_NIX',
        businessCalls: 'opt-out',
        ageOfConsent: 13,
        zones,
      };
    case 'LU':
      return { ...strict, ageOfConsent: 16, zones };
    case 'FI':
      return { ...strict, ageOfConsent: 13, zones };
    case 'CZ':
      return { ...strict, ageOfConsent: 15, zones };
    case 'PT':
      return { ...strict, ageOfConsent: 13, zones };
    case 'NO':
      return {
        ...strict,
        ageOfConsent: 13,
        zones,
        callWindow: { weekdays: hours([9, 21]), saturdays: [] },
      };
    case 'GB':
      return {
        ...common,
        businessMail: 'opt-out',
        consumerCalls: 'opt-out',
        consumerCallRegister: 'GB_TPS',
        businessCalls: 'opt-out',
        businessCallRegister: 'GB_CTPS',
        enquiryForCharities: now >= Date.parse('2026-02-05T00:00:00Z'),
        ageOfConsent: 13,
        zones,
        callWindow: { weekdays: hours([8, 21]), saturdays: hours([9, 16]) },
      };
    case 'CH':
      return {
        ...common,
        businessMail: 'opt-in',
        consumerCalls: 'opt-out',
        consumerCallRegister: 'CH_DIRECTORY',
        businessCalls: 'opt-out',
        businessCallRegister: 'CH_DIRECTORY',
        ageOfConsent: 16,
        zones,
      };
  }
}

/** Candidate zones of a country, the outlying ones that share its code too. */
const zonesOf: Readonly<Record<Country, readonly string[]>> = {
  DE: ['Europe/Berlin'],
  AT: ['Europe/Vienna'],
  FR: ['Europe/Paris'],
  IT: ['Europe/Rome'],
  ES: ['Europe/Madrid', 'Atlantic/Canary'],
  NL: ['Europe/Amsterdam'],
  BE: ['Europe/Brussels'],
  PL: ['Europe/Warsaw'],
  IE: ['Europe/Dublin'],
  LU: ['Europe/Luxembourg'],
  DK: ['Europe/Copenhagen'],
  SE: ['Europe/Stockholm'],
  FI: ['Europe/Helsinki'],
  CZ: ['Europe/Prague'],
  PT: ['Europe/Lisbon', 'Atlantic/Madeira', 'Atlantic/Azores'],
  NO: ['Europe/Oslo'],
  GB: ['Europe/London'],
  CH: ['Europe/Zurich'],
};

export function zonesOfCountry(country: Country): readonly string[] {
  return zonesOf[country];
}
