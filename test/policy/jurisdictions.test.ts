import { describe, expect, it } from 'vitest';
import { channels, type Channel } from '../../shared/contract/vocabulary.ts';
import { assert } from '../../shared/kernel/assert.ts';
import { parseInstant } from '../../shared/kernel/instant.ts';
import {
  inForce,
  Jurisdiction,
  statutoryBases,
  type ContactWindow,
  type Register,
} from '../../shared/policy/jurisdiction.ts';
import { jurisdictions } from '../../shared/policy/jurisdictions/all.ts';

/*
 * The law of each country as RULES A.5, A.6 and E have it, read off the data that the gate decides
 * with. What is written here is what a lawyer compares with the tables of the catalogue.
 */

const MONDAY = '2026-11-23T10:00:00+01:00';

function lawOf(country: string, at = MONDAY): Jurisdiction {
  const instant = parseInstant(at);
  assert(instant !== null, 'a test names real instants');
  const found = inForce(jurisdictions, country, instant);
  assert(found !== null, `one law is in force in ${country}`);
  return found;
}

const countries = [
  ...['DE', 'AT', 'FR', 'IT', 'ES', 'NL', 'BE', 'PL', 'IE'],
  ...['LU', 'DK', 'SE', 'FI', 'CZ', 'PT', 'NO', 'GB', 'CH'],
];

describe('the countries', () => {
  it('are all of the catalogue, and no other', () => {
    expect([...new Set(jurisdictions.map(({ country }) => country))].sort()).toEqual(
      [...countries].sort(),
    );
  });

  it.each(countries)('%s has one law today', (country) => {
    expect(lawOf(country).country).toBe(country);
  });

  /** The last moment of one version and the first of the next, by the clock of the country. */
  it.each([
    ['FR', '2026-08-10T23:59:59+02:00', '2026-08-11T00:00:00+02:00'],
    ['NL', '2026-06-30T23:59:59+02:00', '2026-07-01T00:00:00+02:00'],
    ['DK', '2023-12-31T23:59:59+01:00', '2024-01-01T00:00:00+01:00'],
    ['GB', '2026-02-04T23:59:59Z', '2026-02-05T00:00:00Z'],
  ])('%s changed its law between %s and %s', (country, last, first) => {
    const before = lawOf(country, last);
    const after = lawOf(country, first);
    expect(before.validTo).toBe(last.slice(0, 10));
    expect(after.validFrom).toBe(first.slice(0, 10));
    expect(lawOf(country, '2020-01-01T00:00:00Z')).toBe(before);
    expect(lawOf(country, '2031-01-01T00:00:00Z')).toBe(after);
  });

  it.each(countries.filter((country) => !['FR', 'NL', 'DK', 'GB'].includes(country)))(
    '%s has one law for all time',
    (country) => {
      expect(lawOf(country, '2020-01-01T00:00:00Z')).toBe(lawOf(country));
      expect(lawOf(country, '2031-01-01T00:00:00Z')).toBe(lawOf(country));
    },
  );
});

/** Grounds besides consent, in the order in which they are tried. */
type Grounds = readonly [forPeople: string, forBusinesses: string];

function groundsOf(country: string, channel: Channel, at?: string): Grounds {
  const { private: people, corporate } = lawOf(country, at).channels[channel];
  return [people.join(' '), corporate.join(' ')];
}

const customer: Grounds = ['existing_customer', 'existing_customer'];
const businessesToo: Grounds = ['existing_customer', 'existing_customer opt_out'];
const nothing: Grounds = ['', ''];
const businesses: Grounds = ['', 'opt_out'];
const everybody: Grounds = ['opt_out', 'opt_out'];

