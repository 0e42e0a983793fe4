import type { Actor } from '../actor.ts';
import { mayActFor } from '../actor.ts';
import type { Gate } from '../gate.ts';
import { Problem } from '../problem.ts';
import { listControllers, type Controller } from '../stores/controller-store.ts';
import { controllerFor } from './prepare.ts';

/** The controller that is named, or the only one that the token acts for. */
export async function soleController(
  gate: Gate,
  actor: Actor,
  named: string | undefined,
): Promise<Controller> {
  if (named !== undefined) return controllerFor(gate, actor, named);
  const all = (await listControllers(gate)).filter((id) => mayActFor(actor, id));
  const [only, ...others] = all;
  if (only !== undefined && others.length === 0) return controllerFor(gate, actor, only);
  const message = 'is required, because the token acts for several controllers or for none';
  throw new Problem('invalid-input', `\`controller\` ${message}`, {
    errors: [{ pointer: '/controller', code: 'ambiguous', message }],
  });
}
