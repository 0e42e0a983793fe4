import type { DeliveryReceipt } from '../../../shared/contract/deliveries.ts';
import type { RejectedEvent } from '../../../shared/contract/events.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type { Reported } from '../../../shared/ledger/delivery/reported.ts';
import type { Actor } from '../actor.ts';
import type { Gate } from '../gate.ts';
import { Problem } from '../problem.ts';
import { readDeliverySource } from '../stores/delivery-source-store.ts';
import { recordEvents } from './record-events.ts';
import { verifyDelivery, type Notification } from './verify-delivery.ts';

/**
 * Takes what a mail service reports of its deliveries. Whoever is not configured, and whoever is
 * and did not sign, are told the same. Of what is signed every row is judged alone and the answer
 * is a success, so that a service does not repeat a whole notification for one bad row; only where
 * something could not be stored is it asked to come again.
 */
export async function receiveDeliveries(
  gate: Gate,
  notification: Notification,
): Promise<DeliveryReceipt> {
  const { vendor, controller, bytes } = notification;
  if (bytes.length > limits.deliveryBodyBytes) {
    throw new Problem('too-large', `the body has more than ${limits.deliveryBodyBytes} bytes`);
  }
  const source = await readDeliverySource(gate, controller, vendor);
  const rows = source === null ? null : await verifyDelivery(gate, source.settings, notification);
  if (rows === null) {
    throw new Problem('signature-required', 'no configured sender of this controller signed this');
  }
  const receipt = await recordRows(gate, notification, rows);
  const { accepted, duplicates, ignored } = receipt;
  const rejected = receipt.rejected.length;
  const level = rejected === 0 ? 'info' : 'warn';
  const counts = { accepted, duplicates, rejected, ignored };
  gate.log.write(level, 'deliveries received', { vendor, controller, ...counts });
  return receipt;
}

/** What is reported is recorded under the name of the service, as if it had said so itself. */
async function recordRows(
  gate: Gate,
  { vendor, controller }: Notification,
  rows: readonly Reported[],
): Promise<DeliveryReceipt> {
  const events: unknown[] = [];
  /** The rows that the events come from. */
  const origins: number[] = [];
  const rejected: RejectedEvent[] = [];
  rows.forEach((row, index) => {
    if (row.kind === 'rejected') rejected.push({ index, ...row.rejected });
    if (row.kind !== 'event') return;
    const { fact, ...rest } = row.event;
    events.push({ ...rest, ...fact, source: vendor, controller });
    origins.push(index);
  });
  const actor: Actor = {
    subject: `delivery-source:${vendor}`,
    scopes: new Set(['ledger:write']),
    controllers: new Set([controller]),
  };
  const recorded = await recordEvents(gate, actor, events);
  for (const each of recorded.rejected) {
    rejected.push({ ...each, index: origins[each.index] ?? each.index });
  }
  const ignored = rows.filter(({ kind }) => kind === 'ignored').length;
  const { accepted, duplicates } = recorded;
  rejected.sort((left, right) => left.index - right.index);
  return { accepted, duplicates, rejected, ignored };
}
