import * as z from 'zod';
import { policyDefaults, type PolicyOverrides } from '../contract/policy-overrides.ts';

const count = z.number().int().min(0);

/** The numbers and switches of one evaluation: the built-in policy, tightened by a controller. */
export const PolicyParameters = z
  .object({
    consent: z.object({ dormancyMonths: count, firstUseMonths: count, doiExpiryDays: count }),
    ec: z.object({
      windowMonths: count,
      smsCovered: z.boolean(),
      freemiumCountsAsSale: z.boolean(),
    }),
    post: z.object({ requiresOptIn: z.boolean() }),
    retention: z.object({ inactivityMonths: count, maximumMonths: count, prospectMonths: count }),
    /** The stance `lia` is for a policy that was released for it; no override reaches it. */
    profiling: z.object({ stance: z.enum(['strict_dsk', 'lia']), minimumAge: count }),
    age: z.object({ unknown: z.enum(['adult', 'minor']) }),
    frequency: z.object({
      electronicPerWeek: count,
      electronicPerMonth: count,
      postPerFortnight: count,
      callsPerMonth: count,
      refusalCooldownDays: count,
    }),
    presumedInterest: z.object({ validMonths: count }),
    analysis: z.object({ smallestCell: count }),
  })
  .readonly();
export type PolicyParameters = z.infer<typeof PolicyParameters>;

/** The overrides on top of the defaults, section by section; what is not said stays. */
export function tightenedBy(overrides: PolicyOverrides | undefined): PolicyParameters {
  const sections = Object.entries(policyDefaults).map(([name, defaults]) => {
    const own = Object.entries(overrides ?? {}).find(([section]) => section === name)?.[1];
    const said = Object.entries(own ?? {}).filter(([, value]) => value !== undefined);
    return [name, { ...defaults, ...Object.fromEntries(said) }];
  });
  return PolicyParameters.parse(Object.fromEntries(sections));
}
