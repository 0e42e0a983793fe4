import { mayActFor } from '../shell/actor.ts';
import type { Handle } from '../shell/http.ts';
import { notFound } from '../shell/problem.ts';
import { recordAudit } from '../shell/stores/audit-store.ts';
import { controllerView, writeController } from '../shell/stores/controller-store.ts';

export const putController: Handle<'putController'> = async (call, gate) => {
  const { id } = call.params;
  if (!mayActFor(call.actor, id)) throw notFound('controller of that id');
  await recordAudit(gate, call, { controller: id });
  return { status: 200, body: controllerView(await writeController(gate, id, call.body)) };
};
