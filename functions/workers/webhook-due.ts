import type { WebhookDue } from '../../shared/contract/workers.ts';
import { sendDelivery } from '../shell/flows/send-webhooks.ts';
import type { Gate } from '../shell/gate.ts';

/** A delivery to a receiver is due: try it once. */
export function webhookDue(message: WebhookDue, gate: Gate): Promise<void> {
  return sendDelivery(gate, message);
}
