import { describe, expect, it } from 'vitest';
import type { Row } from '../../functions/shell/ports/tables.ts';
import {
  freshPk,
  newRow,
  put,
  remove,
  replace,
  requireVersion,
  type TablesHome,
} from './tables-home.ts';

const table = 'contact-points';

/** The same bytes in one class, whichever one the store answers with. */
function plain(row: Row | null): unknown {
  return row === null || typeof row.body === 'string'
    ? row
    : { ...row, body: Buffer.from(row.body) };
}

export function describeChangeFeed(home: () => TablesHome): void {
  describe('the change feed', () => {
    it('tells each change of a row in order, with what was before and after', async () => {
      const { tables, changesOf } = home();
      const pk = freshPk();
      const first = newRow({ pk, sk: 'ä' }, { body: Buffer.from([1, 2, 255]) });
      const second = { ...first, version: 2, body: Buffer.from([]) };
      const third = { ...first, version: 3, body: 'text' };
      await tables.write(put(table, first));
      await tables.write(replace(table, second));
      await tables.transact([replace(table, third), put('ledger', newRow({ pk, sk: 'event' }))]);
      await tables.write(remove(table, first, 3));
      const changes = await changesOf(table, pk);
      const key = { pk, sk: 'ä' };
      expect(changes.map(({ before, after }) => [plain(before), plain(after)])).toEqual([
        [null, first],
        [first, second],
        [second, third],
        [third, null],
      ]);
      expect(changes.map((change) => change.key)).toEqual([key, key, key, key]);
      const sequences = changes.map((change) => change.sequence);
      expect(sequences).toEqual(sequences.toSorted());
      expect(new Set(sequences).size).toBe(4);
    });

    it('tells nothing of what was refused or only required', async () => {
      const { tables, changesOf } = home();
      const pk = freshPk();
      const row = newRow({ pk, sk: 'a' });
      await tables.write(put(table, row));
      await tables.write(put(table, row));
      await tables.write(remove(table, row, 2));
      await tables.transact([requireVersion(table, row, 1)]);
      await tables.transact([put(table, newRow({ pk, sk: 'b' })), requireVersion(table, row, 2)]);
      expect((await changesOf(table, pk)).map((change) => change.after)).toEqual([row]);
    });
  });
}
