import * as z from 'zod';

/** One number or switch that no law fixes (RULES, certainty P). */
export interface PolicyParameter {
  /** What the built-in policy says. */
  readonly standard: number | boolean | string;
  /** Which of two values is the stricter; values that are words or switches, loosest first. */
  readonly order: 'lower' | 'higher' | readonly unknown[];
  /** What an override may say: the standard itself, or something stricter. */
  readonly override: z.ZodType;
}

/** A number that is the stricter the lower it is: a period, or a cap on contacts. */
const atMost = (standard: number, least = 1) => ({
  standard,
  order: 'lower' as const,
  override: z.number().int().min(least).max(standard),
});

/** A number that is the stricter the higher it is: a threshold. */
const atLeast = (standard: number, most: number) => ({
  standard,
  order: 'higher' as const,
  override: z.number().int().min(standard).max(most),
});

/** A switch; the built-in policy has it where it permits more. */
const tightenedAt = (strict: boolean) => ({
  standard: !strict,
  order: [!strict, strict] as const,
  override: z.boolean(),
});

/** Stances on profiling of level P3 (RULES C), loosest first. */
const stances = ['lia', 'strict_dsk'] as const;
const ages = ['adult', 'minor'] as const;

/**
 * Every parameter of the policy, once: the defaults, the bounds of what may be said, and the
 * stricter of two values derive from here, so that they cannot disagree.
 */
const table = Object.freeze({
  consent: {
    dormancyMonths: atMost(24),
    firstUseMonths: atMost(12),
    doiExpiryDays: atMost(14),
  },
  ec: {
    windowMonths: atMost(24),
    smsCovered: tightenedAt(false),
    freemiumCountsAsSale: tightenedAt(false),
  },
  post: { requiresOptIn: tightenedAt(true) },
  retention: {
    inactivityMonths: atMost(36),
    maximumMonths: atMost(60),
    prospectMonths: atMost(24),
  },
  profiling: {
    stance: { standard: 'strict_dsk', order: stances, override: z.literal('strict_dsk') },
    minimumAge: atLeast(18, 99),
  },
  age: { unknown: { standard: 'adult', order: ages, override: z.enum(ages) } },
  frequency: {
    electronicPerWeek: atMost(2, 0),
    electronicPerMonth: atMost(6, 0),
    postPerFortnight: atMost(1, 0),
    callsPerMonth: atMost(1, 0),
    refusalCooldownDays: atLeast(90, 3650),
  },
  presumedInterest: { validMonths: atMost(12) },
  analysis: { smallestCell: atLeast(10, 1000) },
} as const satisfies Readonly<Record<string, PolicySection>>);
type Table = typeof table;

type PolicySection = Readonly<Record<string, PolicyParameter>>;

/** The table for whoever goes through all of it. */
export const policyTable: Readonly<Record<string, PolicySection>> = table;

type Standards = {
  readonly [Section in keyof Table]: {
    readonly [Name in keyof Table[Section]]: Table[Section][Name] extends {
      readonly standard: infer Standard;
    }
      ? Standard
      : never;
  };
};

/** The defaults of the built-in policy. */
export const policyDefaults = Object.freeze(standardsOf(table));

function standardsOf(sections: Table): Standards;
function standardsOf(sections: Readonly<Record<string, PolicySection>>): unknown {
  const entries = Object.entries(sections).map(([name, section]) => {
    const standards = Object.entries(section).map(([key, { standard }]) => [key, standard]);
    return [name, Object.freeze(Object.fromEntries(standards))];
  });
  return Object.fromEntries(entries);
}

type Overrides<Section> = {
  [Name in keyof Section]: Section[Name] extends { readonly override: infer Schema }
    ? Schema extends z.ZodType
      ? z.ZodOptional<Schema>
      : never
    : never;
};

/** A section in which each parameter may be said, within its bounds, or left out. */
function overridesOf<Section extends PolicySection>(
  section: Section,
): z.ZodObject<Overrides<Section>, z.core.$strict>;
function overridesOf(section: PolicySection): z.ZodType {
  const entries = Object.entries(section).map(([name, { override }]) => [
    name,
    override.optional(),
  ]);
  return z.strictObject(Object.fromEntries(entries));
}

/** What a controller's own settings may say. */
export const PolicyOverrides = z
  .strictObject({
    consent: overridesOf(table.consent).optional(),
    ec: overridesOf(table.ec).optional(),
    post: overridesOf(table.post).optional(),
    retention: overridesOf(table.retention).optional(),
    profiling: overridesOf(table.profiling).optional(),
    age: overridesOf(table.age).optional(),
    frequency: overridesOf(table.frequency).optional(),
    presumedInterest: overridesOf(table.presumedInterest).optional(),
    analysis: overridesOf(table.analysis).optional(),
  })
  .meta({ id: 'PolicyOverrides', description: 'tightens the built-in policy; never loosens it' });
export type PolicyOverrides = z.infer<typeof PolicyOverrides>;

/** What two people may release: the same, and the contested stance on profiling (RULES C, P3). */
export const PolicyDraftOverrides = z
  .strictObject({
    ...PolicyOverrides.shape,
    profiling: overridesOf(table.profiling)
      .extend({ stance: z.enum(stances).optional() })
      .optional(),
  })
  .meta({
    id: 'PolicyDraftOverrides',
    description: 'tightens the built-in policy; may choose the stance `lia` besides',
  });
export type PolicyDraftOverrides = z.infer<typeof PolicyDraftOverrides>;

/** How loose a value is among all of its parameter: of two, the smaller is the stricter one. */
export function looseness({ order }: PolicyParameter, value: unknown): number {
  if (typeof order !== 'string') return order.length - order.indexOf(value);
  // What is no number here is no value at all, and must not pass for a strict one.
  if (typeof value !== 'number') return Infinity;
  return order === 'lower' ? value : -value;
}

/** The strictest of the values that were said; the standard when nobody said anything. */
export function strictest(parameter: PolicyParameter, said: readonly unknown[]): unknown {
  if (said.length === 0) return parameter.standard;
  return said.reduce((strict, value) =>
    looseness(parameter, value) < looseness(parameter, strict) ? value : strict,
  );
}
