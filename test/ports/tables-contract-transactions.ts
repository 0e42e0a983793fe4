import { describe, expect, it } from 'vitest';
import type { Tables } from '../../functions/shell/ports/tables.ts';
import {
  conflictAt,
  DONE,
  freshPk,
  newRow,
  put,
  remove,
  replace,
  requireVersion,
  type TablesHome,
} from './tables-home.ts';

const table = 'contact-points';

export function describeTransactions(home: () => TablesHome): void {
  describe('a transaction', () => {
    it('does all its writes, in several tables', async () => {
      const { tables } = home();
      const pk = freshPk();
      const kept = newRow({ pk, sk: 'kept' });
      const gone = newRow({ pk, sk: 'gone' });
      const old = newRow({ pk, sk: 'old' });
      const setUp = [put(table, kept), put(table, gone), put(table, old)];
      expect(await tables.transact(setUp)).toEqual(DONE);
      const event = newRow({ pk, sk: 'event' }, { body: Uint8Array.of(1, 2) });
      const raised = { ...old, version: 2, body: 'raised' };
      const outcome = await tables.transact([
        put('ledger', event),
        replace(table, raised),
        remove(table, gone, 1),
        requireVersion(table, kept, 1),
        requireVersion(table, { pk, sk: 'never' }, 0),
      ]);
      expect(outcome).toEqual(DONE);
      expect(Buffer.from((await tables.get('ledger', event))?.body ?? '')).toEqual(
        Buffer.from([1, 2]),
      );
      expect(await tables.get(table, old)).toEqual(raised);
      expect(await tables.get(table, gone)).toBeNull();
      expect(await tables.get(table, kept)).toEqual(kept);
      expect(await tables.get(table, { pk, sk: 'never' })).toBeNull();
    });

    it('does nothing when one write is refused, and names every one that is', async () => {
      const { tables } = home();
      const pk = freshPk();
      const stored = newRow({ pk, sk: 'stored' });
      await tables.write(put(table, stored));
      const outcome = await tables.transact([
        put(table, newRow({ pk, sk: 'new' })),
        put(table, stored),
        replace(table, newRow({ pk, sk: 'missing' }, { version: 2 })),
        put('ledger', newRow({ pk, sk: 'event' })),
        remove(table, { pk, sk: 'missing, too' }, 1),
        requireVersion(table, { pk, sk: 'absent' }, 1),
      ]);
      expect(outcome).toEqual(conflictAt(1, 2, 4, 5));
      expect(await tables.get(table, { pk, sk: 'new' })).toBeNull();
      expect(await tables.get('ledger', { pk, sk: 'event' })).toBeNull();
      expect(await tables.get(table, stored)).toEqual(stored);
    });

    it('holds 100 writes', async () => {
      const { tables } = home();
      const pk = freshPk();
      const rows = Array.from({ length: 100 }, (_, index) => newRow({ pk, sk: `${1000 + index}` }));
      expect(await tables.transact(rows.map((row) => put(table, row)))).toEqual(DONE);
      const page = await tables.range({ table, pk, limit: 1000 });
      expect(page).toEqual({ rows, next: null });
    });
  });
}

/** Raises a counter by one, as often as it takes. */
async function raise(tables: Tables, key: { pk: string; sk: string }): Promise<void> {
  for (;;) {
    const row = await tables.get(table, key);
    const next =
      row === null
        ? newRow(key, { body: '1' })
        : { ...row, version: row.version + 1, body: String(Number(row.body) + 1) };
    if ((await tables.write(replace(table, next))).done) return;
  }
}

export function describeRaces(home: () => TablesHome): void {
  describe('writers at the same time', () => {
    it.each(['equal', 'different'])('lets one of ten %s new rows in', async (kind) => {
      const { tables } = home();
      const key = { pk: freshPk(), sk: 'a' };
      const outcomes = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          tables.write(put(table, newRow(key, { body: kind === 'equal' ? 'same' : `${index}` }))),
        ),
      );
      expect(outcomes.filter((outcome) => outcome.done)).toHaveLength(1);
    });

    it.each(['equal', 'different'])('lets one of ten %s replacements through', async (kind) => {
      const { tables } = home();
      const key = { pk: freshPk(), sk: 'a' };
      await tables.write(put(table, newRow(key)));
      const outcomes = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          tables.write(
            replace(
              table,
              newRow(key, { version: 2, body: kind === 'equal' ? 'same' : `${index}` }),
            ),
          ),
        ),
      );
      expect(outcomes.filter((outcome) => outcome.done)).toHaveLength(1);
    });

    it('loses no increment of a counter', async () => {
      const { tables } = home();
      const key = { pk: freshPk(), sk: 'counter' };
      await Promise.all(
        Array.from({ length: 5 }, async () => {
          for (let count = 0; count < 4; count++) await raise(tables, key);
        }),
      );
      expect(await tables.get(table, key)).toMatchObject({ version: 20, body: '20' });
    });

    it('lets one of five overlapping transactions through', async () => {
      const { tables } = home();
      const pk = freshPk();
      const outcomes = await Promise.all(
        Array.from({ length: 5 }, (_, index) =>
          tables.transact([
            put('ledger', newRow({ pk, sk: `event ${index}` })),
            put(table, newRow({ pk, sk: 'state' }, { body: `${index}` })),
          ]),
        ),
      );
      const winner = outcomes.findIndex((outcome) => outcome.done);
      expect(outcomes.filter((outcome) => outcome.done)).toHaveLength(1);
      expect(outcomes.filter((outcome) => !outcome.done)).toEqual(
        Array.from({ length: 4 }, () => conflictAt(1)),
      );
      expect((await tables.range({ table: 'ledger', pk, limit: 10 })).rows).toEqual([
        newRow({ pk, sk: `event ${winner}` }),
      ]);
    });
  });
}
