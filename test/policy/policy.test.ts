import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  looseness,
  PolicyDraftOverrides,
  policyDefaults,
  PolicyOverrides,
  policyTable,
  strictest,
  type PolicyParameter,
} from '../../shared/contract/policy-overrides.ts';
import { isStated, tightenedBy } from '../../shared/policy/policy.ts';

/*
 * The policy in force is the strictest of what the controller's settings and a released policy say.
 */

const parameters = Object.entries(policyTable).flatMap(([section, each]) =>
  Object.entries(each).map(([name, parameter]) => ({ section, name, parameter })),
);

/** A value that may be said, the standard and its neighbours more often than others. */
function someValue({ standard, order }: PolicyParameter): fc.Arbitrary<unknown> {
  if (typeof order !== 'string') return fc.constantFrom(...order);
  const base = Number(standard);
  const stricter = fc.nat(order === 'lower' ? base - 1 : 60);
  return stricter.map((step) => (order === 'lower' ? base - step : base + step));
}

/** Overrides that say some of the parameters. */
const someOverrides: fc.Arbitrary<PolicyDraftOverrides> = fc
  .record(
    Object.fromEntries(
      Object.entries(policyTable).map(([name, section]) => {
        const values = Object.entries(section).map(([key, each]) => [key, someValue(each)]);
        return [name, fc.record(Object.fromEntries(values), { requiredKeys: [] })];
      }),
    ),
    { requiredKeys: [] },
  )
  .map((said) => PolicyDraftOverrides.parse(said));

function valueOf(policy: object, section: string, name: string): unknown {
  const found: unknown = Object.entries(policy).find(([key]) => key === section)?.[1];
  return Object.entries(found ?? {}).find(([key]) => key === name)?.[1];
}

describe.each(parameters)('$section.$name', ({ section, name, parameter }) => {
  const pairs = fc.tuple(someValue(parameter), someValue(parameter));
  const stricter = (left: unknown, right: unknown) =>
    looseness(parameter, left) <= looseness(parameter, right);

  it('of two values the stricter one counts, whoever said it', () => {
    fc.assert(
      fc.property(pairs, ([left, right]) => {
        const both = strictest(parameter, [left, right]);
        expect([left, right]).toContain(both);
        expect(stricter(both, left) && stricter(both, right)).toBe(true);
        expect(strictest(parameter, [right, left])).toEqual(both);
      }),
    );
  });

  it('unsaid, it is the standard; said by one, it is what that one says', () => {
    expect(strictest(parameter, [])).toBe(parameter.standard);
    fc.assert(
      fc.property(someValue(parameter), (value) => {
        expect(strictest(parameter, [value])).toBe(value);
      }),
    );
  });

  it('settings may say the standard, and no value that is looser', () => {
    const says = (value: unknown) =>
      PolicyOverrides.safeParse({ [section]: { [name]: value } }).success;
    expect(says(parameter.standard)).toBe(true);
    fc.assert(
      fc.property(fc.oneof(someValue(parameter), fc.integer({ min: -10, max: 4000 })), (value) => {
        if (says(value)) expect(stricter(value, parameter.standard)).toBe(true);
      }),
    );
  });

  it('what is no value of it never passes for a strict one', () => {
    for (const value of [undefined, null, 'loose', {}]) {
      expect(strictest(parameter, [value, parameter.standard])).toBe(parameter.standard);
      expect(strictest(parameter, [parameter.standard, value])).toBe(parameter.standard);
    }
  });
});

describe('the settings and a released policy together', () => {
  it('are as strict as each of them in everything that it says', () => {
    fc.assert(
      fc.property(someOverrides, someOverrides, (settings, released) => {
        const both = tightenedBy(settings, released);
        expect(tightenedBy(released, settings)).toEqual(both);
        for (const { section, name, parameter } of parameters) {
          const value = valueOf(both, section, name);
          const said = [settings, released]
            .map((each) => valueOf(each, section, name))
            .filter((each) => each !== undefined);
          expect(said.length === 0 ? [parameter.standard] : said).toContain(value);
          for (const each of said) {
            expect(looseness(parameter, value)).toBeLessThanOrEqual(looseness(parameter, each));
          }
        }
      }),
    );
  });

  it('are never looser than the built-in policy, but for the stance that two people chose', () => {
    fc.assert(
      fc.property(someOverrides, someOverrides, (settings, released) => {
        const both = tightenedBy(settings, released);
        const loose = parameters.filter(
          ({ section, name, parameter }) =>
            looseness(parameter, valueOf(both, section, name)) >
            looseness(parameter, parameter.standard),
        );
        const stances = [settings, released].flatMap(({ profiling }) => profiling?.stance ?? []);
        const isLia = stances.length > 0 && stances.every((stance) => stance === 'lia');
        expect(loose.map(({ section, name }) => `${section}.${name}`)).toEqual(
          isLia ? ['profiling.stance'] : [],
        );
      }),
    );
  });

  it('name what was said, also where it is the standard', () => {
    const said = tightenedBy({ frequency: { callsPerMonth: 1 } }, { age: { unknown: 'adult' } });
    expect(said.stated).toEqual({ 'age.unknown': true, 'frequency.callsPerMonth': true });
    // In one order, whoever said it.
    expect(Object.keys(said.stated ?? {})).toEqual(['age.unknown', 'frequency.callsPerMonth']);
    expect(isStated(said, 'frequency.callsPerMonth')).toBe(true);
    expect(isStated(said, 'frequency.postPerFortnight')).toBe(false);
    expect(isStated(tightenedBy(undefined), 'frequency.callsPerMonth')).toBe(false);
    expect(tightenedBy({ frequency: {} })).toEqual(tightenedBy(undefined));
    expect(tightenedBy({ frequency: { callsPerMonth: undefined } })).toEqual(
      tightenedBy(undefined),
    );
  });

  it('say nothing: the built-in policy', () => {
    expect(tightenedBy()).toEqual(policyDefaults);
    expect(tightenedBy(undefined, {})).toEqual(policyDefaults);
    // As RULES G assumes them where a row says nothing else.
    expect(policyDefaults).toMatchObject({
      consent: { dormancyMonths: 24, firstUseMonths: 12, doiExpiryDays: 14 },
      ec: { windowMonths: 24, smsCovered: true, freemiumCountsAsSale: true },
      post: { requiresOptIn: false },
      retention: { inactivityMonths: 36 },
      profiling: { stance: 'strict_dsk' },
      age: { unknown: 'adult' },
      analysis: { smallestCell: 10 },
    });
  });
});
