import { limits } from '../../../shared/contract/limits.ts';
import type { WebhookDue } from '../../../shared/contract/workers.ts';
import { formatInstant, MINUTE_MS, SECOND_MS } from '../../../shared/kernel/instant.ts';
import type { Gate } from '../gate.ts';
import type { LogFields, LogLevel } from '../log.ts';
import type { OutboundAnswer } from '../ports/outbound.ts';
import { portBounds } from '../ports/port-bounds.ts';
import { validSecrets } from '../rotated-secrets.ts';
import { webhookHeaders } from '../signatures/standard-webhooks.ts';
import {
  changeDelivery,
  dropDelivery,
  dueDeliveries,
  dueOf,
  readDelivery,
  type DeliveryChange,
  type StoredDelivery,
  type VersionedDelivery,
} from '../stores/webhook-outbox.ts';
import { disablingWrite, readWebhook, type VersionedWebhook } from '../stores/webhook-store.ts';
import { retryDelayMs } from '../webhook-retries.ts';
import type { AlertAnswer } from '../ports/alerts.ts';
import { isAlertTarget, sendAlert } from './alert-ways.ts';
import { mustWait, wakeNext } from './alert-order.ts';
import { wakeSenders } from './announce.ts';
import { giveUpAlert } from './undelivered-alerts.ts';

/**
 * One attempt at a delivery that is due. It is taken for the time of a lease before anything is
 * sent, so of two senders one goes on; whoever dies in between leaves it due at the end of the
 * lease, and it goes out again under the same id.
 */
export async function sendDelivery(gate: Gate, due: WebhookDue): Promise<void> {
  const stored = await readDelivery(gate, due);
  if (stored === null || !isDue(gate, stored.delivery)) return;
  if (await mustWait(gate, stored.delivery)) return;
  await sendNow(gate, due, stored);
  if (stored.delivery.type === 'breach.alert') await wakeNext(gate, due);
}

async function sendNow(gate: Gate, due: WebhookDue, stored: VersionedDelivery): Promise<void> {
  const toPerson = isAlertTarget(due.webhook);
  const receiver = toPerson ? null : await readWebhook(gate, due.controller, due.webhook);
  if (receiver === null && !toPerson) return giveUpGone(gate, stored);
  const { attempts, type } = stored.delivery;
  if (receiver !== null && receiver.webhook.disabledAt !== null)
    return giveUp(gate, stored, { failure: 'disabled' });
  // The last sender died with its attempt.
  const isSpent = attempts > 0 && retryDelayMs(type, attempts, 0) === null;
  if (isSpent) return giveUp(gate, stored, {});
  const now = gate.clock.now();
  const held = await changeDelivery(gate, stored, {
    ...{ attempts: attempts + 1, lastAttemptAt: now },
    nextAttemptAt: now + limits.webhookLeaseSeconds * SECOND_MS,
  });
  if (held === null) return;
  if (receiver !== null) {
    return note(gate, held, receiver, await attempt(gate, receiver, held.delivery));
  }
  const answer = await sendAlert(gate, held.delivery);
  if (answer === null) return giveUpGone(gate, held);
  await notePerson(gate, held, answer);
}

/** Mail and topics answer whether they took it; what they refuse once they refuse again. */
async function notePerson(gate: Gate, held: VersionedDelivery, answer: AlertAnswer): Promise<void> {
  if (answer.ok) {
    const last = { status: null, failure: null };
    await changeDelivery(gate, held, { state: 'done', nextAttemptAt: null, ...last });
    return logDelivery(gate, 'info', 'alert handed on', held.delivery, {});
  }
  const { failure } = answer;
  if (failure === 'refused') return giveUp(gate, held, { status: null, failure });
  await tryLater(gate, held, { status: null, failure });
}

function isDue(gate: Gate, { state, nextAttemptAt }: StoredDelivery): boolean {
  return state === 'pending' && (nextAttemptAt ?? 0) <= gate.clock.now();
}

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
async function attempt(
  gate: Gate,
  { webhook }: VersionedWebhook,
  { message, type, announcedAt, data }: StoredDelivery,
): Promise<OutboundAnswer> {
  const now = gate.clock.now();
  const body = JSON.stringify({ type, timestamp: formatInstant(announcedAt), data });
  const secrets = validSecrets(webhook.secrets, now);
  return gate.outbound.send({
    ...{ method: 'POST', url: webhook.url, body, timeoutMs: limits.webhookTimeoutMs },
    headers: {
      'content-type': 'application/json',
      'user-agent': 'campaign-compliance-gate',
      ...webhookHeaders(message, body, { secrets, now }),
    },
    // What a receiver writes back is its own business: only the status counts.
    maxBytes: null,
  });
}

