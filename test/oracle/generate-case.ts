import { diceOf } from './dice.ts';
import { newDraft, questionOf } from './draft.ts';
import { mutate } from './mutations.ts';
import type { Question } from './question.ts';
import { follow } from './recipes.ts';

/** The case of a seed: somebody who may be contacted, and up to three steps away from that. */
export function generateCase(seed: number): Question {
  const dice = diceOf(seed);
  const draft = newDraft(dice);
  follow(draft);
  const steps = dice.pick([0, 1, 1, 1, 2, 2, 3, 4]);
  for (let step = 0; step < steps; step += 1) mutate(draft);
  return questionOf(draft);
}
