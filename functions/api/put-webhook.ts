import { replaceTarget } from '../shell/flows/alert-webhooks.ts';
import { controllerFor } from '../shell/flows/prepare.ts';
import type { Handle } from '../shell/http.ts';
import { Problem } from '../shell/problem.ts';
import { recordAudit } from '../shell/stores/audit-store.ts';
import { writeWebhook } from '../shell/stores/webhook-store.ts';
import { webhookSettings } from '../shell/webhook-view.ts';

export const putWebhook: Handle<'putWebhook'> = async (call, gate) => {
  const { id, name } = call.params;
  await controllerFor(gate, call.actor, id);
  if (!gate.outbound.accepts(call.body.url)) throw notCallable();
  await recordAudit(gate, call, { controller: id, about: `webhook ${name}` });
  const { webhook, secret } = await writeWebhook(gate, id, name, call.body);
  await replaceTarget(gate, id, webhook);
  return { status: 200, body: { ...webhookSettings(webhook, call.now), secret } };
};

function notCallable(): Problem {
  const message = 'is not https at a public address';
  return new Problem('invalid-input', `\`url\` ${message}`, {
    errors: [{ pointer: '/url', code: 'not-callable', message }],
  });
}
