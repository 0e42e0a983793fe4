import * as z from 'zod';
import { limits } from '../../../shared/contract/limits.ts';
import {
  deliveryFailures,
  deliveryStates,
  webhookEvents,
} from '../../../shared/contract/webhooks.ts';
import type { WebhookDue } from '../../../shared/contract/workers.ts';
import { assert } from '../../../shared/kernel/assert.ts';
import { DAY_MS, SECOND_MS, type EpochMs } from '../../../shared/kernel/instant.ts';
import type { Gate } from '../gate.ts';
import type { Key, Row, Write } from '../ports/tables.ts';
import { sealBody, unsealBody } from '../sealed-body.ts';
import { readPartition } from './partition.ts';

/*
 * Table `webhooks`, beside the webhooks themselves
 *   pk `deliveries/<controller>/<webhook>`  sk `<announced>/<message>`  a delivery, sealed
 *   pk `known/<controller>/<webhook>`       sk `<message>`    that it was announced; vanishes
 *   pk `due`                                sk `<instant>/<controller>/<webhook>/<delivery's sk>`
 *   pk `dead/<controller>/<webhook>`        sk `<delivery's sk>`
 * Instants have 15 digits. A pending delivery has its row under `due` and a dead one its row under
 * `dead`; they move with it, in one transaction. A done one has neither, and vanishes.
 */

const StoredDelivery = z.object({
  controller: z.string(),
  webhook: z.string(),
  /** The `webhook-id`. */
  message: z.string(),
  type: z.enum(webhookEvents),
  data: z.record(z.string(), z.unknown()),
  /** The delivery that goes out before it, by its sort key: alerts of one case have an order. */
  behind: z.string().nullable().default(null),
  announcedAt: z.number(),
  state: z.enum(deliveryStates),
  /** Those that were begun: a sender that dies has made one. */
  attempts: z.number().int(),
  lastAttemptAt: z.number().nullable(),
  /** While a sender has it, the end of its lease. */
  nextAttemptAt: z.number().nullable(),
  status: z.number().nullable(),
  failure: z.enum(deliveryFailures).nullable(),
});
export type StoredDelivery = z.infer<typeof StoredDelivery>;

/** With the version that a change of it has to name. */
export interface VersionedDelivery {
  readonly delivery: StoredDelivery;
  readonly version: number;
}

const TABLE = 'webhooks';

function digits(at: EpochMs): string {
  return String(at).padStart(15, '0');
}

function sortKey({ announcedAt, message }: StoredDelivery): string {
  return `${digits(announcedAt)}/${message}`;
}

/** What a message of the queue says of it. */
export function dueOf(delivery: StoredDelivery): WebhookDue {
  const { controller, webhook } = delivery;
  return { controller, webhook, delivery: sortKey(delivery) };
}

function keyOf({ controller, webhook, delivery }: WebhookDue): Key {
  return { pk: `deliveries/${controller}/${webhook}`, sk: delivery };
}

function rowOf(gate: Gate, delivery: StoredDelivery, version: number): Row {
  const row = {
    ...keyOf(dueOf(delivery)),
    version,
    body: sealBody(gate, JSON.stringify(delivery)),
  };
  if (delivery.state !== 'done') return row;
  return { ...row, expiresAt: wholeSecond(gate.clock.now() + limits.webhookDoneDays * DAY_MS) };
}

function wholeSecond(at: EpochMs): EpochMs {
  return Math.ceil(at / SECOND_MS) * SECOND_MS;
}

function deliveryFrom(gate: Pick<Gate, 'keys'>, row: Row): VersionedDelivery {
  const delivery = StoredDelivery.parse(JSON.parse(unsealBody(gate, row.body)));
  const { pk, sk } = keyOf(dueOf(delivery));
  assert(row.pk === pk && row.sk === sk, 'a delivery lies where it was put');
  return { delivery, version: row.version };
}

/** The row under which a delivery is found while something is to be done about it. */
function indexKey(delivery: StoredDelivery): Key | null {
  const { controller, webhook, state, nextAttemptAt } = delivery;
  const sk = sortKey(delivery);
  if (state === 'dead') return { pk: `dead/${controller}/${webhook}`, sk };
  if (nextAttemptAt === null) return null;
  return { pk: 'due', sk: `${digits(nextAttemptAt)}/${controller}/${webhook}/${sk}` };
}

function putIndex(key: Key | null): readonly Write[] {
  if (key === null) return [];
  return [{ kind: 'put-if-absent', table: TABLE, row: { ...key, version: 1, body: '' } }];
}

function deleteIndex(key: Key | null): readonly Write[] {
  return key === null ? [] : [{ kind: 'delete-if-version', table: TABLE, key, version: 1 }];
}

function knownKey(controller: string, webhook: string, message: string): Key {
  return { pk: `known/${controller}/${webhook}`, sk: message };
}

/** Of these webhooks those that a message was announced to before. */
export async function knownTo(
  gate: Pick<Gate, 'tables'>,
  controller: string,
  webhooks: readonly string[],
  message: string,
): Promise<ReadonlySet<string>> {
  const keys = webhooks.map((webhook) => knownKey(controller, webhook, message));
  const rows = await gate.tables.batchGet(TABLE, keys);
  return new Set(rows.map(({ pk }) => pk.slice(`known/${controller}/`.length)));
}

