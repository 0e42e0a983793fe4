import { describe, expect, it } from 'vitest';
import { prepareEvaluation } from '../../shared/policy/evaluation.ts';
import type { ApplicableLaw } from '../../shared/policy/law.ts';
import { assessPermission } from '../../shared/policy/permission.ts';
import { jurisdictions } from '../../shared/policy/jurisdictions/all.ts';
import type { PolicyParameters } from '../../shared/policy/policy.ts';
import { bought, registered } from '../scenarios/facts.ts';
import type { Country, ScenarioText } from '../scenarios/scenario.ts';
import { instantOf } from '../support/policy-harness.ts';
import { ruleCase } from '../support/rule-cases.ts';

type Policy = NonNullable<NonNullable<ScenarioText['settings']>['policy']>;

/** The law of a resident, asked for by a controller of that country or of another. */
function lawOf(country: Country, policy: Policy = {}, establishment: Country = country) {
  const facts = [registered({ residence: country })];
  const settings = { policy };
  return ruleCase({ country, establishment, facts, settings }).recipient.law;
}

const text = (at: number) => new Date(at).toISOString();

describe('the law of a recipient', () => {
  const { lawBook } = ruleCase({}).evaluation;
  const inGermany = { residence: 'DE', numberCountry: null };

  it('is resolved once for each pair of countries', () => {
    const law = lawBook.lawFor(inGermany);
    expect(lawBook.lawFor({ ...inGermany })).toBe(law);
    const byNumber = lawBook.lawFor({ ...inGermany, numberCountry: 'FR' });
    expect(byNumber).not.toBe(law);
    expect(lawBook.lawFor({ ...inGermany, numberCountry: 'FR' })).toBe(byNumber);
    expect(lawBook.lawFor(inGermany)).toBe(law);
  });

  it('is that of the residence, the number and the establishment', () => {
    const countriesOf = (residence: string | null, numberCountry: string | null) =>
      lawBook.lawFor({ residence, numberCountry }).countries;
    expect(countriesOf('FR', 'IT')).toEqual(['FR', 'IT', 'DE']);
    expect(countriesOf('FR', 'FR')).toEqual(['FR', 'DE']);
    expect(countriesOf('DE', null)).toEqual(['DE']);
    expect(countriesOf(null, null)).toEqual(['DE']);
  });

  it('is unknown where no country is, or one is not covered', () => {
    const isUnknown = (residence: string | null, numberCountry: string | null) =>
      lawBook.lawFor({ residence, numberCountry }).unknown;
    expect(isUnknown('FR', null)).toBe(false);
    expect(isUnknown(null, 'FR')).toBe(false);
    expect(isUnknown(null, null)).toBe(true);
    expect(isUnknown('US', 'FR')).toBe(true);
  });
});

describe('the first instant at which somebody may consent', () => {
  it.each<readonly [string, Country, Country, string, string]>([
    ['the birthday', 'DE', 'DE', '2010-03-01', '2026-02-28T23:00:00.000Z'],
    ['in summer', 'DE', 'DE', '2010-07-01', '2026-06-30T22:00:00.000Z'],
    ['of 29 February, 1 March', 'IE', 'IE', '2008-02-29', '2024-02-29T00:00:00.000Z'],
    ['of 29 February in another year', 'GB', 'GB', '2008-02-29', '2021-03-01T00:00:00.000Z'],
    ['on the Canaries as well', 'ES', 'ES', '2010-03-01', '2024-03-01T00:00:00.000Z'],
    ['the highest age of two countries', 'AT', 'DE', '2010-03-01', '2026-02-28T23:00:00.000Z'],
    ['where it begins last', 'DE', 'GB', '2010-03-01', '2026-03-01T00:00:00.000Z'],
  ])('%s', (_name, country, establishment, born, expected) => {
    expect(text(lawOf(country, {}, establishment).consentsFrom(born))).toBe(expected);
  });

  it('is the birth where no law is known that sets an age', () => {
    const { evaluation } = ruleCase({});
    const abroad = prepareEvaluation({
      ...evaluation,
      controller: { ...evaluation.controller, country: 'US' },
      jurisdictions,
    });
    const law = abroad.lawBook.lawFor({ residence: 'US', numberCountry: null });
    expect(law.profiles).toEqual([]);
    expect(law.consentAge).toBe(0);
    expect(text(law.consentsFrom('2010-03-01'))).toBe('2010-03-01T00:00:00.000Z');
  });
});

describe('the cool-down after a refusal', () => {
  it('goes by the clock of the establishment where no country of the recipient is known', () => {
    const { evaluation } = ruleCase({});
    const since = (timeZone: string) => {
      const { lawBook } = prepareEvaluation({
        ...evaluation,
        controller: { ...evaluation.controller, country: 'US', timeZone },
        jurisdictions,
      });
      return text(lawBook.lawFor({ residence: 'US', numberCountry: null }).cooldown.since);
    };
    // Ninety days before 23 November, at midnight there.
    expect(since('Europe/Berlin')).toBe('2026-08-24T22:00:00.000Z');
    expect(since('UTC')).toBe('2026-08-25T00:00:00.000Z');
  });
});

