import type { Decision, Reason } from '../contract/decisions.ts';
import { denyCodes, type DenyCode, type LocalText } from '../contract/reason-codes.ts';
import { formatInstant } from '../kernel/instant.ts';
import { codesOf, isAllowed, recipientCase } from '../policy/decide.ts';
import type { RecipientFacts, Ruling } from '../policy/decide.ts';
import type { Evaluation } from '../policy/evaluation.ts';
import type { Explanation } from '../policy/rule.ts';
import { rulebook } from '../policy/rulebook.ts';
import type { PageHeader } from './decision-page.ts';

const UNEXPLAINED: Explanation = { since: null, evidence: null, retryNotBefore: null };

/** Finds what a reason points to; without facts there is nothing to point to. */
export type Explain = (rule: number, code: DenyCode) => Explanation;

export const unexplained: Explain = () => UNEXPLAINED;

/** Explanations from the facts of one recipient. */
export function explainFrom(facts: RecipientFacts, evaluation: Evaluation): Explain {
  const recipient = recipientCase(facts, evaluation);
  return (place, code) => {
    const rule = rulebook[place];
    if (rule === undefined || rule.group === 'admissibility') return UNEXPLAINED;
    return { ...UNEXPLAINED, ...rule.explain?.(recipient, evaluation, code) };
  };
}

/** A decision as the contract shows it (API 2). */
export function decisionView(decision: {
  readonly id: string;
  readonly ref: string | null;
  readonly ruling: Ruling;
  readonly header: PageHeader;
  readonly explain: Explain;
}): Decision {
  const { header, ruling } = decision;
  const allowed = isAllowed(ruling);
  return {
    id: decision.id,
    ref: decision.ref,
    outcome: allowed ? 'allow' : 'deny',
    reasons: codesOf(ruling).map(({ rule, code }) => {
      const { text, ...said } = reason(rule, code, decision.explain);
      return { ...said, text: frozenText(text, code, header) };
    }),
    basis: allowed ? ruling.basis : null,
    obligations: [],
    evaluatedAt: formatInstant(header.evaluatedAt),
    asOf: header.mode === 'dry_run' ? asOfText(header) : null,
    notAfter: formatInstant(header.notAfter),
    policy: { jurisdictions: [...ruling.jurisdictions], revision: header.revision },
    campaignId: header.campaignId,
  };
}

/** Why it is not approved, where a freeze is the reason: the case by its id, no details. */
function frozenText(text: LocalText, code: DenyCode, { freeze }: PageHeader): LocalText {
  if (freeze === undefined || code !== 'D_CAMPAIGN_NOT_APPROVED') return text;
  return {
    de: `${text.de}: wegen der Datenschutzverletzung ${freeze} eingefroren`,
    en: `${text.en}: frozen because of the breach ${freeze}`,
  };
}

function asOfText(header: PageHeader): string | null {
  return header.instant === header.evaluatedAt ? null : formatInstant(header.instant);
}

/** Which fact: the obligation of the rule that misses it says so. */
function missingFact(text: LocalText, obligation: LocalText | undefined): LocalText {
  if (obligation === undefined) return { ...text };
  return { de: `${text.de}. ${obligation.de}`, en: `${text.en}: ${obligation.en}` };
}

function reason(place: number, code: DenyCode, explain: Explain): Reason {
  const rule = rulebook[place];
  const { kind, text } = denyCodes[code];
  const { since, evidence, retryNotBefore } = explain(place, code);
  return {
    code,
    kind,
    rule: rule?.id ?? 'unknown',
    authority: rule?.authority ?? '',
    since: since === null ? null : formatInstant(since),
    evidence,
    retryNotBefore: retryNotBefore === null ? null : formatInstant(retryNotBefore),
    text: code === 'D_FACT_MISSING' ? missingFact(text, rule?.obligation) : { ...text },
  };
}
