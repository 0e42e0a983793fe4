import { choices } from './choices.ts';
import { askGate, type GateAnswer } from './gate.ts';
import { judge } from './oracle.ts';
import type { Choice, Question } from './question.ts';

/* The gate and the oracle on the same case. */

export type Verdict =
  | 'agreement'
  /** The gate allows what the catalogue denies. */
  | 'false allow'
  /** The gate denies what the catalogue allows. */
  | 'false deny';

export interface Comparison {
  readonly verdict: Verdict;
  /** What of `choices.ts` each explains a part of the disagreement; empty: nothing does. */
  readonly explainedBy: readonly Choice[];
  readonly gate: GateAnswer;
  readonly oracle: { outcome: string; basis: string | null; codes: readonly string[] };
  /** Codes of the oracle that the gate does not give, and the other way round. */
  readonly missing: readonly string[];
  readonly additional: readonly string[];
}

export async function compare(question: Question): Promise<Comparison> {
  const gate = await askGate(question);
  const judged = judge(question);
  const oracle = { ...judged, codes: [...judged.codes].sort() };
  const verdict = verdictOf(gate.outcome, oracle.outcome);
  const bothDeny = gate.outcome === 'deny' && oracle.outcome === 'deny';
  const comparable = bothDeny && judged.isIdentified;
  // Codes are compared under the choices: what they change is counted where outcomes differ.
  const chosen = comparable ? [...judge(question, new Set(choices.keys())).codes] : [];
  return {
    verdict,
    explainedBy: verdict === 'agreement' ? [] : explanationOf(question, gate.outcome),
    gate,
    oracle,
    missing: chosen.filter((code) => !gate.codes.includes(code)).sort(),
    additional: comparable
      ? gate.codes.filter((code) => !chosen.some((each) => each === code)).sort()
      : [],
  };
}

function verdictOf(gate: string, oracle: string): Verdict {
  if (gate === oracle) return 'agreement';
  return gate === 'allow' ? 'false allow' : 'false deny';
}

/** The choices without any one of which the oracle would not come to the gate's outcome. */
function explanationOf(question: Question, outcome: 'allow' | 'deny'): readonly Choice[] {
  const isMet = (tried: readonly Choice[]) => judge(question, new Set(tried)).outcome === outcome;
  // What makes the gate stricter explains a denial, everything else an allowance.
  let needed = [...choices].flatMap(([choice, reason]) => {
    return reason.startsWith('stricter: ') === (outcome === 'deny') ? [choice] : [];
  });
  if (!isMet(needed)) return [];
  for (const choice of needed) {
    const fewer = needed.filter((each) => each !== choice);
    if (isMet(fewer)) needed = fewer;
  }
  return needed;
}
