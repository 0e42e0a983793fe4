import { beforeAll, describe, expect, it } from 'vitest';
import type { RangeQuery, Row } from '../../functions/shell/ports/tables.ts';
import { freshPk, newRow, put, putAll, type TablesHome } from './tables-home.ts';

const table = 'decisions';

export function describeBatchReads(home: () => TablesHome): void {
  describe('a batch read', () => {
    it('answers nothing for nothing', async () => {
      expect(await home().tables.batchGet(table, [])).toEqual([]);
    });

    it('finds the 900 of 1,000 rows that exist', async () => {
      const { tables } = home();
      const pk = freshPk();
      const keys = Array.from({ length: 1000 }, (_, index) => ({
        pk: `${pk}-${index % 7}`,
        sk: `ß${index}`,
      }));
      const rows = keys.filter((_, index) => index % 10 !== 3).map((key) => newRow(key));
      await putAll(tables, table, rows);
      const found = await tables.batchGet(table, keys);
      const bySk = (first: Row, second: Row) => (first.sk < second.sk ? -1 : 1);
      expect([...found].sort(bySk)).toEqual([...rows].sort(bySk));
    });

    it('reads more than one answer of the service holds', async () => {
      const { tables } = home();
      const pk = freshPk();
      const body = new Uint8Array(350 * 1024).fill(7);
      const rows = Array.from({ length: 60 }, (_, index) =>
        newRow({ pk, sk: `${index}` }, { body }),
      );
      await putAll(tables, table, rows);
      const found = await tables.batchGet(table, rows);
      expect(new Set(found.map((row) => row.sk)).size).toBe(60);
      expect(found.every((row) => row.body.length === body.length)).toBe(true);
    });
  });
}

/** In the order of their UTF-8 bytes; by UTF-16 code units 😀 would come before ﬀ and ～. */
const sks = ['0', 'A', 'Z', 'Zz', 'a', 'z', '~', 'ß', 'ä', '€', 'ﬀ', '～', '😀', '😁'];

type Bounds = Omit<RangeQuery, 'table' | 'pk' | 'limit'>;

const selections: readonly (readonly [string, Bounds, readonly string[]])[] = [
  ['everything', {}, sks],
  ['everything backwards', { order: 'descending' }, sks.toReversed()],
  ['from a key on, which is included', { from: 'z' }, sks.slice(5)],
  ['up to a key, which is included', { to: 'z' }, sks.slice(0, 6)],
  ['from and to', { from: 'ß', to: '～' }, sks.slice(7, 12)],
  [
    'from and to backwards',
    { from: 'ß', to: '～', order: 'descending' },
    sks.slice(7, 12).toReversed(),
  ],
  ['one key', { from: 'ß', to: 'ß' }, ['ß']],
  ['between keys', { from: 'Za', to: 'Zzz' }, ['Zz']],
  ['empty bounds', { from: '' }, sks],
  ['nothing before an empty bound', { to: '' }, []],
  ['nothing where from is behind to', { from: 'z', to: 'a' }, []],
  ['nothing behind the last', { from: '😂' }, []],
  ['behind a key', { after: 'z' }, sks.slice(6)],
  ['behind a key backwards', { after: 'z', order: 'descending' }, sks.slice(0, 5).toReversed()],
  ['behind a key that is not there', { after: 'b' }, sks.slice(5)],
  ['behind a surrogate pair', { after: '😀' }, ['😁']],
  ['behind a key behind the lower bound, by bytes', { from: '～', after: '😀' }, ['😁']],
  [
    'backwards from a key below the upper bound, by bytes',
    { to: '😀', after: '～', order: 'descending' },
    sks.slice(0, 11).toReversed(),
  ],
  ['behind the last', { after: '😁' }, []],
  ['behind the first backwards', { after: '0', order: 'descending' }, []],
  ['behind an empty key', { after: '' }, sks],
  ['behind an empty key backwards', { after: '', order: 'descending' }, []],
  ['behind a key before the bounds', { from: 'a', to: 'z', after: 'A' }, ['a', 'z']],
  ['behind a key behind the bounds', { from: 'a', to: 'z', after: 'ä' }, []],
  ['behind the lower bound', { from: 'a', to: 'z', after: 'a' }, ['z']],
  ['behind the upper bound', { from: 'a', to: 'z', after: 'z' }, []],
  [
    'backwards from behind the bounds',
    { from: 'a', to: 'z', after: 'ä', order: 'descending' },
    ['z', 'a'],
  ],
  ['backwards from before the bounds', { from: 'a', to: 'z', after: 'A', order: 'descending' }, []],
  [
    'backwards from the upper bound',
    { from: 'a', to: 'z', after: 'z', order: 'descending' },
    ['a'],
  ],
  [
    'nothing backwards from the lower bound',
    { from: 'a', to: 'z', after: 'a', order: 'descending' },
    [],
  ],
];

export function describeRanges(home: () => TablesHome): void {
  describe('a range', () => {
    const pk = freshPk();
    beforeAll(async () => {
      const { tables } = home();
      // Neighbours in the order of partition keys, which must not show up.
      const neighbours = [`${pk}0`, pk.slice(0, -1)].map((other) => newRow({ pk: other, sk: 'm' }));
      const rows = sks.toReversed().map((sk) => newRow({ pk, sk }));
      await putAll(tables, table, [...rows, ...neighbours]);
    });

    it.each(selections)('answers %s', async (_, bounds, expected) => {
      const page = await home().tables.range({ table, pk, limit: 1000, ...bounds });
      expect(page.rows.map((row) => row.sk)).toEqual(expected);
      expect(page.next).toBeNull();
    });

    it.each(selections)('pages through %s', async (_, bounds, expected) => {
      const found: string[] = [];
      let after = bounds.after;
      for (;;) {
        const query = { table, pk, limit: 2, ...bounds } as const;
        const page = await home().tables.range(after === undefined ? query : { ...query, after });
        found.push(...page.rows.map((row) => row.sk));
        if (page.next === null) break;
        expect(page.rows).toHaveLength(2);
        expect(page.next).toBe(page.rows[1]?.sk);
        after = page.next;
      }
      expect(found).toEqual(expected);
    });

    it('has no next page where the limit is just reached', async () => {
      const { tables } = home();
      const full = await tables.range({ table, pk, limit: sks.length });
      expect([full.rows.length, full.next]).toEqual([sks.length, null]);
      const less = await tables.range({ table, pk, limit: sks.length - 1 });
      expect([less.rows.length, less.next]).toEqual([sks.length - 1, '😀']);
    });

    it('answers nothing for a partition key that nobody used', async () => {
      const page = await home().tables.range({ table, pk: freshPk(), limit: 10 });
      expect(page).toEqual({ rows: [], next: null });
    });

    it('answers more than 1 MB in one page', async () => {
      const { tables } = home();
      const large = freshPk();
      const body = 'x'.repeat(200_000);
      const rows = Array.from({ length: 12 }, (_, index) =>
        newRow({ pk: large, sk: `${100 + index}` }, { body }),
      );
      for (const row of rows) await tables.write(put(table, row));
      const page = await tables.range({ table, pk: large, limit: 1000 });
      expect(page.rows.map((row) => row.sk)).toEqual(rows.map((row) => row.sk));
      expect(page.next).toBeNull();
    });
  });
}
