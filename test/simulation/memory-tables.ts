import type { Clock } from '../../functions/shell/ports/clock.ts';
import type { TableUpkeep } from '../../functions/shell/ports/sqlite-tables.ts';
import {
  checkKey,
  checkKeys,
  checkRange,
  checkTransaction,
  isExpired,
  keyOf,
  versionBefore,
} from '../../functions/shell/ports/table-checks.ts';
import type {
  Change,
  ChangeFeed,
  Key,
  RangePage,
  RangeQuery,
  Row,
  Tables,
  Write,
  WriteOutcome,
} from '../../functions/shell/ports/tables.ts';
import { tables as definitions, type TableName } from '../../shared/contract/tables.ts';

interface Partition {
  readonly owner: MemoryTables;
  readonly rows: Map<string, Row>;
  /** Sort keys in order; null once one came or went. */
  sorted: string[] | null;
}

/** Long enough that sequences, compared as texts, are in order. */
const SEQUENCE_DIGITS = 12;

/**
 * Rows in memory, at once and without a fault: whoever simulates puts the faults around it. A fork
 * begins with the same rows and goes its own way; it costs what it changes.
 */
export class MemoryTables implements Tables, ChangeFeed, TableUpkeep {
  readonly #clock: Clock;
  readonly #partitions: Map<string, Partition>;
  readonly #changes: Change[] = [];
  #transactions = 0;

  constructor(clock: Clock, from?: MemoryTables) {
    this.#clock = clock;
    this.#partitions = new Map(from === undefined ? [] : from.#partitions);
  }

  /** How many writes were done, to see that somebody did something. */
  get transactions(): number {
    return this.#transactions;
  }

  #own(table: string, pk: string): Partition {
    const name = `${table} ${pk}`;
    const known = this.#partitions.get(name);
    if (known?.owner === this) return known;
    const own = { owner: this, rows: new Map(known?.rows), sorted: null };
    this.#partitions.set(name, own);
    return own;
  }

  find(table: string, { pk, sk }: Key): Row | null {
    const row = this.#partitions.get(`${table} ${pk}`)?.rows.get(sk);
    return row === undefined || isExpired(row.expiresAt, this.#clock.now()) ? null : row;
  }

  #apply(write: Write): void {
    if (write.kind === 'require-version') return;
    const { pk, sk } = keyOf(write);
    const partition = this.#own(write.table, pk);
    const before = this.find(write.table, { pk, sk });
    const after = write.kind === 'delete-if-version' ? null : write.row;
    if (after === null) partition.rows.delete(sk);
    else partition.rows.set(sk, after);
    if (before === null || after === null) partition.sorted = null;
    if (definitions[write.table].changeFeed) {
      const sequence = String(this.#changes.length + 1).padStart(SEQUENCE_DIGITS, '0');
      this.#changes.push({ sequence, key: { pk, sk }, before, after });
    }
  }

  commit(writes: readonly Write[]): WriteOutcome {
    checkTransaction(writes);
    const conflicts = writes.flatMap((write, index) => {
      const version = this.find(write.table, keyOf(write))?.version ?? 0;
      return version === versionBefore(write) ? [] : [index];
    });
    if (conflicts.length > 0) return { done: false, conflicts };
    for (const write of writes) this.#apply(write);
    this.#transactions++;
    return { done: true };
  }

  readRange(query: RangeQuery): RangePage {
    checkRange(query);
    const { table, pk, from, to, order = 'ascending', limit, after } = query;
    const partition = this.#partitions.get(`${table} ${pk}`);
    if (partition === undefined) return { rows: [], next: null };
    partition.sorted ??= [...partition.rows.keys()].sort();
    const up = order === 'ascending';
    const keys = partition.sorted.filter((sk) => {
      if ((from !== undefined && sk < from) || (to !== undefined && sk > to)) return false;
      if (after !== undefined && !(up ? sk > after : sk < after)) return false;
      return this.find(table, { pk, sk }) !== null;
    });
    if (!up) keys.reverse();
    const rows = keys.slice(0, limit).flatMap((sk) => partition.rows.get(sk) ?? []);
    return { rows, next: keys.length > limit ? (keys[limit - 1] ?? null) : null };
  }

  readBatch(table: TableName, keys: readonly Key[]): readonly Row[] {
    checkKeys(keys);
    return keys.flatMap((key) => this.find(table, key) ?? []);
  }

  async get(table: TableName, key: Key): Promise<Row | null> {
    checkKey(key);
    return this.find(table, key);
  }

  async batchGet(table: TableName, keys: readonly Key[]): Promise<readonly Row[]> {
    return this.readBatch(table, keys);
  }

  async range(query: RangeQuery): Promise<RangePage> {
    return this.readRange(query);
  }

  async write(write: Write): Promise<WriteOutcome> {
    return this.commit([write]);
  }

  async transact(writes: readonly Write[]): Promise<WriteOutcome> {
    return this.commit(writes);
  }

  /** Changes behind a sequence, oldest first. */
  changesBehind(after: string | null, limit: number): readonly Change[] {
    const start = after === null ? 0 : Number(after);
    return this.#changes.slice(start, start + limit);
  }

  async changes(_table: TableName, after: string | null, limit: number) {
    return this.changesBehind(after, limit);
  }

  newestChange(): string | null {
    return this.#changes.at(-1)?.sequence ?? null;
  }

  async lastChange(_table: TableName): Promise<string | null> {
    return this.newestChange();
  }

  async sweepExpired(): Promise<number> {
    return 0;
  }

  async forgetChanges(): Promise<void> {}
}
