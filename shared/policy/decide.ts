import type { AllowCode, DenyCode } from '../contract/reason-codes.ts';
import type { ContactPointState } from '../ledger/contact-point-state.ts';
import { compareText } from '../ledger/reach.ts';
import type { Evaluation } from './evaluation.ts';
import type { ApplicableLaw } from './law.ts';
import { assessPermission } from './permission.ts';
import { guarded, notEvaluated, panelOf, type Finding, type Panel } from './panel.ts';
import type { Identified, RecipientCase } from './rule.ts';
import { campaignRules, recipientRules, rulebook } from './rulebook.ts';

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
  const findings = panelFor(evaluation)(recipient);
  const { basis } = recipient.permission;
  const jurisdictions = recipient.law.countries;
  if (findings.length > 0) return { basis: null, findings, jurisdictions };
  return basis === null
    ? { basis, findings: unexplained(), jurisdictions }
    : { basis, findings, jurisdictions };
}

/** Each evaluation has its panel: the rules that are about its campaign. */
const panels = new WeakMap<Evaluation, Panel<RecipientCase>>();

function panelFor(evaluation: Evaluation): Panel<RecipientCase> {
  const known = panels.get(evaluation);
  if (known !== undefined) return known;
  const panel = panelOf(recipientRules, campaignRules.length, evaluation);
  panels.set(evaluation, panel);
  return panel;
}

/** Not even the facts could be read: denied, as one gap. */
function notJudged({ controller }: Evaluation): Ruling {
  return { basis: null, findings: unexplained(), jurisdictions: [controller.country] };
}

/** No rule says why, and nothing carries: denied all the same. */
function unexplained(): readonly Finding[] {
  return [{ rule: jurisdictionPlace, verdict: notEvaluated }];
}

/** Where a denial stands that no rule gave: nothing carries, though no rule says why. */
const jurisdictionPlace = rulebook.findIndex((rule) => rule.group === 'jurisdiction');

/** The facts with what follows of them; also what explanations are made of. */
export function recipientCase(facts: RecipientFacts, evaluation: Evaluation): RecipientCase {
  const law: ApplicableLaw = evaluation.lawBook.lawFor(facts.state);
  const { identified, others } = facts;
  const state = withOthers(facts);
  const permission = assessPermission({ state, others }, law, evaluation);
  return { identified, state, others, law, permission };
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

/** The codes of a ruling in rulebook order, each with the rule that gave it. */
export function codesOf(
  ruling: Pick<Ruling, 'findings'>,
): readonly { readonly rule: number; readonly code: DenyCode }[] {
  return ruling.findings.flatMap(({ rule, verdict }) =>
    verdict.codes.map((code) => ({ rule, code })),
  );
}
