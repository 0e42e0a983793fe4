import { describe, expect, it } from 'vitest';
import { notEvaluated, panelOf, type Judging } from '../../shared/policy/panel.ts';
import { deny, PASS, type Verdict } from '../../shared/policy/rule.ts';
import { ruleCase } from '../support/rule-cases.ts';

const { evaluation } = ruleCase({});
const first = deny('D_CONSENT_MISSING');
const second = deny('D_CONSENT_STALE');
const third = deny('D_FACT_MISSING');

const says = (verdict: Verdict): Judging<string> => ({ evaluate: () => verdict });
const throws: Judging<string> = {
  evaluate: () => {
    throw new Error('this rule cannot be evaluated');
  },
};

/** What rules say of one subject, from place 10 of the rulebook on. */
function judged(rules: readonly Judging<string>[]) {
  return panelOf(rules, 10, evaluation)('anybody');
}

describe('a panel of rules', () => {
  it('finds nothing where every rule passes', () => {
    expect(judged([])).toEqual([]);
    expect(judged([says(PASS), says(PASS)])).toEqual([]);
  });

  it('takes a pass for a pass, whoever made it', () => {
    expect(judged([says({ outcome: 'pass' })])).toEqual([]);
    expect(judged([says({ outcome: 'pass' }), throws])).toEqual([
      { rule: 11, verdict: notEvaluated },
    ]);
  });

  it('keeps every finding with the place of its rule, in order', () => {
    const one = { rule: 11, verdict: first };
    const two = { rule: 12, verdict: second };
    const three = { rule: 14, verdict: third };
    expect(judged([says(PASS), says(first)])).toEqual([one]);
    expect(judged([says(PASS), says(first), says(second)])).toEqual([one, two]);
    expect(judged([says(PASS), says(first), says(second), says(PASS), says(third)])).toEqual([
      one,
      two,
      three,
    ]);
  });

  it('counts a rule that throws as a gap and runs the others', () => {
    expect(judged([says(first), throws, says(PASS), says(third)])).toEqual([
      { rule: 10, verdict: first },
      { rule: 11, verdict: notEvaluated },
      { rule: 13, verdict: third },
    ]);
  });

  it('says of one what it is, whatever the same rule said of another before', () => {
    const verdicts: Readonly<Record<string, Verdict>> = { a: first, b: second, c: PASS };
    const panel = panelOf([{ evaluate: (name: string) => verdicts[name] ?? PASS }], 0, evaluation);
    expect([...'aabcba'].map((name) => panel(name).map(({ verdict }) => verdict))).toEqual([
      [first],
      [first],
      [second],
      [],
      [second],
      [first],
    ]);
  });

  it('gives one person nothing of what another was told', () => {
    const rules: readonly Judging<boolean>[] = [
      { evaluate: () => first },
      { evaluate: (isDenied) => (isDenied ? second : PASS) },
      { evaluate: (isDenied) => (isDenied ? third : PASS) },
    ];
    const panel = panelOf(rules, 0, evaluation);
    expect([false, true, false, true].map((isDenied) => panel(isDenied).length)).toEqual([
      1, 3, 1, 3,
    ]);
  });

  it('leaves out a rule that is not about the campaign', () => {
    expect(judged([{ ...says(first), appliesTo: () => false }, says(second)])).toEqual([
      { rule: 11, verdict: second },
    ]);
    expect(judged([{ ...says(first), appliesTo: () => true }])).toHaveLength(1);
  });

  it('runs a rule that cannot say whether it is about the campaign', () => {
    const appliesTo = () => {
      throw new Error('this rule cannot say');
    };
    expect(judged([{ ...says(first), appliesTo }])).toEqual([{ rule: 10, verdict: first }]);
  });
});
