import { policyDefaults, type PolicyOverrides } from '../contract/policy-overrides.ts';

/** The numbers and switches of one evaluation: the built-in policy, tightened by a controller. */
export interface PolicyParameters {
  readonly consent: {
    readonly dormancyMonths: number;
    readonly firstUseMonths: number;
    readonly doiExpiryDays: number;
  };
  readonly ec: {
    readonly windowMonths: number;
    readonly smsCovered: boolean;
    readonly freemiumCountsAsSale: boolean;
  };
  readonly post: { readonly requiresOptIn: boolean };
  readonly retention: {
    readonly inactivityMonths: number;
    readonly maximumMonths: number;
    readonly prospectMonths: number;
  };
  readonly profiling: { readonly stance: 'strict_dsk' | 'lia'; readonly minimumAge: number };
  readonly age: { readonly unknown: 'adult' | 'minor' };
  readonly frequency: {
    readonly electronicPerWeek: number;
    readonly electronicPerMonth: number;
    readonly postPerFortnight: number;
    readonly callsPerMonth: number;
    readonly refusalCooldownDays: number;
  };
  readonly presumedInterest: { readonly validMonths: number };
  readonly analysis: { readonly smallestCell: number };
}

/** The overrides on top of the defaults, section by section; what is not said stays. */
export function tightenedBy(overrides: PolicyOverrides | undefined): PolicyParameters {
  const section = <Section extends object>(
    defaults: Section,
    own: object | undefined,
  ): Section => ({
    ...defaults,
    ...Object.fromEntries(Object.entries(own ?? {}).filter(([, value]) => value !== undefined)),
  });
  return {
    consent: section(policyDefaults.consent, overrides?.consent),
    ec: section(policyDefaults.ec, overrides?.ec),
    post: section(policyDefaults.post, overrides?.post),
    retention: section(policyDefaults.retention, overrides?.retention),
    profiling: section(policyDefaults.profiling, overrides?.profiling),
    age: section(policyDefaults.age, overrides?.age),
    frequency: section(policyDefaults.frequency, overrides?.frequency),
    presumedInterest: section(policyDefaults.presumedInterest, overrides?.presumedInterest),
    analysis: section(policyDefaults.analysis, overrides?.analysis),
  };
}