async function note(
  gate: Gate,
  held: VersionedDelivery,
  receiver: VersionedWebhook,
  answer: OutboundAnswer,
): Promise<void> {
  const status = answer.ok ? answer.status : null;
  const failure = answer.ok ? null : answer.failure;
  if (status !== null && status >= 200 && status <= 299) {
    await changeDelivery(gate, held, {
      ...{ state: 'done', nextAttemptAt: null, status, failure },
    });
    return logDelivery(gate, 'info', 'webhook delivered', held.delivery, { status });
  }
  if (status === 410) {
    await gate.tables.write(disablingWrite(gate, receiver));
    logDelivery(gate, 'warn', 'webhook disabled by its receiver', held.delivery, { status });
    return giveUp(gate, held, { status, failure });
  }
  await tryLater(gate, held, { status, failure });
}

async function tryLater(
  gate: Gate,
  held: VersionedDelivery,
  last: Pick<StoredDelivery, 'status' | 'failure'>,
): Promise<void> {
  const { status, failure } = last;
  const { type, attempts } = held.delivery;
  const delayMs = retryDelayMs(type, attempts, share(gate));
  if (delayMs === null) return giveUp(gate, held, { status, failure });
  const nextAttemptAt = gate.clock.now() + delayMs;
  const later = await changeDelivery(gate, held, { nextAttemptAt, status, failure });
  logDelivery(gate, 'warn', 'webhook not delivered', held.delivery, { status, failure });
  const delaySeconds = Math.ceil(delayMs / SECOND_MS);
  // What waits for longer than a queue can hold it is found by the sweep.
  if (later === null || delaySeconds > portBounds.delaySeconds) return;
  await wakeSenders(gate, [dueOf(later.delivery)], delaySeconds);
}

/** From 0 to 1. */
function share(gate: Gate): number {
  const [byte = 0] = gate.randomBytes(1);
  return byte / 255;
}

/** Its receiver was taken out. What an alert has said to nobody is noted in its case first. */
async function giveUpGone(gate: Gate, held: VersionedDelivery): Promise<void> {
  if (held.delivery.type !== 'breach.alert') return dropDelivery(gate, held);
  const change: DeliveryChange = { state: 'dead', nextAttemptAt: null, failure: 'disabled' };
  const dead = await giveUpAlert(gate, held, change);
  if (dead === null) return;
  logDelivery(gate, 'error', 'webhook given up', dead.delivery, { failure: 'disabled' });
  await dropDelivery(gate, dead);
}

async function giveUp(
  gate: Gate,
  held: VersionedDelivery,
  last: Partial<Pick<StoredDelivery, 'status' | 'failure'>>,
): Promise<void> {
  const change: DeliveryChange = { state: 'dead', nextAttemptAt: null, ...last };
  const isAlert = held.delivery.type === 'breach.alert';
  const dead = await (isAlert ? giveUpAlert : changeDelivery)(gate, held, change);
  if (dead === null) return;
  const { status, failure } = dead.delivery;
  logDelivery(gate, 'error', 'webhook given up', dead.delivery, { status, failure });
}

/** Names and ids alone: neither where it went nor what it said. */
function logDelivery(
  gate: Gate,
  level: LogLevel,
  message: string,
  delivery: StoredDelivery,
  more: LogFields,
): void {
  const { controller, webhook, type, attempts } = delivery;
  gate.log.write(level, message, {
    ...{ controller, webhook, webhookId: delivery.message, type, attempts, ...more },
  });
}

/** Every minute: sends on what is due by now, or will be before the next round. */
export async function sweepDeliveries(gate: Gate): Promise<void> {
  const now = gate.clock.now();
  const due = await dueDeliveries(gate, now + MINUTE_MS);
  const messages = due.map(({ at, due: each }, index) => ({
    id: String(index),
    body: JSON.stringify(each),
    delaySeconds: Math.max(0, Math.ceil((at - now) / SECOND_MS)),
  }));
  if (messages.length === 0) return;
  const { failed } = await gate.queues.send('webhook-due', messages);
  if (failed.length > 0) {
    gate.log.write('error', 'deliveries not sent on', { count: failed.length });
  }
}
