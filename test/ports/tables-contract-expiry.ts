import { describe, expect, it } from 'vitest';
import { HOUR_MS, SECOND_MS } from '../../shared/kernel/instant.ts';
import {
  conflictAt,
  DONE,
  freshPk,
  newRow,
  put,
  putAll,
  remove,
  replace,
  requireVersion,
  type TablesHome,
} from './tables-home.ts';

const table = 'requests';

/** An hour from now, at a whole second. */
function inAnHour({ clock }: TablesHome): number {
  return Math.ceil((clock.now() + HOUR_MS) / SECOND_MS) * SECOND_MS;
}

/** A row that expired a moment ago. */
async function expiredRow(home: TablesHome) {
  const expiresAt = inAnHour(home);
  const row = newRow({ pk: freshPk(), sk: 'a' }, { expiresAt });
  await home.tables.write(put(table, row));
  home.clock.advance(expiresAt - home.clock.now() + 1);
  return row;
}

export function describeExpiry(home: () => TablesHome): void {
  describe('a row that expires', () => {
    it('is there up to its instant, and then for no read', async () => {
      const { tables, clock } = home();
      const expiresAt = inAnHour(home());
      const row = newRow({ pk: freshPk(), sk: 'a' }, { expiresAt });
      const reads = async () => ({
        get: await tables.get(table, row),
        batch: await tables.batchGet(table, [row]),
        range: (await tables.range({ table, pk: row.pk, limit: 10 })).rows,
      });
      await tables.write(put(table, row));
      expect(await reads()).toEqual({ get: row, batch: [row], range: [row] });
      clock.advance(expiresAt - clock.now());
      expect(await reads()).toEqual({ get: row, batch: [row], range: [row] });
      clock.advance(1);
      expect(await reads()).toEqual({ get: null, batch: [], range: [] });
    });

    it('may be written over as if it were not there', async () => {
      const { tables, clock } = home();
      const row = await expiredRow(home());
      const again = { ...row, body: 'again', expiresAt: inAnHour(home()) };
      expect(await tables.write(put(table, again))).toEqual(DONE);
      expect(await tables.get(table, row)).toEqual(again);
      expect(await tables.write(put(table, again))).toEqual(conflictAt(0));
      clock.advance(again.expiresAt - clock.now() + 1);
      expect(await tables.transact([put(table, row)])).toEqual(DONE);
    });

    it('has no version any more', async () => {
      const { tables } = home();
      const row = await expiredRow(home());
      const second = { ...row, version: 2 };
      expect(await tables.write(replace(table, second))).toEqual(conflictAt(0));
      expect(await tables.write(remove(table, row, 1))).toEqual(conflictAt(0));
      expect(await tables.write(requireVersion(table, row, 1))).toEqual(conflictAt(0));
      expect(await tables.write(requireVersion(table, row, 0))).toEqual(DONE);
      const transaction = [
        put(table, newRow({ pk: row.pk, sk: 'b' })),
        requireVersion(table, row, 1),
      ];
      expect(await tables.transact(transaction)).toEqual(conflictAt(1));
      expect(await tables.write(replace(table, { ...row, body: 'new' }))).toEqual(DONE);
    });

    it('does not end or shorten a page', async () => {
      const { tables, clock } = home();
      const pk = freshPk();
      const expiresAt = inAnHour(home());
      const rows = Array.from({ length: 12 }, (_, index) =>
        newRow({ pk, sk: `${10 + index}` }, index % 3 === 0 ? {} : { expiresAt }),
      );
      await putAll(tables, table, rows);
      clock.advance(expiresAt - clock.now() + 1);
      const first = await tables.range({ table, pk, limit: 2 });
      expect([first.rows.map((row) => row.sk), first.next]).toEqual([['10', '13'], '13']);
      const second = await tables.range({ table, pk, limit: 2, after: '13' });
      expect([second.rows.map((row) => row.sk), second.next]).toEqual([['16', '19'], null]);
      const bounded = await tables.range({ table, pk, limit: 4, to: '21' });
      expect([bounded.rows.map((row) => row.sk), bounded.next]).toEqual([
        ['10', '13', '16', '19'],
        null,
      ]);
    });
  });
}
