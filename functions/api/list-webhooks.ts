import { controllerFor } from '../shell/flows/prepare.ts';
import type { Handle } from '../shell/http.ts';
import { webhookViews } from '../shell/webhook-view.ts';

export const listWebhooks: Handle<'listWebhooks'> = async (call, gate) => {
  const { id } = call.params;
  await controllerFor(gate, call.actor, id);
  return { status: 200, body: { items: await webhookViews(gate, id) } };
};
