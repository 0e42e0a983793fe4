import { describe, expect, it } from 'vitest';
import { rulebook } from '../../../shared/policy/rulebook.ts';
import { scenario } from '../../scenarios/scenario.ts';
import { ask } from '../../support/policy-harness.ts';
import { admissibilityRows } from './admissibility-rows.ts';
import { permissionRows } from './permission-rows.ts';
import { profilingRows } from './profiling-rows.ts';
import { refusalRows } from './refusal-rows.ts';
import type { Row } from './row.ts';
import { timingRows } from './timing-rows.ts';

const rows: readonly Row[] = [
  ...admissibilityRows,
  ...refusalRows,
  ...permissionRows,
  ...profilingRows,
  ...timingRows,
];

/** What the rule of a row says to its facts. */
function codesOf({ rule, name, text }: Row): readonly string[] {
  const asked = scenario({
    id: 'ROW',
    title: name,
    facts: [],
    outcome: 'deny',
    codes: [],
    ...text,
  });
  const { approval = 'not_asked', erasedAt } = text;
  const question = { ...asked, controller: asked.controllerSettings, approval };
  const { ruling } = ask(erasedAt === undefined ? question : { ...question, erasedAt });
  return ruling.findings
    .filter((finding) => rulebook[finding.rule]?.id === rule)
    .flatMap(({ verdict }) => verdict.codes);
}

describe.each(rulebook)('$id', ({ id, codes }) => {
  const own = rows.filter(({ rule }) => rule === id);

  it.each(own)('$name', (row) => {
    expect(codesOf(row)).toEqual(row.codes);
  });

  it('has a row that fails it and one that passes', () => {
    expect(own.some((row) => row.codes.length > 0)).toBe(true);
    expect(own.some((row) => row.codes.length === 0)).toBe(true);
  });

  it('gives no code that it does not declare', () => {
    for (const row of own) for (const code of row.codes) expect(codes).toContain(code);
  });
});

describe('the rulebook', () => {
  it('gives each id once', () => {
    expect(repeated(rulebook.map(({ id }) => id))).toEqual([]);
  });

  it('gives each number of the log once, from 0 on', () => {
    const numbers = rulebook.map(({ number }) => number);
    expect(repeated(numbers)).toEqual([]);
    expect(Math.max(...numbers), 'a new rule takes the next number').toBe(rulebook.length - 1);
  });
});

function repeated<Value>(values: readonly Value[]): readonly Value[] {
  return values.filter((value, place) => values.indexOf(value) !== place);
}

describe('the tables', () => {
  it('name rules that exist', () => {
    const ids = rulebook.map(({ id }) => id);
    for (const { rule } of rows) expect(ids).toContain(rule);
  });
});
