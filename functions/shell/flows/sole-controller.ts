import { limits } from '../../../shared/contract/limits.ts';
import type { Actor } from '../actor.ts';
import type { Gate } from '../gate.ts';
import { inParallel } from '../ports/in-parallel.ts';
import { Problem } from '../problem.ts';
import type { Controller } from '../stores/controller-store.ts';
import { controllersOf } from './known-person.ts';
import { controllerFor } from './prepare.ts';

/**
 * The controller that is named, or the only one that the token acts for, or of several the only one
 * that knows the person. Which of two is meant is not guessed.
 */
export async function soleController(
  gate: Gate,
  actor: Actor,
  named: string | undefined,
  knows: (controller: Controller) => Promise<boolean>,
): Promise<Controller> {
  if (named !== undefined) return controllerFor(gate, actor, named);
  const all = await controllersOf(gate, actor, null);
  const [single] = all;
  if (single !== undefined && all.length === 1) return single;
  const known = await inParallel(all, limits.parallelControllers, knows);
  const [only, ...others] = all.filter((_, index) => known[index]);
  if (only !== undefined && others.length === 0) return only;
  const message = 'is required: of the controllers of this token several know the person, or none';
  throw new Problem('invalid-input', `\`controller\` ${message}`, {
    errors: [{ pointer: '/controller', code: 'ambiguous', message }],
  });
}