describe('what advertising may stand on besides consent', () => {
  it.each<readonly [string, Grounds]>([
    ['DE', customer],
    ['AT', customer],
    ['FR', businessesToo],
    ['IT', customer],
    ['ES', customer],
    ['NL', customer],
    ['BE', businessesToo],
    ['PL', nothing],
    ['IE', businessesToo],
    ['LU', customer],
    ['DK', customer],
    ['SE', businessesToo],
    ['FI', customer],
    ['CZ', customer],
    ['PT', customer],
    ['NO', customer],
    ['GB', businessesToo],
    ['CH', customer],
  ])('%s: electronic mail', (country, expected) => {
    expect(groundsOf(country, 'EMAIL')).toEqual(expected);
    const messages = country === 'IT' ? nothing : expected;
    expect(groundsOf(country, 'SMS')).toEqual(messages);
    expect(groundsOf(country, 'MMS')).toEqual(messages);
    expect(groundsOf(country, 'MESSENGER')).toEqual(messages);
  });

  it.each<readonly [string, Grounds]>([
    ['DE', ['', 'presumed_interest']],
    ['AT', nothing],
    ['FR', ['ongoing_contract', 'opt_out']],
    ['IT', everybody],
    ['ES', ['recent_customer', 'legitimate_interest']],
    ['NL', businesses],
    ['BE', everybody],
    ['PL', nothing],
    ['IE', businesses],
    ['LU', nothing],
    ['DK', businesses],
    ['SE', everybody],
    ['FI', nothing],
    ['CZ', nothing],
    ['PT', nothing],
    ['NO', nothing],
    ['GB', everybody],
    [
      'CH',
      ['opt_out ongoing_contract recent_customer', 'opt_out ongoing_contract recent_customer'],
    ],
  ])('%s: calls by people', (country, expected) => {
    expect(groundsOf(country, 'PHONE_HUMAN')).toEqual(expected);
  });

  it.each<readonly [string, string, Channel, Grounds]>([
    ['FR', '2026-08-10T12:00:00Z', 'PHONE_HUMAN', ['opt_out ongoing_contract', 'opt_out']],
    ['FR', '2026-08-10T12:00:00Z', 'EMAIL', businessesToo],
    ['NL', '2026-06-30T12:00:00Z', 'PHONE_HUMAN', ['existing_customer', 'opt_out']],
    ['NL', '2026-06-30T12:00:00Z', 'EMAIL', customer],
    ['DK', '2023-12-31T12:00:00Z', 'PHONE_HUMAN', businesses],
    ['GB', '2026-02-04T12:00:00Z', 'PHONE_HUMAN', everybody],
    ['GB', '2026-02-04T12:00:00Z', 'EMAIL', businessesToo],
  ])('%s before its change, %s: %s', (country, at, channel, expected) => {
    expect(groundsOf(country, channel, at)).toEqual(expected);
  });

  it.each(countries)('%s: post and messages in the app on a legitimate interest', (country) => {
    const interest = ['legitimate_interest', 'legitimate_interest'];
    expect(groundsOf(country, 'POST')).toEqual(interest);
    expect(groundsOf(country, 'INAPP')).toEqual(interest);
  });

  const consentOnly = ['PUSH_APP', 'PUSH_WEB', 'INBOX_AD', 'SOCIAL_DM', 'CUSTOM_AUDIENCE'] as const;
  it.each(countries)('%s: consent alone for machines, fax, push and platforms', (country) => {
    for (const channel of [...consentOnly, 'PHONE_AUTO', 'FAX'] as const) {
      expect(groundsOf(country, channel), channel).toEqual(nothing);
    }
  });

  it('the Netherlands keep calls to customers for charities and the press', () => {
    expect(lawOf('NL').channels.PHONE_HUMAN.exception).toEqual({
      advertiserKinds: ['charity', 'press'],
      private: ['existing_customer'],
      corporate: ['opt_out'],
    });
    const excepted = jurisdictions.filter((law) =>
      channels.some((channel) => law.channels[channel].exception !== undefined),
    );
    expect(excepted).toEqual([lawOf('NL')]);
  });
});

describe('who is a person and who a business', () => {
  it.each(countries)('%s', (country) => {
    const expected: Readonly<Record<string, string>> = {
      DE: 'SOLE_TRADER BUSINESS_PERSON BUSINESS_GENERIC',
      AT: 'SOLE_TRADER BUSINESS_PERSON BUSINESS_GENERIC',
      BE: 'BUSINESS_GENERIC',
    };
    const usual = 'BUSINESS_PERSON BUSINESS_GENERIC';
    expect(lawOf(country).corporateTypes.join(' ')).toBe(expected[country] ?? usual);
  });
});

