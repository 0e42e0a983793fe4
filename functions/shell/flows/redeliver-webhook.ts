import { limits } from '../../../shared/contract/limits.ts';
import type { WebhookDue } from '../../../shared/contract/workers.ts';
import type { Gate } from '../gate.ts';
import { inParallel } from '../ports/in-parallel.ts';
import {
  changeDelivery,
  deadDeliveries,
  dropDelivery,
  dueOf,
  readDelivery,
} from '../stores/webhook-outbox.ts';
import { wakeSenders } from './announce.ts';

/** Makes what was given up due again, under its ids, with all attempts before it; how many. */
export async function redeliver(gate: Gate, controller: string, webhook: string): Promise<number> {
  const dead = await deadDeliveries(gate, controller, webhook);
  const taken = dead.slice(0, limits.webhookRedeliveries);
  const due = await inParallel(taken, limits.parallelDeliveries, (each) => revive(gate, each));
  const revived = due.flat();
  await wakeSenders(gate, revived);
  return revived.length;
}

async function revive(gate: Gate, dead: WebhookDue): Promise<readonly WebhookDue[]> {
  const stored = await readDelivery(gate, dead);
  if (stored?.delivery.state !== 'dead') return [];
  const nextAttemptAt = gate.clock.now();
  const again = await changeDelivery(gate, stored, {
    state: 'pending',
    attempts: 0,
    nextAttemptAt,
  });
  return again === null ? [] : [dueOf(again.delivery)];
}

/** What was given up goes with its webhook: another one of that name must not be sent it. */
export async function dropDead(gate: Gate, controller: string, webhook: string): Promise<void> {
  const dead = await deadDeliveries(gate, controller, webhook);
  await inParallel(dead, limits.parallelDeliveries, async (each) => {
    const stored = await readDelivery(gate, each);
    if (stored?.delivery.state === 'dead') await dropDelivery(gate, stored);
  });
}
