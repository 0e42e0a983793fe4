import { sweepDeliveries } from '../shell/flows/send-webhooks.ts';
import type { Gate } from '../shell/gate.ts';

/** Every minute: finds deliveries whose messages were lost, or whose senders have ended. */
export function webhookOverdue(gate: Gate): Promise<void> {
  return sweepDeliveries(gate);
}
