import { assert } from '../../shared/kernel/assert.ts';
import type { ContactPointState } from '../../shared/ledger/contact-point-state.ts';
import { recipientCase } from '../../shared/policy/decide.ts';
import type { Evaluation } from '../../shared/policy/evaluation.ts';
import type { Permission } from '../../shared/policy/permission.ts';
import type { RecipientCase, RecipientRule } from '../../shared/policy/rule.ts';
import { rulebook } from '../../shared/policy/rulebook.ts';
import { scenario, type ScenarioText } from '../scenarios/scenario.ts';
import { evaluationOf, factsOf } from './policy-harness.ts';

/** What a test puts in place of the facts, before and after the permission is assessed. */
export interface CaseChange {
  readonly state?: Partial<ContactPointState>;
  readonly others?: readonly ContactPointState[];
  readonly permission?: Partial<Permission>;
}

export interface RuleCase {
  readonly recipient: RecipientCase;
  readonly evaluation: Evaluation;
}

/** One recipient as a single rule sees it, also in states that no events lead to. */
export function ruleCase(text: Partial<ScenarioText>, change: CaseChange = {}): RuleCase {
  const asked = scenario({
    id: 'CASE',
    title: 'case',
    facts: [],
    outcome: 'deny',
    codes: [],
    ...text,
  });
  const question = { ...asked, controller: asked.controllerSettings };
  const evaluation = evaluationOf(question);
  const known = factsOf(question);
  const facts = {
    ...known,
    state: { ...known.state, ...change.state },
    others: change.others ?? known.others,
  };
  const recipient = recipientCase(facts, evaluation);
  const permission = { ...recipient.permission, ...change.permission };
  return { recipient: { ...recipient, permission }, evaluation };
}

export function recipientRule(id: string): RecipientRule {
  const rule = rulebook.find((each) => each.id === id);
  assert(rule !== undefined && rule.group !== 'admissibility', 'the rule is on recipients');
  return rule;
}

/** What one rule says, whether or not another says the same: its codes, or `not about it`. */
export function saidBy(id: string, { recipient, evaluation }: RuleCase): string {
  const { appliesTo, evaluate } = recipientRule(id);
  if (appliesTo?.(evaluation) === false) return 'not about it';
  const verdict = evaluate(recipient, evaluation);
  return verdict.outcome === 'pass' ? 'pass' : verdict.codes.join(' ');
}
