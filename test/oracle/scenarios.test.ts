import { expect, it } from 'vitest';
import type { Scenario } from '../scenarios/scenario.ts';
import { scenarios } from '../scenarios/scenarios.ts';
import { judge } from './oracle.ts';
import type { Choice } from './question.ts';

/** TS-067: the consent to scoring is made concrete with a purpose of its own (decision 10). */
const readWith: Readonly<Record<string, Choice>> = { 'TS-067': 'profiling-consent' };

/** The oracle reads the rows of the catalogue as they are written. */
it.each(scenarios)('$id $title', (scenario: Scenario) => {
  const { controllerSettings, events, campaign, asOf } = scenario;
  const { ref: _ref, ...recipient } = scenario.recipient;
  const question = { controller: controllerSettings, events, campaign, recipient, asOf };
  const choice = readWith[scenario.id];
  const judged = judge(question, new Set(choice === undefined ? [] : [choice]));
  expect(judged.outcome).toBe(scenario.outcome);
  if (scenario.outcome === 'allow') expect([judged.basis]).toEqual(scenario.codes);
  else expect([...judged.codes]).toEqual(expect.arrayContaining([...scenario.codes]));
});
