import { describe, expect, it } from 'vitest';
import { gate } from './engines/gate.ts';
import { compareEngines, engines, firstDisagreement } from './engines/measure.ts';
import { madeUpPeople } from './engines/people.ts';
import { conditions } from './engines/policy.ts';

const people = madeUpPeople(400, 11);

async function passOf(engine: (typeof engines)[number]) {
  const pass = engine.prepare(people);
  await pass.decide(0, people.length);
  return pass;
}

describe('the engines of the comparison', () => {
  it.each(engines.map((engine) => [engine.name, engine] as const))(
    '%s decides as the gate does',
    async (_, engine) => {
      expect(firstDisagreement(await passOf(engine), await passOf(gate), people.length)).toBeNull();
    },
  );

  it('have people of whom about half are allowed, and every condition fails', async () => {
    const pass = await passOf(gate);
    const allowed = people.filter((_, place) => pass.allows(place)).length;
    expect(allowed).toBeGreaterThan(people.length * 0.3);
    expect(allowed).toBeLessThan(people.length * 0.6);
    const failing = new Set(people.flatMap((_, place) => pass.failing?.(place) ?? []));
    expect([...failing].sort()).toEqual([...conditions].sort());
  });

  it('are all measured', async () => {
    const { perSecond } = await compareEngines(50, () => {});
    expect(Object.keys(perSecond).sort()).toEqual(engines.map(({ name }) => name).sort());
  });
});

describe('a disagreement is found', () => {
  const pass = (
    allowed: readonly boolean[],
    failing: readonly (typeof conditions)[number][][],
  ) => ({
    decide: () => {},
    allows: (place: number) => allowed[place] === true,
    failing: (place: number) => failing[place] ?? [],
  });

  it('on a decision, with the person', () => {
    const found = firstDisagreement(pass([true, true], []), pass([true, false], []), 2);
    expect(found).toBe('person 1: one allows, the other denies');
  });

  it('on the reasons of a denial', () => {
    const found = firstDisagreement(
      pass([false], [['objection']]),
      pass([false], [['objection', 'block-list']]),
      1,
    );
    expect(found).toBe('person 0: one names objection; the other objection, block-list');
  });

  it('not where one names no reasons', () => {
    const silent = { ...pass([false], []), failing: null };
    expect(firstDisagreement(silent, pass([false], [['objection']]), 1)).toBeNull();
  });
});