describe('periods and ages', () => {
  it.each([
    ['BE', 13],
    ['FI', 13],
    ['GB', 13],
    ['NO', 13],
    ['PT', 13],
    ['SE', 13],
    ['AT', 14],
    ['ES', 14],
    ['IT', 14],
    ['CZ', 15],
    ['DK', 15],
    ['FR', 15],
    ['CH', 16],
    ['DE', 16],
    ['IE', 16],
    ['LU', 16],
    ['NL', 16],
    ['PL', 16],
  ])('%s: consent from the age of %i', (country, age) => {
    expect(lawOf(country).consentAge).toBe(age);
  });

  it('Denmark asked for 13 years until 2023', () => {
    expect(lawOf('DK', '2023-12-31T12:00:00Z').consentAge).toBe(13);
  });

  it.each(countries)('%s: customers', (country) => {
    const { existingCustomerMonths: months, existingCustomerClock: clock } = lawOf(country);
    expect({ months, clock }).toEqual(
      country === 'IE' ? { months: 12, clock: 'last_use' } : { months: null, clock: 'sale' },
    );
  });

  it.each(countries)('%s: dormancy and inactivity', (country) => {
    const months = country === 'FR' ? 36 : null;
    expect(lawOf(country)).toMatchObject({
      dormancyMonths: months,
      inactivityMonths: months,
      prospectMonths: months,
    });
  });

  it('an enquiry is as good as a sale for British charities since 5 February 2026', () => {
    const kinds = (country: string, at?: string) => lawOf(country, at).enquirySuffices;
    expect(kinds('GB')).toEqual(['charity']);
    expect(kinds('GB', '2026-02-04T12:00:00Z')).toEqual([]);
    for (const country of countries) if (country !== 'GB') expect(kinds(country)).toEqual([]);
  });
});

describe('registers', () => {
  const line = ({ register, channels, recipients, required, bars, consent, validDays }: Register) =>
    [
      `${register}: ${channels.join('+')}, ${recipients}, ${required ? 'asked' : 'voluntary'}`,
      `bars ${bars.join('+')}, consent ${consent}, ${validDays ?? 'any'} days`,
    ].join('; ');

  it.each<readonly [string, readonly string[]]>([
    ['DE', ['DE_DDV: POST, all, voluntary; bars legitimate_interest, consent prevails, any days']],
    [
      'AT',
      [
        'AT_ECG: EMAIL, all, asked; bars existing_customer, consent prevails, 90 days',
        [
          'AT_ECG: SMS+MMS+MESSENGER, all, voluntary',
          'bars existing_customer, consent prevails, 90 days',
        ].join('; '),
        'AT_ROBINSON: POST, all, voluntary; bars legitimate_interest, consent prevails, any days',
      ],
    ],
    [
      'IT',
      [
        [
          'IT_RPO: PHONE_HUMAN+PHONE_AUTO, all, asked',
          'bars opt_out, consent prevails_if_newer, 15 days',
        ].join('; '),
        [
          'IT_RPO: POST, all, asked',
          'bars legitimate_interest, consent prevails_if_newer, 30 days',
        ].join('; '),
      ],
    ],
    [
      'ES',
      [
        [
          'ES_ROBINSON: PHONE_HUMAN+POST, all, asked',
          'bars recent_customer+legitimate_interest, consent prevails, 90 days',
        ].join('; '),
        [
          'ES_ROBINSON: EMAIL+SMS+MMS+MESSENGER, all, voluntary',
          'bars existing_customer, consent prevails, any days',
        ].join('; '),
      ],
    ],
    [
      'BE',
      [
        'BE_DNCM: PHONE_HUMAN, all, asked; bars opt_out, consent prevails, 30 days',
        'BE_ROBINSON: POST, all, voluntary; bars legitimate_interest, consent prevails, any days',
      ],
    ],
    ['IE', ['IE_NDD: PHONE_HUMAN, all, asked; bars opt_out, consent prevails, 90 days']],
    [
      'DK',
      ['DK_ROBINSON: POST, private, asked; bars legitimate_interest, consent prevails, 90 days'],
    ],
    ['SE', ['SE_NIX: PHONE_HUMAN, private, asked; bars opt_out, consent prevails, 90 days']],
    [
      'NO',
      ['NO_RESERVASJON: POST, private, asked; bars legitimate_interest, consent prevails, 90 days'],
    ],
    [
      'GB',
      [
        'GB_TPS: PHONE_HUMAN, private, asked; bars opt_out, consent prevails, 28 days',
        'GB_CTPS: PHONE_HUMAN, corporate, asked; bars opt_out, consent prevails, 28 days',
      ],
    ],
    ['CH', ['CH_DIRECTORY: PHONE_HUMAN, all, asked; bars opt_out, consent prevails, 90 days']],
    ...['FR', 'NL', 'PL', 'LU', 'FI', 'CZ', 'PT'].map((country) => [country, []] as const),
  ])('%s', (country, expected) => {
    expect(lawOf(country).registers.map(line)).toEqual(expected);
  });

  it('France asked Bloctel until 10 August 2026', () => {
    expect(lawOf('FR', '2026-08-10T12:00:00Z').registers.map(line)).toEqual([
      'FR_BLOCTEL: PHONE_HUMAN, private, asked; bars opt_out, consent prevails, 30 days',
    ]);
  });

  it('Britain and Denmark had their registers before', () => {
    expect(lawOf('GB', '2026-02-04T12:00:00Z').registers).toEqual(lawOf('GB').registers);
    expect(lawOf('DK', '2023-12-31T12:00:00Z').registers).toEqual(lawOf('DK').registers);
  });
});

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** `Mon 08:00-20:00, …`, with what else a window says where it says it. */
function hoursOf({ hours, ...window }: ContactWindow): string {
  const spans = (day: ContactWindow['hours'][number]) =>
    day.map(([from, to]) => `${from}-${to}`).join(' ');
  const days = weekdays.flatMap((day, index) => {
    const open = spans(hours[index] ?? []);
    return open === '' ? [] : [`${day} ${open}`];
  });
  const marks = [
    window.publicHolidays === 'deny' ? ['closed on holidays'] : [],
    window.eveAsSaturday ? ['eves as Saturdays'] : [],
    window.consentOverrides ? ['consent overrides'] : [],
  ].flat();
  return [...days, ...marks].join(', ');
}

