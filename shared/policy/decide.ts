import type { AllowCode, DenyCode } from '../contract/reason-codes.ts';
import type { ContactPointState } from '../ledger/contact-point-state.ts';
import { compareText } from '../ledger/reach.ts';
import type { Evaluation } from './evaluation.ts';
import type { ApplicableLaw } from './law.ts';
import { assessPermission } from './permission.ts';
import {
  gap,
  type FailingVerdict,
  type Identified,
  type RecipientCase,
  type RecipientRule,
  type Verdict,
} from './rule.ts';
import { campaignRules, recipientRules, rulebook } from './rulebook.ts';

/** A rule that did not pass: its place in the rulebook, and what it said. */
export interface Finding {
  readonly rule: number;
  readonly verdict: FailingVerdict;
}

/** What the gate decides about one recipient; rules that are not among the findings passed. */
export interface Ruling {
  readonly basis: AllowCode | null;
  readonly findings: readonly Finding[];
  /** Countries whose law was applied. */
  readonly jurisdictions: readonly string[];
}

export function isAllowed(ruling: Ruling): boolean {
  return ruling.basis !== null && ruling.findings.length === 0;
}

/** A rule that cannot be evaluated denies, as a gap: never a pass, never an abort. */
const notEvaluated = gap('D_FACT_MISSING');

/** The campaign alone; findings reject it for everybody (RULES 0.5, step 1). */
export function judgeCampaign(evaluation: Evaluation): readonly Finding[] {
  const findings: Finding[] = [];
  campaignRules.forEach((rule, place) => {
    const verdict = guarded(() => rule.evaluate(evaluation));
    if (verdict.outcome !== 'pass') findings.push({ rule: place, verdict });
  });
  return findings;
}

/** The ruling that every recipient of a rejected campaign gets; no facts are needed for it. */
export function rulingOfRejected(findings: readonly Finding[], evaluation: Evaluation): Ruling {
  return { basis: null, findings, jurisdictions: [evaluation.controller.country] };
}

/** Facts about one recipient, fetched before. */
export interface RecipientFacts {
  readonly identified: Identified;
  readonly state: ContactPointState;
  readonly others: readonly ContactPointState[];
}

/**
 * Every rule on one recipient: a pure function of facts, policy and instant, without a clock and
 * without a calendar. Allowed is only who has a ground and no finding.
 */
export function judgeRecipient(facts: RecipientFacts, evaluation: Evaluation): Ruling {
  let recipient: RecipientCase;
  try {
    recipient = recipientCase(facts, evaluation);
  } catch {
    return notJudged(evaluation);
  }
  const findings = findingsOf(recipientRules, recipient, evaluation);
  if (findings.length === 0 && recipient.permission.basis === null) {
    findings.push({ rule: jurisdictionPlace, verdict: notEvaluated });
  }
  return {
    basis: findings.length === 0 ? recipient.permission.basis : null,
    findings,
    jurisdictions: recipient.law.countries,
  };
}

/** Every rule is run, whatever the others say; a rule that throws is a gap. */
export function findingsOf(
  rules: readonly RecipientRule[],
  recipient: RecipientCase,
  evaluation: Evaluation,
): Finding[] {
  const findings: Finding[] = [];
  for (let place = 0; place < rules.length; place++) {
    const rule = rules[place];
    const verdict = rule === undefined ? notEvaluated : verdictOf(rule, recipient, evaluation);
    if (verdict.outcome === 'pass') continue;
    findings.push({ rule: campaignRules.length + place, verdict });
  }
  return findings;
}

/** Not even the facts could be read: denied, as one gap. */
function notJudged({ controller }: Evaluation): Ruling {
  const findings = [{ rule: jurisdictionPlace, verdict: notEvaluated }];
  return { basis: null, findings, jurisdictions: [controller.country] };
}

/** Where a denial stands that no rule gave: nothing carries, though no rule says why. */
const jurisdictionPlace = rulebook.findIndex((rule) => rule.group === 'jurisdiction');

/** The facts with what follows of them; also what explanations are made of. */
export function recipientCase(facts: RecipientFacts, evaluation: Evaluation): RecipientCase {
  const law: ApplicableLaw = evaluation.lawBook.lawFor(facts.state);
  const known: RecipientFacts = { ...facts, state: withOthers(facts) };
  const permission = assessPermission(known, law, evaluation);
  return { ...known, law, permission };
}

/**
 * Records that the caller calls the same person and that are not linked: what they withdraw or
 * hold counts too, and the youngest age. What they permit does not.
 */
function withOthers({ state, others }: RecipientFacts): ContactPointState {
  if (others.length === 0) return state;
  const births = [state, ...others].flatMap(({ birthDate }) => birthDate ?? []);
  return {
    ...state,
    withdrawals: [state, ...others].flatMap(({ withdrawals }) => withdrawals),
    holds: [state, ...others].flatMap(({ holds }) => holds),
    birthDate: births.sort(compareText).at(-1) ?? null,
  };
}

/** Without a closure: this runs some forty times for each of millions. */
function verdictOf(rule: RecipientRule, recipient: RecipientCase, evaluation: Evaluation): Verdict {
  try {
    return rule.evaluate(recipient, evaluation);
  } catch {
    return notEvaluated;
  }
}

function guarded(evaluate: () => Verdict): Verdict {
  try {
    return evaluate();
  } catch {
    return notEvaluated;
  }
}

/** The codes of a ruling in rulebook order, each with the rule that gave it. */
export function codesOf(
  ruling: Pick<Ruling, 'findings'>,
): readonly { readonly rule: number; readonly code: DenyCode }[] {
  return ruling.findings.flatMap(({ rule, verdict }) =>
    verdict.codes.map((code) => ({ rule, code })),
  );
}
