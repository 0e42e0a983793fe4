import * as z from 'zod';
import { Kept } from '../../../shared/contract/erasures.ts';
import { contactPointKinds } from '../../../shared/contract/vocabulary.ts';
import { LedgerEvent } from '../../../shared/ledger/ledger-event.ts';
import type { Gate } from '../gate.ts';
import type { Row, Write } from '../ports/tables.ts';
import { cachedSealingKey, seal, unsealByRing } from '../sealing.ts';
import type { EventRow } from './ledger-store.ts';
import { readPartition } from './partition.ts';

/*
 * Table `retention`: what went, by keys and counts
 *   pk `erasure/<controller>`  sk `<erasure>`                an erasure as JSON
 *   pk `erasures`              sk `<controller>/<erasure>`   while it is not done
 */

const RequestedContact = z.object({
  kind: z.enum(contactPointKinds),
  key: z.string(),
  numberCountry: z.string().nullable(),
  domains: z.array(z.string()),
});

export const StoredErasure = z.object({
  id: z.string(),
  controller: z.string(),
  requestedAt: z.number(),
  requested: z.array(RequestedContact),
  /** The officer's words, sealed; gone when it is done, because the ledger has them then. */
  reason: z.string().nullable(),
  /**
   *   open ─tombstone, counts─▶ removing ─▶ done
   *     │▲ a legal hold; until it ends
   *     ▼│
   *    held
   */
  state: z.enum(['open', 'held', 'removing', 'done']),
  outcome: z
    .object({
      erasedAt: z.number(),
      /** Keys that a suppression entry now names. */
      keys: z.array(z.string()),
      removed: z.record(z.string(), z.number().int()),
      kept: z.array(Kept),
    })
    .nullable(),
});
export type StoredErasure = z.infer<typeof StoredErasure>;

export interface VersionedErasure {
  readonly value: StoredErasure;
  readonly version: number;
}

function erasureKey({ controller, id }: Pick<StoredErasure, 'controller' | 'id'>) {
  return { pk: `erasure/${controller}`, sk: id };
}

function openKey({ controller, id }: Pick<StoredErasure, 'controller' | 'id'>) {
  return { pk: 'erasures', sk: `${controller}/${id}` };
}

export async function readErasure(
  gate: Pick<Gate, 'tables'>,
  name: Pick<StoredErasure, 'controller' | 'id'>,
): Promise<VersionedErasure | null> {
  const row = await gate.tables.get('retention', erasureKey(name));
  if (row === null) return null;
  return { value: StoredErasure.parse(JSON.parse(String(row.body))), version: row.version };
}

/** Begins an erasure, unless one of that name is there: then it is answered as it stands. */
export async function keepErasure(
  gate: Pick<Gate, 'tables'>,
  erasure: StoredErasure,
): Promise<VersionedErasure> {
  const row: Row = { ...erasureKey(erasure), version: 1, body: JSON.stringify(erasure) };
  const open: Row = { ...openKey(erasure), version: 1, body: '' };
  const outcome = await gate.tables.transact([
    { kind: 'put-if-absent', table: 'retention', row },
    { kind: 'put-if-absent', table: 'retention', row: open },
  ]);
  const known = outcome.done ? { value: erasure, version: 1 } : await readErasure(gate, erasure);
  if (known === null) throw new Error('invariant broken: an erasure that was kept is there');
  return known;
}

/** The next state of an erasure; null when somebody else has written it. */
export async function writeErasure(
  gate: Pick<Gate, 'tables'>,
  before: VersionedErasure,
  value: StoredErasure,
): Promise<VersionedErasure | null> {
  const version = before.version + 1;
  const row: Row = { ...erasureKey(value), version, body: JSON.stringify(value) };
  const put: Write = { kind: 'put-if-version', table: 'retention', row };
  const closed: Write = {
    kind: 'delete-if-version',
    table: 'retention',
    key: openKey(value),
    version: 1,
  };
  const outcome = await gate.tables.transact(value.state === 'done' ? [put, closed] : [put]);
  return outcome.done ? { value, version } : null;
}

/** Erasures that were not done when they were last looked at. */
export async function listOpenErasures(
  gate: Pick<Gate, 'tables'>,
): Promise<readonly Pick<StoredErasure, 'controller' | 'id'>[]> {
  const rows = await readPartition(gate, 'retention', 'erasures');
  return rows.map(({ sk }) => {
    const slash = sk.indexOf('/');
    return { controller: sk.slice(0, slash), id: sk.slice(slash + 1) };
  });
}

export function sealReason(gate: Pick<Gate, 'keys' | 'randomBytes'>, reason: string): string {
  const secret = cachedSealingKey(gate.keys.current);
  return Buffer.from(seal(secret, gate.randomBytes(12), reason)).toString('base64');
}

export function unsealReason(gate: Pick<Gate, 'keys'>, sealed: string | null): string | null {
  if (sealed === null) return null;
  return unsealByRing(gate.keys, Buffer.from(sealed, 'base64'));
}

/** Deletes an event. Who came second finds it gone, which is the same. */
export async function deleteEvent(gate: Pick<Gate, 'tables'>, { row }: EventRow): Promise<void> {
  const { pk, sk, version } = row;
  const key = { pk, sk };
  await gate.tables.write({ kind: 'delete-if-version', table: 'ledger', key, version });
}

/** Stores an event again, with fewer words; unless somebody else has changed it. */
export async function reduceEvent(
  gate: Pick<Gate, 'tables' | 'keys' | 'randomBytes'>,
  before: EventRow,
  event: LedgerEvent,
): Promise<void> {
  await gate.tables.write(reduceWrite(gate, before, event));
}

export function reduceWrite(
  gate: Pick<Gate, 'keys' | 'randomBytes'>,
  { row: before }: EventRow,
  event: LedgerEvent,
): Write {
  const text = JSON.stringify(LedgerEvent.parse(event));
  const body = seal(cachedSealingKey(gate.keys.current), gate.randomBytes(12), text);
  const row: Row = { ...before, version: before.version + 1, body };
  return { kind: 'put-if-version', table: 'ledger', row };
}