describe('periods of a country beside those of the policy', () => {
  const periodsOf = ({ dormantSince, inactiveSince, prospectSince }: ApplicableLaw) =>
    [dormantSince, inactiveSince, prospectSince].map((at) => text(at).slice(0, 'YYYY-MM'.length));

  it.each<readonly [string, ApplicableLaw, readonly string[]]>([
    ['of the policy', lawOf('DE'), ['2024-11', '2023-11', '2024-11']],
    ['of the country', lawOf('FR'), ['2023-11', '2023-11', '2023-11']],
    ['of two, the shorter', lawOf('FR', {}, 'DE'), ['2024-11', '2023-11', '2024-11']],
    [
      'named as they are by default, they are meant in every country',
      lawOf('FR', {
        consent: { dormancyMonths: 24 },
        retention: { inactivityMonths: 36, prospectMonths: 24 },
      }),
      ['2024-11', '2023-11', '2024-11'],
    ],
    [
      'one is named',
      lawOf('FR', { retention: { prospectMonths: 24 } }),
      ['2023-11', '2023-11', '2024-11'],
    ],
    [
      'shortened',
      lawOf('FR', { consent: { dormancyMonths: 12 }, retention: { inactivityMonths: 6 } }),
      ['2025-11', '2026-05', '2026-05'],
    ],
    [
      'shortened where the country has none',
      lawOf('DE', { consent: { dormancyMonths: 12 }, retention: { prospectMonths: 3 } }),
      ['2025-11', '2023-11', '2026-08'],
    ],
  ])('%s', (_name, law, expected) => {
    expect(periodsOf(law)).toEqual(expected);
  });

  it('shortened in a policy that does not say what was named', () => {
    const { evaluation } = ruleCase({ country: 'FR' });
    const { consent, retention, stated: _stated, ...others } = evaluation.parameters;
    const periods = (change: { readonly dormancyMonths?: number; readonly months?: number }) => {
      const months = change.months ?? retention.inactivityMonths;
      const parameters: PolicyParameters = {
        ...others,
        consent: { ...consent, dormancyMonths: change.dormancyMonths ?? consent.dormancyMonths },
        retention: { ...retention, inactivityMonths: months },
      };
      const { lawBook } = prepareEvaluation({ ...evaluation, parameters, jurisdictions });
      return periodsOf(lawBook.lawFor({ residence: 'FR', numberCountry: null }));
    };
    expect(periods({})).toEqual(['2023-11', '2023-11', '2023-11']);
    expect(periods({ dormancyMonths: 23 })).toEqual(['2024-12', '2023-11', '2023-11']);
    expect(periods({ months: 35 })).toEqual(['2023-11', '2023-12', '2023-12']);
  });

  it('of inactivity, longer in the country: a value that somebody named holds there too', () => {
    // No country of the book has a longer one than the policy; this one has.
    const longer = jurisdictions.map((version) => ({ ...version, inactivityMonths: 48 }));
    const since = (policy: Policy) => {
      const { evaluation } = ruleCase({ settings: { policy } });
      const { lawBook } = prepareEvaluation({ ...evaluation, jurisdictions: longer });
      return periodsOf(lawBook.lawFor({ residence: 'DE', numberCountry: null }))[1];
    };
    expect(since({})).toBe('2022-11');
    expect(since({ retention: { inactivityMonths: 36 } })).toBe('2023-11');
    expect(since({ retention: { inactivityMonths: 35 } })).toBe('2023-12');
  });

  it('of customers: nowhere a longer one than the policy says', () => {
    const sinceOf = (country: Country, policy: Policy = {}) =>
      lawOf(country, policy).customerPeriods.map(({ since }) => text(since).slice(0, 10));
    expect(sinceOf('DE')).toEqual(['2024-11-23']);
    expect(sinceOf('IE')).toEqual(['2025-11-23']);
    expect(sinceOf('IE', { ec: { windowMonths: 6 } })).toEqual(['2026-05-23']);
    expect(instantOf('2024-11-23T09:00:00Z')).toBe(lawOf('DE').customerPeriods[0]?.since);
  });
});

describe('data from elsewhere carry no ground but consent', () => {
  /** Whether a ground that some law offered would carry, by where the data come from. */
  function carries(
    channel: 'EMAIL' | 'PHONE_HUMAN' | 'PHONE_AUTO',
    kind: string,
    corporate: boolean,
  ) {
    const origin = { kind, source: 'b', obtainedAt: '2026-01-15T09:00:00Z' };
    const facts = [registered({ origin }), bought()];
    const { recipient, evaluation } = ruleCase({ facts, campaign: { channel } });
    const { state, others, law } = recipient;
    const offering: ApplicableLaw = {
      ...law,
      groundsFor: () => ({
        countries: [{ corporate, offers: ['opt_out'], registers: [] }],
        offered: new Set(['opt_out']),
      }),
    };
    return assessPermission({ state, others }, offering, evaluation).basis !== null;
  }

  it.each<readonly [string, boolean, boolean]>([
    ['own', false, true],
    ['own', true, true],
    ['public', false, true],
    ['public', true, true],
    ['third_party', false, false],
    ['third_party', true, true],
  ])('calls, %s data, corporate %s: %s', (kind, corporate, expected) => {
    expect(carries('PHONE_HUMAN', kind, corporate)).toBe(expected);
    expect(carries('PHONE_AUTO', kind, corporate)).toBe(expected);
    expect(carries('EMAIL', kind, corporate)).toBe(kind === 'own');
  });
});
