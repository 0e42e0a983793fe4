import { assert } from '../../../shared/kernel/assert.ts';
import {
  bucketPartition,
  contactAddress,
  contactKeyOf,
  type ContactKey,
} from '../../../shared/ledger/contact-key.ts';
import type { ContactPointState } from '../../../shared/ledger/contact-point-state.ts';
import { LedgerEvent } from '../../../shared/ledger/ledger-event.ts';
import { decodeState, encodeState } from '../../../shared/ledger/state-codec.ts';
import type { Gate } from '../gate.ts';
import type { IdentifierKey } from '../ports/keys.ts';
import type { Row, Write } from '../ports/tables.ts';
import { readPartition } from './partition.ts';
import { cachedSealingKey, seal, unsealByRing } from '../sealing.ts';

/*
 * Table `ledger`
 *   pk `<controller>/subject/<anchor>`  sk `<occurredAt, 15 digits>/<event id>`  one sealed event
 *   pk `<controller>/seen/<identity>`   sk `<anchor>` or `event`                 an event was taken
 * Table `contact-points`
 *   pk `<controller>/<bucket>`          sk the rest of the key                   one state
 * A subject's events lie under its anchor, the key of the contact point it began with; subjects
 * that turn out to be one keep their anchors, and reading the subject reads them all.
 */

export interface StoredState {
  readonly key: ContactKey;
  readonly version: number;
  readonly state: ContactPointState;
  /** The state as it is stored. */
  readonly encoded: Uint8Array;
}

/** Strongly consistent; contact points that the gate does not know are left out. */
export async function readStates(
  gate: Pick<Gate, 'tables'>,
  controller: string,
  keys: readonly ContactKey[],
): Promise<ReadonlyMap<ContactKey, StoredState>> {
  const rows = await readStateRows(gate, controller, keys);
  return new Map(rows.map(stateOf).map((stored) => [stored.key, stored]));
}

/** The same as they are stored. */
export async function readStateRows(
  gate: Pick<Gate, 'tables'>,
  controller: string,
  keys: readonly ContactKey[],
): Promise<readonly Row[]> {
  const distinct = [...new Set(keys)];
  return gate.tables.batchGet(
    'contact-points',
    distinct.map((key) => contactAddress(controller, key)),
  );
}

/** All contact points of one bucket, in the order of their keys. */
export async function readBucket(
  gate: Pick<Gate, 'tables'>,
  controller: string,
  bucket: number,
): Promise<readonly StoredState[]> {
  const rows = await readPartition(gate, 'contact-points', bucketPartition(controller, bucket));
  return rows.map(stateOf);
}

export function stateOf(row: Row): StoredState {
  assert(typeof row.body !== 'string', 'a state is stored as bytes');
  const { version, body } = row;
  return { key: contactKeyOf(row), version, state: decodeState(body), encoded: body };
}

/** The write that replaces a state, or creates it (version 0: not stored yet). */
export function stateWrite(
  controller: string,
  key: ContactKey,
  version: number,
  state: ContactPointState,
): Write {
  const address = contactAddress(controller, key);
  const row: Row = { ...address, version: version + 1, body: encodeState(state) };
  return version === 0
    ? { kind: 'put-if-absent', table: 'contact-points', row }
    : { kind: 'put-if-version', table: 'contact-points', row };
}

export function eventWrite(
  controller: string,
  anchor: ContactKey,
  event: LedgerEvent,
  secret: IdentifierKey,
  nonce: Uint8Array,
): Write {
  const row: Row = {
    pk: subjectPartition(controller, anchor),
    sk: `${String(event.occurredAt).padStart(15, '0')}/${event.id}`,
    version: 1,
    body: seal(cachedSealingKey(secret), nonce, JSON.stringify(event)),
  };
  return { kind: 'put-if-absent', table: 'ledger', row };
}

/** The mark of an event, with a note for whoever brings it again (or none). */
export function seenWrite(
  controller: string,
  identity: string,
  { part, note }: { readonly part: string; readonly note: string },
): Write {
  const row: Row = { ...seenAddress(controller, identity, part), version: 1, body: note };
  return { kind: 'put-if-absent', table: 'ledger', row };
}

function seenAddress(controller: string, identity: string, part: string) {
  return { pk: `${controller}/seen/${identity}`, sk: part };
}

/** The notes in the marks of events, by their identity; an event without a mark was not seen. */
export async function readNotes(
  gate: Pick<Gate, 'tables'>,
  controller: string,
  identities: readonly string[],
  part = 'event',
): Promise<ReadonlyMap<string, string>> {
  if (identities.length === 0) return new Map();
  const distinct = [...new Set(identities)];
  const addresses = distinct.map((identity) => seenAddress(controller, identity, part));
  const rows = await gate.tables.batchGet('ledger', addresses);
  const before = `${controller}/seen/`.length;
  return new Map(rows.map(({ pk, body }) => [pk.slice(before), String(body)]));
}

/** Every event of the subject that began with these anchors. */
export async function readEvents(
  gate: Pick<Gate, 'tables' | 'keys'>,
  controller: string,
  anchors: readonly ContactKey[],
): Promise<readonly LedgerEvent[]> {
  return (await readEventRows(gate, controller, anchors)).map(({ event }) => event);
}

/** An event with its place in the ledger. */
export interface EventRow {
  readonly event: LedgerEvent;
  readonly row: Row;
}

export async function readEventRows(
  gate: Pick<Gate, 'tables' | 'keys'>,
  controller: string,
  anchors: readonly ContactKey[],
): Promise<readonly EventRow[]> {
  const partitions = await Promise.all(
    anchors.map((anchor) => readPartition(gate, 'ledger', subjectPartition(controller, anchor))),
  );
  return partitions.flat().map((row) => {
    assert(typeof row.body !== 'string', 'an event is stored sealed');
    return { row, event: LedgerEvent.parse(JSON.parse(unsealByRing(gate.keys, row.body))) };
  });
}

function subjectPartition(controller: string, anchor: ContactKey): string {
  return `${controller}/subject/${anchor}`;
}