function fromMondayToFriday(spans: string, ...others: readonly string[]): string {
  return [...weekdays.slice(0, 5).map((day) => `${day} ${spans}`), ...others].join(', ');
}

describe('hours', () => {
  const closed = 'closed on holidays';
  const byPolicy = fromMondayToFriday('08:00-20:00', 'Sat 09:00-16:00', closed);
  const british = fromMondayToFriday('08:00-21:00', 'Sat 09:00-16:00', closed);
  const dutch = fromMondayToFriday('09:00-22:00', 'Sat 10:00-16:00', closed);
  const french = fromMondayToFriday('10:00-13:00 14:00-20:00', closed, 'consent overrides');
  const italian = fromMondayToFriday('09:00-20:00', 'Sat 10:00-19:00', closed, 'eves as Saturdays');

  it.each<readonly [string, string]>([
    ['FR', french],
    ['IT', italian],
    ['ES', fromMondayToFriday('09:00-21:00', closed)],
    ['NL', dutch],
    ['NO', fromMondayToFriday('09:00-21:00', closed)],
    ['GB', british],
    ...['DE', 'AT', 'CH', 'BE', 'PL', 'IE', 'LU', 'DK', 'SE', 'FI', 'CZ', 'PT'].map(
      (country) => [country, byPolicy] as const,
    ),
  ])('%s: %s', (country, expected) => {
    const [calls, messages, ...others] = lawOf(country).windows;
    assert(calls !== undefined && messages !== undefined, 'there are two windows');
    expect(others).toEqual([]);
    expect(calls.channels).toEqual(['PHONE_HUMAN', 'PHONE_AUTO']);
    expect(hoursOf(calls)).toBe(expected);
    expect(messages.channels).toEqual(['SMS', 'MMS', 'MESSENGER']);
    expect(hoursOf(messages)).toBe(fromMondayToFriday('08:00-20:00', 'Sat 08:00-20:00'));
  });

  it.each([
    ['FR', '2026-08-10T12:00:00Z'],
    ['NL', '2026-06-30T12:00:00Z'],
    ['GB', '2026-02-04T12:00:00Z'],
    ['DK', '2023-12-31T12:00:00Z'],
  ])('%s had the same hours on %s', (country, at) => {
    expect(lawOf(country, at).windows).toEqual(lawOf(country).windows);
  });

  it('a law that names no Saturday is closed on Saturdays', () => {
    expect(lawOf('ES').windows[0]?.hours[5]).toEqual([]);
    expect(lawOf('ES').windows[0]?.hours[6]).toEqual([]);
  });
});

