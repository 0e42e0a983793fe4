import { describe, expect, it } from 'vitest';
import { scenarios } from '../scenarios/scenarios.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { ask, instantOf, retryNotBefore, type Question } from '../support/policy-harness.ts';
import { rulebook } from '../../shared/policy/rulebook.ts';
import { formatInstant } from '../../shared/kernel/instant.ts';

function questionOf(scenario: Scenario): Question {
  return { ...scenario, controller: scenario.controllerSettings };
}

/** Expected reasons and those beside, in the order of the rulebook. */
function inOrder(codes: readonly string[]): readonly string[] {
  const all = rulebook.flatMap((rule) => rule.codes);
  const place = (code: string) => all.findIndex((each) => each === code);
  return [...codes].sort((left, right) => place(left) - place(right));
}

describe('the scenarios of the rule catalogue', () => {
  it.each(scenarios)('$id $title', (scenario) => {
    const answer = ask(questionOf(scenario));
    const { outcome, codes, beside } = scenario;
    if (outcome === 'allow') {
      expect(answer).toMatchObject({ outcome, basis: codes[0], codes: [] });
    } else {
      expect(answer).toMatchObject({ outcome, basis: null });
      expect(answer.codes).toEqual(inOrder([...codes, ...beside]));
    }
  });

  const healing = scenarios.flatMap((scenario) =>
    Object.entries(scenario.retryNotBefore).map(([code, at]) => ({ scenario, code, at })),
  );
  it.each(healing)('$scenario.id is over at $at', ({ scenario, code, at }) => {
    const rule = rulebook.find(({ codes }) => codes.some((each) => each === code));
    const question = questionOf(scenario);
    expect(formatInstant(retryNotBefore(question, rule?.id ?? '') ?? 0)).toBe(at);
    const later = ask({ ...question, asOf: formatInstant(instantOf(at)) });
    expect(later.codes).not.toContain(code);
  });

  it('holds every row of the catalogue that has a recipient', () => {
    expect(scenarios).toHaveLength(85);
    expect(new Set(scenarios.map(({ id }) => id)).size).toBe(scenarios.length);
  });
});
