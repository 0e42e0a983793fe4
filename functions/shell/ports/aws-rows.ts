import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { assert } from '../../../shared/kernel/assert.ts';
import { SECOND_MS } from '../../../shared/kernel/instant.ts';
import type { Key, Row } from './tables.ts';

/**
 * The item of a row. Names are one letter, because they are stored and paid for with every item:
 * `v` version, `b` body, `x` expiry in epoch seconds (the TTL attribute), `w` the writer's mark.
 */
type Item = Record<string, AttributeValue>;

/** What the SDK (bytes) and a Lambda stream event (base 64 text) both hand us. */
interface Attribute {
  readonly S?: string | undefined;
  readonly N?: string | undefined;
  readonly B?: string | Uint8Array | undefined;
}
type Attributes = Readonly<Record<string, Attribute>>;

export function keyToItem(key: Key): Item {
  return { pk: { S: key.pk }, sk: { S: key.sk } };
}

/** `mark` tells the writes of equal rows apart; see AwsTables. */
export function rowToItem(row: Row, mark?: Uint8Array): Item {
  return {
    ...keyToItem(row),
    v: { N: String(row.version) },
    b: typeof row.body === 'string' ? { S: row.body } : { B: row.body },
    ...(row.expiresAt === undefined ? {} : { x: { N: epochSeconds(row.expiresAt) } }),
    ...(mark === undefined ? {} : { w: { B: mark } }),
  };
}

/** Seconds as DynamoDB compares them, with a fraction where there is one. */
export function epochSeconds(instant: number): string {
  return String(instant / SECOND_MS);
}

export function keyFromItem(item: Attributes): Key {
  const pk = item['pk']?.S;
  const sk = item['sk']?.S;
  assert(pk !== undefined && sk !== undefined, 'an item has its keys');
  return { pk, sk };
}

/** Throws when an item is not a row: better no answer than a wrong one. */
export function rowFromItem(item: Attributes): Row {
  const version = Number(item['v']?.N);
  const text = item['b']?.S;
  const bytes = item['b']?.B;
  const expiry = item['x']?.N;
  const body = text ?? (typeof bytes === 'string' ? Buffer.from(bytes, 'base64') : bytes);
  assert(Number.isSafeInteger(version) && version >= 1, 'an item has a version');
  assert(body !== undefined, 'an item has a body');
  const row = { ...keyFromItem(item), version, body };
  if (expiry === undefined) return row;
  const expiresAt = Number(expiry) * SECOND_MS;
  assert(Number.isSafeInteger(expiresAt), 'an item expires at a whole second');
  return { ...row, expiresAt };
}

export function hasMark(item: Attributes, mark: Uint8Array): boolean {
  const found = item['w']?.B;
  return found instanceof Uint8Array && Buffer.compare(found, mark) === 0;
}