describe('caps and cool-downs', () => {
  it.each(countries)('%s', (country) => {
    const { caps, refusalCooldown } = lawOf(country);
    if (country !== 'FR') {
      expect({ caps, refusalCooldown }).toEqual({ caps: [], refusalCooldown: null });
      return;
    }
    const calls = ['PHONE_HUMAN', 'PHONE_AUTO'];
    expect(caps).toMatchObject([{ channels: calls, max: 4, rollingDays: 30 }]);
    expect(refusalCooldown).toMatchObject({ channels: calls, days: 60 });
  });
});

describe('clocks', () => {
  it.each([
    ['DE', 'Europe/Berlin'],
    ['AT', 'Europe/Vienna'],
    ['FR', 'Europe/Paris'],
    ['IT', 'Europe/Rome'],
    ['ES', 'Europe/Madrid', 'Atlantic/Canary'],
    ['NL', 'Europe/Amsterdam'],
    ['BE', 'Europe/Brussels'],
    ['PL', 'Europe/Warsaw'],
    ['IE', 'Europe/Dublin'],
    ['LU', 'Europe/Luxembourg'],
    ['DK', 'Europe/Copenhagen'],
    ['SE', 'Europe/Stockholm'],
    ['FI', 'Europe/Helsinki'],
    ['CZ', 'Europe/Prague'],
    ['PT', 'Europe/Lisbon', 'Atlantic/Azores'],
    ['NO', 'Europe/Oslo'],
    ['GB', 'Europe/London'],
    ['CH', 'Europe/Zurich'],
  ])('%s: %s', (country, ...zones) => {
    expect(lawOf(country).timeZones).toEqual(zones);
  });
});

