import { limits } from '../../../shared/contract/limits.ts';
import type { WebhookEvent } from '../../../shared/contract/webhooks.ts';
import type { WebhookDue } from '../../../shared/contract/workers.ts';
import { canonicalJson, type Json } from '../../../shared/kernel/canonical-json.ts';
import { sha256Hex } from '../../../shared/kernel/hash.ts';
import type { Gate } from '../gate.ts';
import { errorFields } from '../log.ts';
import type { Write } from '../ports/tables.ts';
import { deliveryWrites, dueOf, knownTo } from '../stores/webhook-outbox.ts';
import { readWebhooks, type StoredWebhook } from '../stores/webhook-store.ts';

/** Something that happened, for whoever wants to hear of it. Names, ids and counts; no person. */
export interface Announcement {
  readonly controller: string;
  readonly type: WebhookEvent;
  readonly data: Readonly<Record<string, Json>>;
  /** What it is about; all of the data if absent. The same is announced once. */
  readonly id?: string;
  /** By receiver, the delivery behind which this one goes out (decision 23). */
  readonly behind?: ReadonlyMap<string, string>;
}

/** What a transaction has to write beside a change, and whom to wake once it is done. */
export interface Announced {
  readonly writes: readonly Write[];
  readonly due: readonly WebhookDue[];
}

/** The `webhook-id`: whoever announces the same again names the same. */
function messageOf({ controller, type, data, id }: Announcement): string {
  const about = JSON.stringify([controller, type, id ?? canonicalJson(data)]);
  return `msg_${sha256Hex(about).slice(0, 26)}`;
}

/** Those that asked for this kind of event, and have not said that they are gone. */
export function receiversOf(
  webhooks: readonly StoredWebhook[],
  type: WebhookEvent,
): readonly string[] {
  return webhooks
    .filter(({ events, disabledAt }) => disabledAt === null && events.includes(type))
    .map(({ name }) => name);
}

/** Writes for the caller's transaction, three a receiver; none where it was announced before. */
export async function announcements(
  gate: Gate,
  announcement: Announcement,
  receivers: readonly string[],
): Promise<Announced> {
  if (receivers.length === 0) return { writes: [], due: [] };
  const { controller, type, data, behind } = announcement;
  const message = messageOf(announcement);
  const known = await knownTo(gate, controller, receivers, message);
  const made = receivers
    .filter((webhook) => !known.has(webhook))
    .map((webhook) => {
      const before = behind?.get(webhook) ?? null;
      return deliveryWrites(gate, { controller, webhook, message, type, data, behind: before });
    });
  return {
    writes: made.flatMap(({ writes }) => writes),
    due: made.map(({ delivery }) => dueOf(delivery)),
  };
}

/** Announces by itself, once. */
export async function announce(gate: Gate, announcement: Announcement): Promise<void> {
  const { controller, type } = announcement;
  for (let attempt = 0; attempt < limits.conflictRetries; attempt++) {
    const receivers = receiversOf(await readWebhooks(gate, controller), type);
    const { writes, due } = await announcements(gate, announcement, receivers);
    if (writes.length === 0) return;
    const outcome = await gate.tables.transact(writes);
    if (outcome.done) return wakeSenders(gate, due);
  }
  throw new Error('the same is being announced too often at once');
}

/** The message is a help: the sweep finds every delivery whose message was lost. */
export async function wakeSenders(
  gate: Pick<Gate, 'queues' | 'log'>,
  due: readonly WebhookDue[],
  delaySeconds = 0,
): Promise<void> {
  if (due.length === 0) return;
  const messages = due.map((each, index) => {
    return { id: String(index), body: JSON.stringify(each), delaySeconds };
  });
  try {
    const { failed } = await gate.queues.send('webhook-due', messages);
    if (failed.length === 0) return;
    gate.log.write('warn', 'deliveries without a message', { count: failed.length });
  } catch (error) {
    gate.log.write('warn', 'deliveries without a message', {
      ...{ count: due.length, ...errorFields(error) },
    });
  }
}
