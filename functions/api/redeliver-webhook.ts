import { controllerFor } from '../shell/flows/prepare.ts';
import { redeliver } from '../shell/flows/redeliver-webhook.ts';
import type { Handle } from '../shell/http.ts';
import { notFound, Problem } from '../shell/problem.ts';
import { recordAudit } from '../shell/stores/audit-store.ts';
import { readWebhook } from '../shell/stores/webhook-store.ts';

export const redeliverWebhook: Handle<'redeliverWebhook'> = async (call, gate) => {
  const { id, name } = call.params;
  await controllerFor(gate, call.actor, id);
  const stored = await readWebhook(gate, id, name);
  if (stored === null) throw notFound('webhook of that name');
  if (stored.webhook.disabledAt !== null) {
    throw new Problem('state-conflict', 'the webhook is disabled: put it again first');
  }
  await recordAudit(gate, call, { controller: id, about: `webhook ${name}` });
  return { status: 202, body: { redelivered: await redeliver(gate, id, name) } };
};
