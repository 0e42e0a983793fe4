import { controllerFor } from '../shell/flows/prepare.ts';
import { dropDead } from '../shell/flows/redeliver-webhook.ts';
import type { Handle } from '../shell/http.ts';
import { notFound } from '../shell/problem.ts';
import { recordAudit } from '../shell/stores/audit-store.ts';
import { readWebhook, removeWebhook } from '../shell/stores/webhook-store.ts';
import { webhookViews } from '../shell/webhook-view.ts';

export const deleteWebhook: Handle<'deleteWebhook'> = async (call, gate) => {
  const { id, name } = call.params;
  await controllerFor(gate, call.actor, id);
  const absent = notFound('webhook of that name');
  if ((await readWebhook(gate, id, name)) === null) throw absent;
  await recordAudit(gate, call, { controller: id, about: `webhook ${name}` });
  if (!(await removeWebhook(gate, id, name))) throw absent;
  await dropDead(gate, id, name);
  return { status: 200, body: { items: await webhookViews(gate, id) } };
};
