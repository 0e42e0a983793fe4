import * as z from 'zod';
import { limits } from '../../../shared/contract/limits.ts';
import { webhookEvents, type WebhookSubmission } from '../../../shared/contract/webhooks.ts';
import { assert } from '../../../shared/kernel/assert.ts';
import type { Gate } from '../gate.ts';
import type { Key, Row, Write } from '../ports/tables.ts';
import { Problem } from '../problem.ts';
import { RotatedSecret, rotateSecrets } from '../rotated-secrets.ts';
import { sealBody, unsealBody } from '../sealed-body.ts';
import { webhookSecret } from '../signatures/standard-webhooks.ts';
import { readPartition } from './partition.ts';

/*
 * Table `webhooks`; what is sent to them lies beside them (`webhook-outbox.ts`)
 *   pk `hooks/<controller>`  sk `<name>`  where it leads, what it wants and its secrets, sealed:
 *                                         the path of a URL is often a secret of its own
 */

const StoredWebhook = z.object({
  /** Sealed with the rest, so that a row moved to another controller is noticed. */
  controller: z.string(),
  name: z.string(),
  url: z.string(),
  events: z.array(z.enum(webhookEvents)),
  secrets: z.array(RotatedSecret),
  updatedAt: z.number(),
  /** When the receiver said that it is gone; null while it is not. */
  disabledAt: z.number().nullable(),
});
export type StoredWebhook = z.infer<typeof StoredWebhook>;

/** With the version that a change of it has to name. */
export interface VersionedWebhook {
  readonly webhook: StoredWebhook;
  readonly version: number;
}

function keyOf(controller: string, name: string): Key {
  return { pk: `hooks/${controller}`, sk: name };
}

function webhookFrom(gate: Pick<Gate, 'keys'>, row: Row): StoredWebhook {
  const webhook = StoredWebhook.parse(JSON.parse(unsealBody(gate, row.body)));
  const { pk, sk } = keyOf(webhook.controller, webhook.name);
  assert(row.pk === pk && row.sk === sk, 'a webhook lies where it was put');
  return webhook;
}

function rowOf(gate: Gate, webhook: StoredWebhook, version: number): Row {
  const key = keyOf(webhook.controller, webhook.name);
  return { ...key, version, body: sealBody(gate, JSON.stringify(webhook)) };
}

export async function readWebhook(
  gate: Pick<Gate, 'tables' | 'keys'>,
  controller: string,
  name: string,
): Promise<VersionedWebhook | null> {
  const row = await gate.tables.get('webhooks', keyOf(controller, name));
  return row === null ? null : { webhook: webhookFrom(gate, row), version: row.version };
}

/** Every webhook of a controller, by name. */
export async function readWebhooks(
  gate: Pick<Gate, 'tables' | 'keys'>,
  controller: string,
): Promise<readonly StoredWebhook[]> {
  const rows = await readPartition(gate, 'webhooks', `hooks/${controller}`);
  return rows.map((row) => webhookFrom(gate, row));
}

/** Creates or replaces a webhook, with a new secret; one that was disabled goes on. */
export async function writeWebhook(
  gate: Gate,
  controller: string,
  name: string,
  { url, events }: WebhookSubmission,
): Promise<{ readonly webhook: StoredWebhook; readonly secret: string }> {
  const secret = webhookSecret(gate.randomBytes(32));
  for (let attempt = 0; attempt < limits.conflictRetries; attempt++) {
    const before = await readWebhook(gate, controller, name);
    if (before === null) await requireRoom(gate, controller);
    const now = gate.clock.now();
    const webhook: StoredWebhook = {
      ...{ controller, name, url, events, updatedAt: now, disabledAt: null },
      secrets: rotateSecrets(before?.webhook.secrets ?? [], secret, now),
    };
    const row = rowOf(gate, webhook, (before?.version ?? 0) + 1);
    const kind = before === null ? 'put-if-absent' : 'put-if-version';
    const outcome = await gate.tables.write({ kind, table: 'webhooks', row });
    if (outcome.done) return { webhook, secret };
  }
  throw changedByOthers();
}

async function requireRoom(gate: Gate, controller: string): Promise<void> {
  const known = await readWebhooks(gate, controller);
  if (known.length < limits.webhooksPerController) return;
  const most = `a controller has at most ${limits.webhooksPerController} webhooks`;
  throw new Problem('state-conflict', `${most}: delete one first`);
}

function changedByOthers(): Problem {
  return new Problem('unavailable', 'the webhook is being changed by somebody else');
}

/** Its receiver is gone. Whoever replaced it in between knows better, and it stays as they said. */
export function disablingWrite(gate: Gate, { webhook, version }: VersionedWebhook): Write {
  const disabled = { ...webhook, disabledAt: gate.clock.now() };
  return { kind: 'put-if-version', table: 'webhooks', row: rowOf(gate, disabled, version + 1) };
}

/** False when there was none. What is still to be sent to it is dropped as it falls due. */
export async function removeWebhook(
  gate: Pick<Gate, 'tables'>,
  controller: string,
  name: string,
): Promise<boolean> {
  const key = keyOf(controller, name);
  for (let attempt = 0; attempt < limits.conflictRetries; attempt++) {
    const row = await gate.tables.get('webhooks', key);
    if (row === null) return false;
    const { version } = row;
    const outcome = await gate.tables.write({
      ...{ kind: 'delete-if-version', table: 'webhooks', key, version },
    });
    if (outcome.done) return true;
  }
  throw changedByOthers();
}