describe('a law that is written down wrongly', () => {
  const germany = lawOf('DE');
  const [window] = germany.windows;
  const hours = (from: string, to: string) => {
    const day = [[from, to]];
    return { ...window, hours: [day, day, day, day, day, day, day] };
  };
  const register = { ...germany.registers[0], validDays: 30 };
  const accepts = (change: object) => Jurisdiction.safeParse({ ...germany, ...change }).success;

  it('is refused when the gate starts', () => {
    expect(accepts({})).toBe(true);
    for (const [what, change] of Object.entries({
      'a country in words': { country: 'DEU' },
      'a country in small letters': { country: 'de' },
      'a country with a blank': { country: ' DE' },
      'a day that does not exist': { validFrom: '2026-02-30' },
      'an age of 12': { consentAge: 12 },
      'an age of 19': { consentAge: 19 },
      'half a year of age': { consentAge: 15.5 },
      'no time zone': { timeZones: [] },
      'a time zone of nowhere': { timeZones: ['Europe/Nowhere'] },
      'a second zone of nowhere': { timeZones: ['Europe/Berlin', 'Europe/Nowhere'] },
      'a field that nobody reads': { consentAgeOfMajority: 18 },
      'a month in words': { dormancyMonths: '36' },
      'half a month of dormancy': { dormancyMonths: 0.5 },
      'half a month of inactivity': { inactivityMonths: 0.5 },
      'half a month for prospects': { prospectMonths: 0.5 },
      'half a month for customers': { existingCustomerMonths: 0.5 },
      'another clock': { existingCustomerClock: 'birthday' },
      'a channel that is missing': { channels: { EMAIL: germany.channels.EMAIL } },
      'a ground that is none': {
        channels: { ...germany.channels, FAX: { private: ['habit'], corporate: [] } },
      },
      'a side that is missing': { channels: { ...germany.channels, FAX: { private: [] } } },
      'a third side': {
        channels: { ...germany.channels, FAX: { private: [], corporate: [], public: [] } },
      },
      'an exception without grounds': {
        channels: {
          ...germany.channels,
          FAX: { private: [], corporate: [], exception: { advertiserKinds: ['press'] } },
        },
      },
      'a holiday in words': { publicHolidays: { 2026: 'Christmas' } },
      'a holiday with its year': { publicHolidays: { 2026: '2026-12-25' } },
      'two holidays without a blank': { publicHolidays: { 2026: '12-2512-26' } },
      'a holiday too many figures long': { publicHolidays: { 2026: '12-251' } },
      'a year of two figures': { publicHolidays: { 26: '12-25' } },
      'a year of five figures': { publicHolidays: { 20261: '12-25' } },
      'an hour past midnight': { windows: [hours('08:00', '25:00')] },
      'an hour of one figure': { windows: [hours('8:00', '20:00')] },
      'a minute past sixty': { windows: [hours('08:00', '20:60')] },
      seconds: { windows: [hours('08:00', '20:00:00')] },
      'a date before the hour': { windows: [hours('1 08:00', '20:00')] },
      'six days': { windows: [{ ...window, hours: [[], [], [], [], [], []] }] },
      'a window of no channel': { windows: [{ ...window, channels: ['PIGEON'] }] },
      'a window with a remark': { windows: [{ ...window, remark: 'x' }] },
      'holidays by chance': { windows: [{ ...window, publicHolidays: 'maybe' }] },
      'a cap below nothing': {
        caps: [{ channels: ['FAX'], max: -1, rollingDays: 1, authority: 'x' }],
      },
      'a cap of no days': { caps: [{ channels: ['FAX'], max: 1, rollingDays: 0, authority: 'x' }] },
      'half a contact': { caps: [{ channels: ['FAX'], max: 0.5, rollingDays: 1, authority: 'x' }] },
      'half a day': { caps: [{ channels: ['FAX'], max: 1, rollingDays: 1.5, authority: 'x' }] },
      'a cap with a remark': {
        caps: [{ channels: ['FAX'], max: 1, rollingDays: 1, authority: 'x', remark: 'x' }],
      },
      'a cool-down of no days': {
        refusalCooldown: { channels: ['FAX'], days: 0, authority: 'x' },
      },
      'a cool-down of half a day': {
        refusalCooldown: { channels: ['FAX'], days: 1.5, authority: 'x' },
      },
      'a cool-down without a source': { refusalCooldown: { channels: ['FAX'], days: 1 } },
      'a register for nobody': { registers: [{ ...register, recipients: 'nobody' }] },
      'a register for half a day': { registers: [{ ...register, validDays: 0.5 }] },
      'a register with another consent': { registers: [{ ...register, consent: 'perhaps' }] },
      'a register with a remark': { registers: [{ ...register, remark: 'x' }] },
      'a mark without a note': { unverified: [{ path: 'consentAge' }] },
      'no authority for calls': { authorities: { electronic: 'x', post: 'x' } },
    })) {
      expect(accepts(change), what).toBe(false);
    }
  });

  it('is accepted at the edges of what is allowed', () => {
    for (const [what, change] of Object.entries({
      'an age of 13': { consentAge: 13 },
      'an age of 18': { consentAge: 18 },
      'hours until midnight': { windows: [hours('00:00', '24:00')] },
      'the last minute before noon': { windows: [hours('11:59', '19:59')] },
      'a cap of nothing': {
        caps: [{ channels: ['FAX'], max: 0, rollingDays: 1, authority: 'x' }],
      },
      'a cool-down of a day': { refusalCooldown: { channels: ['FAX'], days: 1, authority: 'x' } },
      'a register that never ages': { registers: [{ ...register, validDays: null }] },
      'a register that no consent stands against': {
        registers: [{ ...register, consent: 'barred' }],
      },
      'one holiday': { publicHolidays: { 2026: '12-25' } },
      'three holidays': { publicHolidays: { 2026: '01-01 12-25 12-26' } },
      'no customer period': { existingCustomerMonths: null },
      'every ground': {
        channels: {
          ...germany.channels,
          FAX: { private: statutoryBases, corporate: statutoryBases },
        },
      },
    })) {
      expect(accepts(change), what).toBe(true);
    }
  });
});

describe('the version in force', () => {
  const [germany] = jurisdictions;
  assert(germany !== undefined, 'there are laws');
  const noon = Date.UTC(2026, 10, 23, 12);

  it('is none where two of them claim the day', () => {
    expect(inForce([germany, germany], 'DE', noon)).toBeNull();
  });

  it('is none for a country that is not there', () => {
    expect(inForce([germany], 'FR', noon)).toBeNull();
  });

  it('begins and ends by the clock of the country', () => {
    const november = { ...germany, validFrom: '2026-11-23', validTo: '2026-11-23' };
    const start = Date.UTC(2026, 10, 22, 23);
    expect(inForce([november], 'DE', start - 1)).toBeNull();
    expect(inForce([november], 'DE', start)).toBe(november);
    expect(inForce([november], 'DE', start + 86_400_000 - 1)).toBe(november);
    expect(inForce([november], 'DE', start + 86_400_000)).toBeNull();
  });
});
