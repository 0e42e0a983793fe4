import { assert } from '../kernel/assert.ts';
import { rulebook } from '../policy/rulebook.ts';

/*
 * Pages name a rule by its number, which is its own for ever; the rest of the program by its place
 * in the rulebook, which shifts when a rule is added before it.
 */

const places: ReadonlyMap<number, number> = new Map(
  rulebook.map(({ number }, place) => [number, place]),
);

/** The number of the rule at a place of the rulebook. */
export function ruleNumber(place: number): number {
  const rule = rulebook[place];
  assert(rule !== undefined, 'a finding points into the rulebook');
  return rule.number;
}

/** The place in the rulebook of the rule that was logged under a number. */
export function rulePlace(number: number): number {
  const place = places.get(number);
  assert(place !== undefined, 'a stored rule is in the rulebook');
  return place;
}
