import type { Key, Row, Tables, Write, WriteOutcome } from '../../functions/shell/ports/tables.ts';

interface Partition {
  readonly rows: Map<string, Row>;
  /** Sort keys in order; null once one came or went. */
  sorted: string[] | null;
}

/** Rows in memory, at once and without a fault: whoever simulates puts the faults around it. */
export function createMemoryTables(): Tables {
  const partitions = new Map<string, Partition>();

  function partitionOf(table: string, pk: string): Partition {
    const name = `${table} ${pk}`;
    const known = partitions.get(name) ?? { rows: new Map<string, Row>(), sorted: null };
    partitions.set(name, known);
    return known;
  }
  const find = (table: string, { pk, sk }: Key) => partitionOf(table, pk).rows.get(sk) ?? null;

  function holds(write: Write): boolean {
    if (write.kind === 'put-if-absent') return find(write.table, write.row) === null;
    if (write.kind === 'put-if-version') {
      return (find(write.table, write.row)?.version ?? 0) === write.row.version - 1;
    }
    return (find(write.table, write.key)?.version ?? 0) === write.version;
  }

  function apply(write: Write): void {
    if (write.kind === 'require-version') return;
    const { pk, sk } = write.kind === 'delete-if-version' ? write.key : write.row;
    const partition = partitionOf(write.table, pk);
    const isNew = !partition.rows.has(sk);
    if (write.kind === 'delete-if-version') partition.rows.delete(sk);
    else partition.rows.set(sk, write.row);
    if (isNew || write.kind === 'delete-if-version') partition.sorted = null;
  }

  function transact(writes: readonly Write[]): WriteOutcome {
    const conflicts = writes.flatMap((write, index) => (holds(write) ? [] : [index]));
    if (conflicts.length > 0) return { done: false, conflicts };
    for (const write of writes) apply(write);
    return { done: true };
  }

  return {
    get: async (table, key) => find(table, key),
    batchGet: async (table, keys) => keys.flatMap((key) => find(table, key) ?? []),
    range: async ({ table, pk, from, to, order = 'ascending', limit, after }) => {
      const partition = partitionOf(table, pk);
      partition.sorted ??= [...partition.rows.keys()].sort();
      const up = order === 'ascending';
      const keys = partition.sorted.filter((sk) => {
        if ((from !== undefined && sk < from) || (to !== undefined && sk > to)) return false;
        return after === undefined || (up ? sk > after : sk < after);
      });
      if (!up) keys.reverse();
      const rows = keys.slice(0, limit).flatMap((sk) => partition.rows.get(sk) ?? []);
      return { rows, next: keys.length > limit ? (keys[limit - 1] ?? null) : null };
    },
    write: async (write) => transact([write]),
    transact: async (writes) => transact(writes),
  };
}
