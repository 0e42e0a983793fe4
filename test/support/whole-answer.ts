import { codesOf, isAllowed, judgeCampaign, judgeRecipient } from '../../shared/policy/decide.ts';
import { scenario, type ScenarioText } from '../scenarios/scenario.ts';
import { evaluationOf, factsOf } from './policy-harness.ts';

export interface EdgeQuestion extends Partial<ScenarioText> {
  /** Until when events are known: those after the instant of the decision must not count. */
  readonly knownUntil?: string;
}

/** The whole answer: the ground, or every reason in the order of the rulebook. */
export function answerTo({ knownUntil, ...text }: EdgeQuestion): string {
  const asked = scenario({
    id: 'EDGE',
    title: 'edge',
    facts: [],
    outcome: 'deny',
    codes: [],
    ...text,
  });
  const question = { ...asked, controller: asked.controllerSettings };
  const evaluation = evaluationOf(question);
  const rejected = judgeCampaign(evaluation);
  if (rejected.length > 0) return inWords(codesOf({ findings: rejected }));
  const known = factsOf({ ...question, asOf: knownUntil ?? question.asOf });
  const ruling = judgeRecipient(known, evaluation);
  return isAllowed(ruling) ? String(ruling.basis) : inWords(codesOf(ruling));
}

function inWords(codes: ReturnType<typeof codesOf>): string {
  return codes.map(({ code }) => code).join(' ');
}
