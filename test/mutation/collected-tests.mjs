import { inspect, isDeepStrictEqual } from 'node:util';

/*
 * The part of Vitest that the tests of the policy use. Vitest gives each mutant a worker of its own,
 * which takes half a second; here the tests are functions that are called again. `npm test` runs
 * the same files with Vitest.
 */

/** Every test, by its full name, in the order of the files. */
export const collected = [];
const path = [];

export function describe(name, define) {
  path.push(name);
  define();
  path.pop();
}

export function it(name, run) {
  const title = [...path, name].join(' > ');
  const same = collected.filter((test) => test.title === title).length;
  collected.push({ title, id: same === 0 ? title : `${title} (${same + 1})`, run });
}

/** One call for each row of a table, with the row in its name. */
const each = (define) => (table) => (name, run) =>
  table.forEach((row) => {
    const values = Array.isArray(row) ? row : [row];
    define(titleOf(name, row, [...values]), () => run(...values));
  });
describe.each = each(describe);
it.each = each(it);

function titleOf(name, row, values) {
  return name
    .replace(/%[si]/g, () => inspect(values.shift(), { breakLength: Infinity }))
    .replace(/\$([\w.]+)/g, (_match, keys) =>
      String(keys.split('.').reduce((value, key) => value?.[key], row)),
    );
}

/** Without fields that are undefined, as `toEqual` compares. */
function said(value) {
  if (Array.isArray(value)) return value.map(said);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Set || value instanceof Map) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(fields.map(([key, field]) => [key, said(field)]));
}

function isPartOf(part, whole) {
  if (typeof part !== 'object' || part === null) return Object.is(part, whole);
  if (typeof whole !== 'object' || whole === null) return false;
  if (Array.isArray(part) && part.length !== whole.length) return false;
  return Object.entries(part).every(([key, value]) => isPartOf(value, whole[key]));
}

const matchers = {
  toBe: Object.is,
  toBeNull: (actual) => actual === null,
  toBeUndefined: (actual) => actual === undefined,
  toEqual: (actual, expected) => isDeepStrictEqual(said(actual), said(expected)),
  toMatchObject: (actual, expected) => isPartOf(expected, actual),
  toContain: (actual, expected) => actual.includes(expected),
  toHaveLength: (actual, length) => actual.length === length,
  toMatch: (actual, pattern) => pattern.test(actual),
  toBeGreaterThan: (actual, bound) => actual > bound,
  toBeGreaterThanOrEqual: (actual, bound) => actual >= bound,
  toBeLessThan: (actual, bound) => actual < bound,
  toBeLessThanOrEqual: (actual, bound) => actual <= bound,
};

export function expect(actual, subject = '') {
  const asserting = (wanted) =>
    Object.fromEntries(
      Object.entries(matchers).map(([name, holds]) => [
        name,
        (...expected) => {
          if (holds(actual, ...expected) === wanted) return;
          const seen = inspect(actual).slice(0, 200);
          throw new Error(`${subject} ${wanted ? '' : 'not.'}${name}: ${seen}`);
        },
      ]),
    );
  return { ...asserting(true), not: asserting(false) };
}