/** Writes of a new delivery, due at once: three rows. */
export function deliveryWrites(
  gate: Gate,
  what: Pick<StoredDelivery, 'controller' | 'webhook' | 'message' | 'type' | 'data' | 'behind'>,
): { readonly delivery: StoredDelivery; readonly writes: readonly Write[] } {
  const now = gate.clock.now();
  const delivery: StoredDelivery = {
    ...what,
    ...{ announcedAt: now, state: 'pending', attempts: 0, nextAttemptAt: now },
    ...{ lastAttemptAt: null, status: null, failure: null },
  };
  const known: Row = {
    ...knownKey(what.controller, what.webhook, what.message),
    ...{ version: 1, body: '' },
    expiresAt: wholeSecond(now + limits.webhookKnownDays * DAY_MS),
  };
  const writes: readonly Write[] = [
    { kind: 'put-if-absent', table: TABLE, row: known },
    { kind: 'put-if-absent', table: TABLE, row: rowOf(gate, delivery, 1) },
    ...putIndex(indexKey(delivery)),
  ];
  return { delivery, writes };
}

export async function readDelivery(
  gate: Pick<Gate, 'tables' | 'keys'>,
  due: WebhookDue,
): Promise<VersionedDelivery | null> {
  const row = await gate.tables.get(TABLE, keyOf(due));
  return row === null ? null : deliveryFrom(gate, row);
}

export type DeliveryChange = Partial<
  Pick<
    StoredDelivery,
    'state' | 'attempts' | 'lastAttemptAt' | 'nextAttemptAt' | 'status' | 'failure'
  >
>;

/** The delivery as it will be, and the writes that make it so: up to three rows. */
export function changeWrites(
  gate: Gate,
  before: VersionedDelivery,
  change: DeliveryChange,
): { readonly after: VersionedDelivery; readonly writes: readonly Write[] } {
  const delivery = { ...before.delivery, ...change };
  const version = before.version + 1;
  const [from, to] = [indexKey(before.delivery), indexKey(delivery)];
  const stays = from?.pk === to?.pk && from?.sk === to?.sk;
  const writes: readonly Write[] = [
    { kind: 'put-if-version', table: TABLE, row: rowOf(gate, delivery, version) },
    ...(stays ? [] : [...deleteIndex(from), ...putIndex(to)]),
  ];
  return { after: { delivery, version }, writes };
}

/** The delivery as it is now, or null when somebody else has changed it meanwhile. */
export async function changeDelivery(
  gate: Gate,
  before: VersionedDelivery,
  change: DeliveryChange,
): Promise<VersionedDelivery | null> {
  const { after, writes } = changeWrites(gate, before, change);
  const outcome = await gate.tables.transact(writes);
  return outcome.done ? after : null;
}

/** Whatever somebody else did to it in between stays. */
export async function dropDelivery(
  gate: Pick<Gate, 'tables'>,
  { delivery, version }: VersionedDelivery,
): Promise<void> {
  const key = keyOf(dueOf(delivery));
  await gate.tables.transact([
    { kind: 'delete-if-version', table: TABLE, key, version },
    ...deleteIndex(indexKey(delivery)),
  ]);
}

/** Deliveries that are due by an instant, earliest first; as many as one read gives. */
export async function dueDeliveries(
  gate: Pick<Gate, 'tables'>,
  by: EpochMs,
): Promise<readonly { readonly at: EpochMs; readonly due: WebhookDue }[]> {
  const { rows } = await gate.tables.range({
    ...{ table: TABLE, pk: 'due', to: `${digits(by)}0`, limit: limits.rowsPerRead },
  });
  return rows.map(({ sk }) => {
    const [at = '', controller = '', webhook = '', ...delivery] = sk.split('/');
    return { at: Number(at), due: { controller, webhook, delivery: delivery.join('/') } };
  });
}

/** The last deliveries to a webhook, newest first. */
export async function lastDeliveries(
  gate: Pick<Gate, 'tables' | 'keys'>,
  controller: string,
  webhook: string,
): Promise<readonly StoredDelivery[]> {
  const { rows } = await gate.tables.range({
    ...{ table: TABLE, pk: `deliveries/${controller}/${webhook}`, order: 'descending' },
    limit: limits.webhookDeliveriesListed,
  });
  return rows.map((row) => deliveryFrom(gate, row).delivery);
}

/** Deliveries to a receiver that were announced when this one was or later, oldest first. */
export async function deliveriesSince(
  gate: Pick<Gate, 'tables' | 'keys'>,
  { controller, webhook, delivery }: WebhookDue,
): Promise<readonly StoredDelivery[]> {
  const [announced = ''] = delivery.split('/');
  const { rows } = await gate.tables.range({
    ...{ table: TABLE, pk: `deliveries/${controller}/${webhook}`, from: `${announced}/` },
    limit: limits.alertsInOrder,
  });
  return rows.map((row) => deliveryFrom(gate, row).delivery);
}

/** Deliveries to a webhook that were given up, oldest first. */
export async function deadDeliveries(
  gate: Pick<Gate, 'tables'>,
  controller: string,
  webhook: string,
): Promise<readonly WebhookDue[]> {
  const rows = await readPartition(gate, TABLE, `dead/${controller}/${webhook}`);
  return rows.map(({ sk }) => ({ controller, webhook, delivery: sk }));
}
