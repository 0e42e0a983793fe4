import type { RecipientType } from '../contract/vocabulary.ts';
import type { EpochMs } from '../kernel/instant.ts';
import { inForce, type Jurisdiction } from './jurisdiction.ts';

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
  /** The shortest periods that any of the profiles sets; null: none does. */
  readonly inactivityMonths: number | null;
  readonly prospectMonths: number | null;
}

export interface LawBook {
  readonly lawFor: (recipient: {
    readonly residence: string | null;
    readonly numberCountry: string | null;
  }) => ApplicableLaw;
}

/** Laws are resolved once for each pair of countries and then only looked up. */
export function createLawBook(
  versions: readonly Jurisdiction[],
  establishment: string,
  instant: EpochMs,
): LawBook {
  const known = new Map<string, ApplicableLaw>();
  return {
    lawFor: ({ residence, numberCountry }) => {
      const name = `${residence ?? ''}/${numberCountry ?? ''}`;
      const found = known.get(name);
      if (found !== undefined) return found;
      const own = [residence, numberCountry].filter((country) => country !== null);
      const countries = [...new Set([...own, establishment])];
      const law = resolve(versions, countries, own.length === 0, instant);
      known.set(name, law);
      return law;
    },
  };
}

function resolve(
  versions: readonly Jurisdiction[],
  countries: readonly string[],
  nowhere: boolean,
  instant: EpochMs,
): ApplicableLaw {
  const found = countries.map((country) => inForce(versions, country, instant));
  const profiles = found.filter((profile) => profile !== null);
  return {
    countries,
    profiles,
    unknown: nowhere || profiles.length < countries.length,
    consentAge: Math.max(0, ...profiles.map((profile) => profile.consentAge)),
    inactivityMonths: shortest(profiles.map((profile) => profile.inactivityMonths)),
    prospectMonths: shortest(profiles.map((profile) => profile.prospectMonths)),
  };
}

function shortest(months: readonly (number | null)[]): number | null {
  const set = months.filter((count) => count !== null);
  return set.length === 0 ? null : Math.min(...set);
}

/** A recipient type that nobody recorded is treated as a consumer, the most protected one. */
export function isCorporate(profile: Jurisdiction, recipientType: string | null): boolean {
  return profile.corporateTypes.some((type: RecipientType) => type === recipientType);
}
