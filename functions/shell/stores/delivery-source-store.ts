import * as z from 'zod';
import { deliveryVendors, type DeliveryVendor } from '../../../shared/contract/deliveries.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { assert } from '../../../shared/kernel/assert.ts';
import { formatInstant } from '../../../shared/kernel/instant.ts';
import type { Gate } from '../gate.ts';
import type { Key, Row } from '../ports/tables.ts';
import { Problem } from '../problem.ts';
import { RotatedSecret, rotateSecrets } from '../rotated-secrets.ts';
import { cachedSealingKey, seal, unseal } from '../sealing.ts';
import { webhookSecret } from '../signatures/standard-webhooks.ts';

/*
 * Table `controllers`
 *   pk `controller/<controller>`  sk `delivery-source/<vendor>`  settings and secrets, sealed
 * The row beside the settings of the controller, which are never written from here.
 */

const StoredSettings = z.discriminatedUnion('vendor', [
  z.object({ vendor: z.literal('ses'), topicArn: z.string() }),
  z.object({ vendor: z.literal('sendgrid'), publicKey: z.string() }),
  z.object({ vendor: z.literal('mailgun'), signingKey: z.string() }),
  z.object({ vendor: z.literal('postmark'), username: z.string(), password: z.string() }),
  z.object({ vendor: z.literal('generic'), secrets: z.array(RotatedSecret) }),
]);
export type StoredSettings = z.infer<typeof StoredSettings>;

/** What an administrator may say; the secrets of `generic` are made here. */
export type NewSettings = Exclude<StoredSettings, { readonly vendor: 'generic' }> | 'generic';

/** Sealed together, so that a row moved to another controller is noticed. */
const Sealed = z.object({ controller: z.string(), settings: StoredSettings });
const StoredRow = z.object({ keyVersion: z.number(), sealed: z.base64(), updatedAt: z.string() });

export interface DeliverySource {
  readonly settings: StoredSettings;
  readonly updatedAt: string;
}

function keyOf(controller: string, vendor: DeliveryVendor): Key {
  return { pk: `controller/${controller}`, sk: `delivery-source/${vendor}` };
}

export async function readDeliverySource(
  gate: Gate,
  controller: string,
  vendor: DeliveryVendor,
): Promise<DeliverySource | null> {
  const row = await gate.tables.get('controllers', keyOf(controller, vendor));
  return row === null ? null : sourceFrom(gate, controller, vendor, row);
}

function sourceFrom(
  gate: Gate,
  controller: string,
  vendor: DeliveryVendor,
  row: Row,
): DeliverySource {
  const { keyVersion, sealed, updatedAt } = StoredRow.parse(JSON.parse(String(row.body)));
  const secret = gate.keys.version(keyVersion);
  assert(secret !== null, `the key ring has version ${keyVersion}`);
  const text = unseal(cachedSealingKey(secret), Buffer.from(sealed, 'base64'));
  const stored = Sealed.parse(JSON.parse(text));
  const isHere = stored.controller === controller && stored.settings.vendor === vendor;
  assert(isHere, 'a delivery source lies where it was put');
  return { settings: stored.settings, updatedAt };
}

/** Creates or replaces a source; the secret that `generic` is given from now on, if it is one. */
export async function writeDeliverySource(
  gate: Gate,
  controller: string,
  given: NewSettings,
): Promise<{ readonly source: DeliverySource; readonly secret: string | null }> {
  const vendor = given === 'generic' ? given : given.vendor;
  const key = keyOf(controller, vendor);
  const secret = given === 'generic' ? webhookSecret(gate.randomBytes(32)) : null;
  for (let attempt = 0; attempt < limits.conflictRetries; attempt++) {
    const before = await gate.tables.get('controllers', key);
    const known = before === null ? null : sourceFrom(gate, controller, vendor, before).settings;
    const settings = given === 'generic' ? rotated(gate, known, secret ?? '') : given;
    const updatedAt = formatInstant(gate.clock.now());
    const { version: keyVersion } = gate.keys.current;
    const text = JSON.stringify({ controller, settings } satisfies z.infer<typeof Sealed>);
    const bytes = seal(cachedSealingKey(gate.keys.current), gate.randomBytes(12), text);
    const sealed = Buffer.from(bytes).toString('base64');
    const body = JSON.stringify({ keyVersion, sealed, updatedAt });
    const row: Row = { ...key, version: (before?.version ?? 0) + 1, body };
    const kind = before === null ? 'put-if-absent' : 'put-if-version';
    const outcome = await gate.tables.write({ kind, table: 'controllers', row });
    if (outcome.done) return { source: { settings, updatedAt }, secret };
  }
  throw new Problem('unavailable', 'the delivery source is being changed by somebody else');
}

function rotated(gate: Gate, known: StoredSettings | null, secret: string): StoredSettings {
  const before = known?.vendor === 'generic' ? known.secrets : [];
  return { vendor: 'generic', secrets: rotateSecrets(before, secret, gate.clock.now()) };
}

/** False when there was none. What it signs is refused from now on. */
export async function removeDeliverySource(
  gate: Pick<Gate, 'tables'>,
  controller: string,
  vendor: DeliveryVendor,
): Promise<boolean> {
  const key = keyOf(controller, vendor);
  for (let attempt = 0; attempt < limits.conflictRetries; attempt++) {
    const row = await gate.tables.get('controllers', key);
    if (row === null) return false;
    const { version } = row;
    const outcome = await gate.tables.write({
      ...{ kind: 'delete-if-version', table: 'controllers', key, version },
    });
    if (outcome.done) return true;
  }
  throw new Problem('unavailable', 'the delivery source is being changed by somebody else');
}

/** Every source of a controller, without what it holds, in the order of the vendors. */
export async function listDeliverySources(
  gate: Pick<Gate, 'tables'>,
  controller: string,
): Promise<readonly { readonly vendor: DeliveryVendor; readonly updatedAt: string }[]> {
  const keys = deliveryVendors.map((vendor) => keyOf(controller, vendor));
  const rows = await gate.tables.batchGet('controllers', keys);
  return deliveryVendors.flatMap((vendor) => {
    const row = rows.find(({ sk }) => sk === keyOf(controller, vendor).sk);
    if (row === undefined) return [];
    const { updatedAt } = StoredRow.parse(JSON.parse(String(row.body)));
    return [{ vendor, updatedAt }];
  });
}
