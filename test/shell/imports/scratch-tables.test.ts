import { describe, expect, it } from 'vitest';
import { createScratchTables } from '../../../functions/shell/imports/scratch-tables.ts';
import { openDatabase } from '../../../functions/shell/ports/sqlite-database.ts';
import { createSqliteTables } from '../../../functions/shell/ports/sqlite-tables.ts';
import type { Row, Tables, Write } from '../../../functions/shell/ports/tables.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { seeded } from '../../support/seeded.ts';

const TABLE = 'ledger';

function newTables(): Tables {
  return createSqliteTables({ database: openDatabase(':memory:'), clock: manualClock(1000) });
}

function put(pk: string, sk: string, version: number, body: string): Write {
  const row: Row = { pk, sk, version, body };
  return version === 1
    ? { kind: 'put-if-absent', table: TABLE, row }
    : { kind: 'put-if-version', table: TABLE, row };
}

/** Writes and reads that a seed decides, answered by two tables alike. */
describe.each([1, 2, 3, 4, 5])('scratch tables, with seed %i', (seed) => {
  it('answer as the tables themselves would, and leave them as they were', async () => {
    const random = seeded(seed);
    const whole = (most: number) => Math.floor(random() * most);
    const [base, twin] = [newTables(), newTables()];
    for (let count = 0; count < 30; count++) {
      const write = put(`p${whole(3)}`, `s${whole(20)}`, 1, `base ${count}`);
      await base.write(write);
      await twin.write(write);
    }
    const scratch = createScratchTables(base, 10_000);
    const before = await base.range({ table: TABLE, pk: 'p0', limit: 1000 });
    for (let step = 0; step < 200; step++) {
      const pk = `p${whole(3)}`;
      const write = put(pk, `s${whole(20)}`, 1 + whole(3), `step ${step}`);
      const other = put(`p${whole(3)}`, `t${step}`, 1, 'new');
      expect(await scratch.transact([write, other])).toEqual(await twin.transact([write, other]));
      const query = {
        ...({ table: TABLE, pk, limit: 1 + whole(6) } as const),
        ...(random() < 0.5 ? { order: 'descending' as const } : {}),
        ...(random() < 0.5 ? { after: `s${whole(20)}` } : {}),
        ...(random() < 0.3 ? { from: `s${whole(20)}` } : {}),
        ...(random() < 0.3 ? { to: `t${whole(20)}` } : {}),
      };
      const page = await scratch.range(query);
      const expected = await twin.range(query);
      expect(page.rows).toEqual(expected.rows);
      // A page may be followed by an empty one, and never hides what lies behind it.
      if (expected.next !== null) expect(page.next).toBe(expected.next);
      const keys = [0, 1, 2].map((part) => ({ pk, sk: `s${part * 5 + whole(5)}` }));
      const byKey = (rows: readonly Row[]) => rows.toSorted((a, b) => (a.sk < b.sk ? -1 : 1));
      expect(byKey(await scratch.batchGet(TABLE, keys))).toEqual(
        byKey(await twin.batchGet(TABLE, keys)),
      );
      const [key] = keys;
      if (key !== undefined)
        expect(await scratch.get(TABLE, key)).toEqual(await twin.get(TABLE, key));
    }
    expect(await base.range({ table: TABLE, pk: 'p0', limit: 1000 })).toEqual(before);
  });
});

it('scratch tables hold no more rows than they may', async () => {
  const scratch = createScratchTables(newTables(), 10);
  for (let row = 0; row < 100; row++) await scratch.write(put('p', `s${row}`, 1, 'x'));
  const { rows } = await scratch.range({ table: TABLE, pk: 'p', limit: 1000 });
  expect(rows.length).toBeGreaterThanOrEqual(10);
  expect(rows.length).toBeLessThan(20);
  expect(await scratch.get(TABLE, { pk: 'p', sk: 's99' })).not.toBeNull();
});
