import type { EpochMs } from '../../../shared/kernel/instant.ts';
import type { TableName } from '../../../shared/contract/tables.ts';

/** Partition key and sort key; both are compared by UTF-8 bytes. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/**
 * One row. The body is opaque to the port: JSON text where people may have to read it, bytes where
 * the size is the cost. `version` starts at 1 and is raised by exactly one by each replacement.
 */
export interface Row extends Key {
  readonly version: number;
  readonly body: string | Uint8Array;
  /** After this instant the row is absent for every operation, deleted or not (whole seconds). */
  readonly expiresAt?: EpochMs;
}

/** One write with its precondition; there is no unconditional overwrite. */
export type Write =
  | { readonly kind: 'put-if-absent'; readonly table: TableName; readonly row: Row }
  /** `row.version` is the new version; the stored one must be `row.version - 1` (0: is absent). */
  | { readonly kind: 'put-if-version'; readonly table: TableName; readonly row: Row }
  | {
      readonly kind: 'delete-if-version';
      readonly table: TableName;
      readonly key: Key;
      readonly version: number;
    }
  /** Writes nothing; the transaction fails unless the row has this version (0: is absent). */
  | {
      readonly kind: 'require-version';
      readonly table: TableName;
      readonly key: Key;
      readonly version: number;
    };

/** A conflict is an answer, not an exception: `conflicts` are the indexes of the writes refused. */
export type WriteOutcome =
  { readonly done: true } | { readonly done: false; readonly conflicts: readonly number[] };

export interface RangeQuery {
  readonly table: TableName;
  readonly pk: string;
  /** Inclusive bounds on the sort key. */
  readonly from?: string;
  readonly to?: string;
  readonly order?: 'ascending' | 'descending';
  /** At most this many rows (1 to 1,000). */
  readonly limit: number;
  /** Continue behind this sort key, exclusively: the `next` of the page before. */
  readonly after?: string;
}

export interface RangePage {
  readonly rows: readonly Row[];
  /** The sort key to continue behind, or null when there is nothing more. */
  readonly next: string | null;
}

/** One change of a row, in the order in which the changes of that row were made. */
export interface Change {
  /** Opaque; increases along a feed. */
  readonly sequence: string;
  readonly key: Key;
  readonly before: Row | null;
  readonly after: Row | null;
}

/**
 * Rows under keys. Every read is strongly consistent: a refusal that was acknowledged is seen.
 * Throttling is retried inside, with bounded backoff and jitter; what still fails throws, and the
 * caller must treat it as "not read" or "not known to be written", never as an empty answer.
 */
export interface Tables {
  get(table: TableName, key: Key): Promise<Row | null>;
  /** Any number of distinct keys; the answer holds the rows that exist, in no particular order. */
  batchGet(table: TableName, keys: readonly Key[]): Promise<readonly Row[]>;
  range(query: RangeQuery): Promise<RangePage>;
  /** One conditional write. */
  write(write: Write): Promise<WriteOutcome>;
  /** All or nothing; at most 100 writes, each of another row. */
  transact(writes: readonly Write[]): Promise<WriteOutcome>;
}

/** The pulled form of the change feed (embedded); on AWS the stream calls the worker instead. */
export interface ChangeFeed {
  /** Changes behind `after` (null: from the oldest kept), oldest first, at most `limit`. */
  changes(table: TableName, after: string | null, limit: number): Promise<readonly Change[]>;
}
