import type { Evaluation } from './evaluation.ts';
import { gap, PASS, type FailingVerdict, type Verdict } from './rule.ts';

/** A rule that did not pass: its place in the rulebook, and what it said. */
export interface Finding {
  readonly rule: number;
  readonly verdict: FailingVerdict;
}

/** A rule that cannot be evaluated denies, as a gap: never a pass, never an abort. */
export const notEvaluated = gap('D_FACT_MISSING');

export function guarded(evaluate: () => Verdict): Verdict {
  try {
    return evaluate();
  } catch {
    return notEvaluated;
  }
}

/** What is judged by rules: of the rulebook, or of a benchmark. */
export interface Judging<Case> {
  readonly appliesTo?: (evaluation: Evaluation) => boolean;
  readonly evaluate: (subject: Case, evaluation: Evaluation) => Verdict;
}

/** Rules on one campaign, ready to judge one recipient after the other. */
export type Panel<Case> = (subject: Case) => readonly Finding[];

const NO_FINDINGS: readonly Finding[] = Object.freeze([]);

/**
 * The panel of a campaign. Every rule that is about it is run, whatever the others say, and every
 * verdict is kept; a rule that throws is a gap. The loop has one guard for all of them, because it
 * runs for each of millions; only when something throws is each rule guarded for itself, and the
 * findings are the same.
 *
 * @param firstPlace the place of the first rule in the rulebook.
 */
export function panelOf<Case>(
  rules: readonly Judging<Case>[],
  firstPlace: number,
  evaluation: Evaluation,
): Panel<Case> {
  const seats = rules.flatMap(({ evaluate, appliesTo }, place): readonly Seat<Case>[] =>
    appliesTo === undefined || isAbout(appliesTo, evaluation)
      ? [{ place: firstPlace + place, evaluate, last: null }]
      : [],
  );
  return (subject) => {
    try {
      let said: readonly Finding[] = NO_FINDINGS;
      let findings: Finding[] | null = null;
      for (const seat of seats) {
        const verdict = seat.evaluate(subject, evaluation);
        if (verdict === PASS || verdict.outcome === 'pass') continue;
        const own = saidBy(seat, verdict);
        if (said === NO_FINDINGS) said = own;
        else if (findings === null) said = findings = [...said, ...own];
        else findings.push(...own);
      }
      return said;
    } catch {
      return findingsOneByOne(seats, subject, evaluation);
    }
  };
}

/** A rule with its place in the rulebook. */
interface Seat<Case> {
  readonly place: number;
  readonly evaluate: Judging<Case>['evaluate'];
  /** The last finding, as a list of its own: a rule says the same to many people. */
  last: readonly [Finding] | null;
}

function saidBy(
  seat: { readonly place: number; last: readonly [Finding] | null },
  verdict: FailingVerdict,
): readonly [Finding] {
  const { last } = seat;
  if (last !== null && last[0].verdict === verdict) return last;
  const finding: Finding = Object.freeze({ rule: seat.place, verdict });
  const alone: readonly [Finding] = Object.freeze([finding]);
  seat.last = alone;
  return alone;
}

function findingsOneByOne<Case>(
  seats: readonly Seat<Case>[],
  subject: Case,
  evaluation: Evaluation,
): readonly Finding[] {
  const findings: Finding[] = [];
  for (const seat of seats) {
    const verdict = guarded(() => seat.evaluate(subject, evaluation));
    if (verdict.outcome !== 'pass') findings.push(...saidBy(seat, verdict));
  }
  return findings;
}

/** A rule that cannot say whether it is about a campaign is run, and may then fail closed. */
function isAbout(appliesTo: (evaluation: Evaluation) => boolean, evaluation: Evaluation): boolean {
  try {
    return appliesTo(evaluation);
  } catch {
    return true;
  }
}
