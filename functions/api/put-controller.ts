import { mayActFor } from '../shell/actor.ts';
import { planTargets, registerTargets, requireCallable } from '../shell/flows/alert-webhooks.ts';
import type { Handle } from '../shell/http.ts';
import { notFound } from '../shell/problem.ts';
import { recordAudit } from '../shell/stores/audit-store.ts';
import { controllerView, writeController } from '../shell/stores/controller-store.ts';

export const putController: Handle<'putController'> = async (call, gate) => {
  const { id } = call.params;
  if (!mayActFor(call.actor, id)) throw notFound('controller of that id');
  requireCallable(gate, call.body);
  const changes = await planTargets(gate, id, call.body);
  await recordAudit(gate, call, { controller: id });
  const view = controllerView(await writeController(gate, id, call.body));
  const webhooks = await registerTargets(gate, id, changes);
  return { status: 200, body: webhooks.length === 0 ? view : { ...view, webhooks: [...webhooks] } };
};
