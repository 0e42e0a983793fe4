import { expect, it } from 'vitest';
import type { Tables } from '../../functions/shell/ports/tables.ts';
import {
  beginSearches,
  keepPlace,
  readSearches,
} from '../../functions/shell/stores/recall-store.ts';
import { MemoryTables } from '../simulation/memory-tables.ts';
import { seeded } from '../support/seeded.ts';

/*
 * A person with many contact points has that many searches, and workers move them on while further
 * changes of the same person begin them anew.
 */
it('searches of many keys begin beside workers who move them all the time', async () => {
  const tables = new MemoryTables({ now: () => 0 });
  const random = seeded(7);
  const keys = Array.from({ length: 60 }, (_, index) => String(index).padStart(64, '0'));
  const searches = keys.map((key) => ({ key, listing: false }));
  await beginSearches({ tables }, 'cmp_1', searches);
  const moved = { next: 1, left: 3 };
  let moves = 0;
  const busy: Tables = {
    get: (table, key) => tables.get(table, key),
    range: (query) => tables.range(query),
    write: (write) => tables.write(write),
    transact: (writes) => tables.transact(writes),
    batchGet: async (table, wanted) => {
      const rows = await tables.batchGet(table, wanted);
      const all = await readSearches({ tables }, 'cmp_1');
      const some = all[Math.floor(random() * all.length)];
      if (some !== undefined) await keepPlace({ tables }, 'cmp_1', { ...some, at: moved });
      moves++;
      return rows;
    },
  };
  await beginSearches({ tables: busy }, 'cmp_1', searches);
  expect(moves).toBeGreaterThan(1);
  const left = (await readSearches({ tables }, 'cmp_1')).filter(({ at }) => at !== null);
  // What was moved behind the write that began it is under way, and no more than that.
  expect(left.length).toBeLessThan(moves);
});
