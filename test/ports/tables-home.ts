import { randomUUID } from 'node:crypto';
import type { TableName } from '../../shared/contract/tables.ts';
import type { Change, Key, Row, Tables, Write } from '../../functions/shell/ports/tables.ts';
import type { ManualClock } from '../support/manual-clock.ts';

/** An implementation of the tables port with all that its contract suite needs around it. */
export interface TablesHome {
  readonly tables: Tables;
  /** The clock that the tables go by. */
  readonly clock: ManualClock;
  /** All changes of a table so far that concern this partition key, oldest first. */
  readonly changesOf: (table: TableName, pk: string) => Promise<readonly Change[]>;
  /** Runs of the model property: fewer where a write is a round trip. */
  readonly modelRuns: number;
  readonly close: () => Promise<void>;
}

/** A partition key that no other test uses, so that suites can share a database. */
export function freshPk(): string {
  return `pk-${randomUUID()}`;
}

/** A row of version 1; the rest as given. */
export function newRow(key: Key, more: Partial<Row> = {}): Row {
  return { pk: key.pk, sk: key.sk, version: 1, body: `body of ${key.sk}`, ...more };
}

export function put(table: TableName, row: Row): Write {
  return { kind: 'put-if-absent', table, row };
}

export function replace(table: TableName, row: Row): Write {
  return { kind: 'put-if-version', table, row };
}

export function remove(table: TableName, key: Key, version: number): Write {
  return { kind: 'delete-if-version', table, key, version };
}

export function requireVersion(table: TableName, key: Key, version: number): Write {
  return { kind: 'require-version', table, key, version };
}

export const DONE = { done: true };

export function conflictAt(...conflicts: number[]) {
  return { done: false, conflicts };
}

/** Puts many rows, however many. */
export async function putAll(
  tables: Tables,
  table: TableName,
  rows: readonly Row[],
): Promise<void> {
  for (let start = 0; start < rows.length; start += 10) {
    await tables.transact(rows.slice(start, start + 10).map((row) => put(table, row)));
  }
}
