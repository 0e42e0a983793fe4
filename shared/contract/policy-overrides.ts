import * as z from 'zod';

/**
 * The numbers and switches that no law fixes (RULES, certainty P), with the defaults of the
 * built-in policy. Each bound lets a controller tighten its value and never loosen it.
 */
export const policyDefaults = Object.freeze({
  consent: Object.freeze({ dormancyMonths: 24, firstUseMonths: 12, doiExpiryDays: 14 }),
  ec: Object.freeze({ windowMonths: 24, smsCovered: true, freemiumCountsAsSale: true }),
  post: Object.freeze({ requiresOptIn: false }),
  retention: Object.freeze({ inactivityMonths: 36, maximumMonths: 60, prospectMonths: 24 }),
  profiling: Object.freeze({ stance: 'strict_dsk', minimumAge: 18 } as const),
  age: Object.freeze({ unknown: 'adult' } as const),
  frequency: Object.freeze({
    electronicPerWeek: 2,
    electronicPerMonth: 6,
    postPerFortnight: 1,
    callsPerMonth: 1,
    refusalCooldownDays: 90,
  }),
  presumedInterest: Object.freeze({ validMonths: 12 }),
  analysis: Object.freeze({ smallestCell: 10 }),
});

/** A period in months or days that may only be shorter than the default. */
const atMost = (most: number) => z.number().int().min(1).max(most).optional();
/** A threshold that may only be higher than the default. */
const atLeast = (least: number, most: number) => z.number().int().min(least).max(most).optional();
/** A cap that may be lowered down to nothing at all. */
const capAtMost = (most: number) => z.number().int().min(0).max(most).optional();

const { consent, ec, retention, profiling, frequency, presumedInterest, analysis } = policyDefaults;

export const PolicyOverrides = z
  .strictObject({
    consent: z
      .strictObject({
        dormancyMonths: atMost(consent.dormancyMonths),
        firstUseMonths: atMost(consent.firstUseMonths),
        doiExpiryDays: atMost(consent.doiExpiryDays),
      })
      .optional(),
    ec: z
      .strictObject({
        windowMonths: atMost(ec.windowMonths),
        smsCovered: z.boolean().optional(),
        freemiumCountsAsSale: z.boolean().optional(),
      })
      .optional(),
    post: z.strictObject({ requiresOptIn: z.boolean().optional() }).optional(),
    retention: z
      .strictObject({
        inactivityMonths: atMost(retention.inactivityMonths),
        maximumMonths: atMost(retention.maximumMonths),
        prospectMonths: atMost(retention.prospectMonths),
      })
      .optional(),
    profiling: z
      .strictObject({
        stance: z.literal('strict_dsk').optional(),
        minimumAge: atLeast(profiling.minimumAge, 99),
      })
      .optional(),
    age: z.strictObject({ unknown: z.enum(['adult', 'minor']).optional() }).optional(),
    frequency: z
      .strictObject({
        electronicPerWeek: capAtMost(frequency.electronicPerWeek),
        electronicPerMonth: capAtMost(frequency.electronicPerMonth),
        postPerFortnight: capAtMost(frequency.postPerFortnight),
        callsPerMonth: capAtMost(frequency.callsPerMonth),
        refusalCooldownDays: atLeast(frequency.refusalCooldownDays, 3650),
      })
      .optional(),
    presumedInterest: z
      .strictObject({ validMonths: atMost(presumedInterest.validMonths) })
      .optional(),
    analysis: z.strictObject({ smallestCell: atLeast(analysis.smallestCell, 1000) }).optional(),
  })
  .meta({ id: 'PolicyOverrides', description: 'tightens the built-in policy; never loosens it' });
export type PolicyOverrides = z.infer<typeof PolicyOverrides>;
