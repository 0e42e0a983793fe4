import { assert, unreachable } from '../../../shared/kernel/assert.ts';
import { SECOND_MS, type EpochMs } from '../../../shared/kernel/instant.ts';
import { tables, type TableName } from '../../../shared/contract/tables.ts';
import { portBounds } from './port-bounds.ts';
import type { Key, RangeQuery, Row, Write } from './tables.ts';

/** Orders two texts by their UTF-8 bytes; JavaScript's own order differs beyond U+FFFF. */
export function compareUtf8(first: string, second: string): number {
  if (first === second) return 0;
  return Buffer.compare(Buffer.from(first), Buffer.from(second));
}

/** A row is there up to and including its `expiresAt`. */
export function isExpired(expiresAt: EpochMs | undefined, now: EpochMs): boolean {
  return expiresAt !== undefined && expiresAt < now;
}

/** The row that a write is about. */
export function keyOf(write: Write): Key {
  return write.kind === 'put-if-absent' || write.kind === 'put-if-version' ? write.row : write.key;
}

/** The version that must be stored for the write to be done; 0 says that there is no row. */
export function versionBefore(write: Write): number {
  if (write.kind === 'put-if-absent') return 0;
  return write.kind === 'put-if-version' ? write.row.version - 1 : write.version;
}

/** Throws for a key that one of the homes could not store or compare. */
export function checkKey(key: Key): void {
  assert(isKeyText(key.pk, portBounds.partitionKeyBytes), 'a partition key is a short text');
  assert(isKeyText(key.sk, portBounds.sortKeyBytes), 'a sort key is a short text');
}

function isKeyText(text: string, bytesMax: number): boolean {
  return (
    text.length > 0 &&
    text.isWellFormed() &&
    !text.includes('\0') &&
    Buffer.byteLength(text) <= bytesMax
  );
}

/** Throws unless the keys are sound and distinct. */
export function checkKeys(keys: readonly Key[]): void {
  const seen = new Set<string>();
  for (const key of keys) {
    checkKey(key);
    seen.add(`${key.pk}\0${key.sk}`);
  }
  assert(seen.size === keys.length, 'the keys of a batch are distinct');
}

/** Throws for a write that could not be done in both homes; answers its bytes. */
export function checkWrite(write: Write): number {
  const key = keyOf(write);
  checkKey(key);
  const before = versionBefore(write);
  assert(Number.isSafeInteger(before) && before >= 0, 'a version is a counting number');
  switch (write.kind) {
    case 'put-if-absent':
      assert(write.row.version === 1, 'the version of a new row is 1');
      return checkRow(write.table, write.row);
    case 'put-if-version':
      return checkRow(write.table, write.row);
    case 'delete-if-version':
      assert(before >= 1, 'what is deleted has a version');
      return Buffer.byteLength(key.pk) + Buffer.byteLength(key.sk);
    case 'require-version':
      return Buffer.byteLength(key.pk) + Buffer.byteLength(key.sk);
    default:
      return unreachable(write);
  }
}

function checkRow(table: TableName, row: Row): number {
  if (row.expiresAt !== undefined) {
    assert(tables[table].expires, 'only rows of a table that expires may expire');
    assert(row.expiresAt % SECOND_MS === 0, 'a row expires at a whole second');
  }
  assert(typeof row.body !== 'string' || row.body.isWellFormed(), 'a text body is Unicode');
  const bytes =
    Buffer.byteLength(row.pk) +
    Buffer.byteLength(row.sk) +
    Buffer.byteLength(row.body) +
    portBounds.rowOverheadBytes;
  assert(bytes <= portBounds.rowBytes, 'a row fits into one item');
  return bytes;
}

/** Throws for a transaction that DynamoDB would not take. */
export function checkTransaction(writes: readonly Write[]): void {
  assert(
    writes.length >= 1 && writes.length <= portBounds.transactionWrites,
    'a transaction has 1 to 100 writes',
  );
  const seen = new Set<string>();
  let bytes = 0;
  for (const write of writes) {
    bytes += checkWrite(write);
    const key = keyOf(write);
    seen.add(`${write.table}\0${key.pk}\0${key.sk}`);
  }
  assert(seen.size === writes.length, 'each write of a transaction is of another row');
  assert(bytes <= portBounds.transactionBytes, 'a transaction has at most 4 MB');
}

export function checkRange(query: RangeQuery): void {
  assert(isKeyText(query.pk, portBounds.partitionKeyBytes), 'a partition key is a short text');
  assert(
    Number.isInteger(query.limit) && query.limit >= 1 && query.limit <= portBounds.rangeRows,
    'a range page has 1 to 1,000 rows',
  );
  for (const bound of [query.from, query.to, query.after]) {
    assert(bound === undefined || bound.isWellFormed(), 'a bound of a range is Unicode');
  }
}
