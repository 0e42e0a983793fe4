import { limits } from '../../../shared/contract/limits.ts';
import type { WebhookDue } from '../../../shared/contract/workers.ts';
import { SECOND_MS, type EpochMs } from '../../../shared/kernel/instant.ts';
import type { Gate } from '../gate.ts';
import {
  dueOf,
  deliveriesSince,
  lastDeliveries,
  readDelivery,
  type StoredDelivery,
} from '../stores/webhook-outbox.ts';
import { wakeSenders } from './announce.ts';

/*
 * Alerts of one case reach a receiver one after another: each delivery names the one that goes
 * before it, and waits until that one is done or given up. One that fails is waited for until it
 * was tried twice, and no longer than some seconds behind an attempt: then the next one goes, and
 * what failed comes when it can. Whatever waits stays due, so the sweep finds it when nobody wakes
 * it.
 */

/** How often an alert is tried while the next one waits for it. */
const ATTEMPTS_WAITED_FOR = 2;

const WAIT_MS = limits.alertOrderSeconds * SECOND_MS;

/** When whoever is behind a delivery may go: null before it was tried, 0 for at once. */
function freeAt({ state, attempts, lastAttemptAt }: StoredDelivery): EpochMs | null {
  if (state !== 'pending' || attempts > ATTEMPTS_WAITED_FOR) return 0;
  return attempts === 0 || lastAttemptAt === null ? null : lastAttemptAt + WAIT_MS;
}

/** Whether the delivery before this one is still waited for. */
export async function mustWait(gate: Gate, delivery: StoredDelivery): Promise<boolean> {
  const { behind, controller, webhook } = delivery;
  if (behind === null) return false;
  const before = await readDelivery(gate, { controller, webhook, delivery: behind });
  if (before === null) return false;
  const at = freeAt(before.delivery);
  return at === null || gate.clock.now() < at;
}

/** Wakes whoever waits for a delivery of which an attempt was made. */
export async function wakeNext(gate: Gate, due: WebhookDue): Promise<void> {
  const stored = await readDelivery(gate, due);
  const at = stored === null ? 0 : freeAt(stored.delivery);
  if (at === null) return;
  const next = (await deliveriesSince(gate, due)).filter(({ state, behind }) => {
    return state === 'pending' && behind === due.delivery;
  });
  const delayMs = Math.max(0, at - gate.clock.now());
  await wakeSenders(gate, next.map(dueOf), Math.ceil(delayMs / SECOND_MS));
}

/** For each receiver the last alert of a case that is still to be delivered, by its sort key. */
export async function lastAlerts(
  gate: Gate,
  of: { readonly controller: string; readonly breachId: string },
  receivers: readonly string[],
): Promise<Map<string, string>> {
  const last = new Map<string, string>();
  for (const webhook of receivers) {
    const recent = await lastDeliveries(gate, of.controller, webhook);
    const waiting = recent.filter(({ state, type, data }) => {
      return state === 'pending' && type === 'breach.alert' && data['breachId'] === of.breachId;
    });
    // Those of one instant lie in no order of their own.
    const followed = new Set(waiting.map(({ behind }) => behind));
    const open = waiting.find((each) => !followed.has(dueOf(each).delivery));
    if (open !== undefined) last.set(webhook, dueOf(open).delivery);
  }
  return last;
}
