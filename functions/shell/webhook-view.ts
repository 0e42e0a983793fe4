import type { WebhookDelivery, WebhookView } from '../../shared/contract/webhooks.ts';
import { formatInstant, type EpochMs } from '../../shared/kernel/instant.ts';
import type { Gate } from './gate.ts';
import { deadDeliveries, lastDeliveries, type StoredDelivery } from './stores/webhook-outbox.ts';
import { readWebhooks, type StoredWebhook } from './stores/webhook-store.ts';

function orNull(instant: EpochMs | null | undefined): string | null {
  return instant == null ? null : formatInstant(instant);
}

/** A webhook as it is shown: without what it signs with. */
export function webhookSettings(
  { name, url, events, updatedAt, disabledAt, secrets }: StoredWebhook,
  now: EpochMs,
): Omit<WebhookView, 'deliveries' | 'dead'> {
  const ends = secrets.flatMap(({ validUntil }) => {
    return validUntil === null || validUntil < now ? [] : [validUntil];
  });
  return {
    ...{ name, url, events, state: disabledAt === null ? 'active' : 'disabled' },
    updatedAt: formatInstant(updatedAt),
    disabledAt: orNull(disabledAt),
    oldSecretUntil: ends.length === 0 ? null : formatInstant(Math.max(...ends)),
  };
}

/** Every webhook of a controller, with what was last sent to it. */
export async function webhookViews(gate: Gate, controller: string): Promise<WebhookView[]> {
  const webhooks = await readWebhooks(gate, controller);
  return Promise.all(
    webhooks.map(async (webhook) => {
      const [last, dead] = await Promise.all([
        lastDeliveries(gate, controller, webhook.name),
        deadDeliveries(gate, controller, webhook.name),
      ]);
      const deliveries = last.map(deliveryView);
      return { ...webhookSettings(webhook, gate.clock.now()), deliveries, dead: dead.length };
    }),
  );
}

function deliveryView(delivery: StoredDelivery): WebhookDelivery {
  const { message, type, state, attempts, status, failure } = delivery;
  return {
    ...{ id: message, type, state, attempts, status, failure },
    announcedAt: formatInstant(delivery.announcedAt),
    lastAttemptAt: orNull(delivery.lastAttemptAt),
    nextAttemptAt: orNull(delivery.nextAttemptAt),
  };
}
