import * as z from 'zod';
import { policyTable, strictest, type PolicyDraftOverrides } from '../contract/policy-overrides.ts';

const count = z.number().int().min(0);

/** The numbers and switches of one evaluation: the built-in policy, tightened for a controller. */
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
    /** The stance `lia` is for a policy that two people released; no settings reach it. */
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
    /** Parameters that somebody named, `section.name`: they hold beside a country's own value. */
    stated: z.record(z.string(), z.literal(true)).optional(),
  })
  .readonly();
export type PolicyParameters = z.infer<typeof PolicyParameters>;

/**
 * The built-in policy with all that was said on top of it: of each parameter the strictest value
 * that anybody said, and the default where nobody did.
 */
export function tightenedBy(
  ...overrides: readonly (PolicyDraftOverrides | undefined)[]
): PolicyParameters {
  const said = overrides.map((each) => new Map(Object.entries(each ?? {}).map(saidOf)));
  const sections = Object.entries(policyTable).map(([name, section]) => {
    const values = Object.entries(section).map(([key, parameter]) => {
      const own = said
        .map((each) => each.get(name)?.get(key))
        .filter((value) => value !== undefined);
      return [key, strictest(parameter, own)];
    });
    return [name, Object.fromEntries(values)];
  });
  const stated = said.flatMap((each) =>
    [...each].flatMap(([name, section]) =>
      [...section].flatMap(([key, value]) => (value === undefined ? [] : [`${name}.${key}`])),
    ),
  );
  const named = Object.fromEntries([...new Set(stated)].sort().map((name) => [name, true]));
  return PolicyParameters.parse({
    ...Object.fromEntries(sections),
    ...(stated.length === 0 ? {} : { stated: named }),
  });
}

/** A parameter that somebody set, to whatever value: it is meant everywhere. */
export function isStated({ stated }: PolicyParameters, parameter: string): boolean {
  return stated?.[parameter] === true;
}

function saidOf([name, section]: [string, object | undefined]) {
  return [name, new Map<string, unknown>(Object.entries(section ?? {}))] as const;
}
