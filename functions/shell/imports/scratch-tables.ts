import type { TableName } from '../../../shared/contract/tables.ts';
import { compareUtf8, keyOf, versionBefore } from '../ports/table-checks.ts';
import type { Key, RangePage, RangeQuery, Row, Tables, Write } from '../ports/tables.ts';

/** What a dry run would have stored in one partition, by sort key. */
type Partition = Map<string, Row>;

/**
 * Tables over others that keep what is written to themselves: a dry run is the same program as the
 * import, sees what its own earlier rows would have changed, and leaves nothing behind. They hold
 * `rowsMax` rows and then forget the oldest, so that a file of any length fits.
 */
export function createScratchTables(base: Tables, rowsMax: number): Tables {
  const partitions = new Map<string, Partition>();
  const ages: (Key & { readonly table: TableName })[] = [];
  const partitionOf = (table: TableName, pk: string) => partitions.get(`${table}\0${pk}`);
  const ownRow = (table: TableName, { pk, sk }: Key) => partitionOf(table, pk)?.get(sk);

  function keep(table: TableName, row: Row): void {
    const name = `${table}\0${row.pk}`;
    const partition = partitions.get(name) ?? new Map<string, Row>();
    partitions.set(name, partition);
    if (!partition.has(row.sk)) ages.push({ table, pk: row.pk, sk: row.sk });
    partition.set(row.sk, row);
    // In one go from time to time: taking the first of a long list is slow.
    if (ages.length >= 2 * rowsMax) for (const old of ages.splice(0, rowsMax)) forget(old);
  }

  function forget({ table, pk, sk }: Key & { readonly table: TableName }): void {
    const partition = partitionOf(table, pk);
    partition?.delete(sk);
    if (partition?.size === 0) partitions.delete(`${table}\0${pk}`);
  }

  const batchGet = async (table: TableName, keys: readonly Key[]): Promise<readonly Row[]> => {
    const own = keys.flatMap((key) => ownRow(table, key) ?? []);
    const others = keys.filter((key) => ownRow(table, key) === undefined);
    return [...own, ...(await base.batchGet(table, others))];
  };

  const transact = async (writes: readonly Write[]) => {
    const stored = new Map<string, number>();
    for (const [table, own] of Map.groupBy(writes, (write) => write.table)) {
      const rows = await base.batchGet(
        table,
        own.map(keyOf).map(({ pk, sk }) => ({ pk, sk })),
      );
      for (const { pk, sk, version } of rows) stored.set(`${table}\0${pk}\0${sk}`, version);
    }
    const versionOf = (write: Write) => {
      const { pk, sk } = keyOf(write);
      const own = ownRow(write.table, { pk, sk });
      return own?.version ?? stored.get(`${write.table}\0${pk}\0${sk}`) ?? 0;
    };
    const conflicts = writes.flatMap((write, index) =>
      versionOf(write) === versionBefore(write) ? [] : [index],
    );
    if (conflicts.length > 0) return { done: false, conflicts } as const;
    for (const write of writes) {
      if (write.kind === 'delete-if-version') throw new Error('a dry run deletes nothing');
      if (write.kind !== 'require-version') keep(write.table, write.row);
    }
    return { done: true } as const;
  };

  return {
    get: async (table, key) => ownRow(table, key) ?? base.get(table, key),
    batchGet,
    range: async (query) =>
      merged(query, await base.range(query), partitionOf(query.table, query.pk)),
    write: async (write) => transact([write]),
    transact,
  };
}

/** The page with the rows of our own that lie in it. */
function merged(query: RangeQuery, page: RangePage, own: Partition | undefined): RangePage {
  if (own === undefined) return page;
  const sign = query.order === 'descending' ? -1 : 1;
  const { from, to, after } = query;
  const inPage = [...own.values()].filter(
    ({ sk }) =>
      (from === undefined || compareUtf8(sk, from) >= 0) &&
      (to === undefined || compareUtf8(sk, to) <= 0) &&
      (after === undefined || sign * compareUtf8(sk, after) > 0) &&
      (page.next === null || sign * compareUtf8(sk, page.next) <= 0),
  );
  const rows = new Map([...page.rows, ...inPage].map((row) => [row.sk, row]));
  const sorted = [...rows.values()].sort((a, b) => sign * compareUtf8(a.sk, b.sk));
  if (sorted.length <= query.limit) return { rows: sorted, next: page.next };
  const cut = sorted.slice(0, query.limit);
  return { rows: cut, next: cut.at(-1)?.sk ?? null };
}
