import { describe, expect, it } from 'vitest';
import type { Row } from '../../functions/shell/ports/tables.ts';
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

const table = 'campaigns';

const bodies: readonly (readonly [string, Row['body']])[] = [
  ['text', '{"name":"Größe 42 — 😀"}'],
  ['an empty text', ''],
  ['a text with a zero', 'a\0b'],
  ['bytes', Uint8Array.of(0, 1, 127, 128, 255)],
  ['no bytes', new Uint8Array(0)],
  ['300 KB of text', 'ä'.repeat(150 * 1024)],
  ['300 KB of bytes', new Uint8Array(300 * 1024).map((_, index) => index % 251)],
];

export function describeWrites(home: () => TablesHome): void {
  describe('a row', () => {
    it.each(bodies)('keeps its body: %s', async (_, body) => {
      const { tables } = home();
      const row = newRow({ pk: freshPk(), sk: 'a' }, { body });
      expect(await tables.write(put(table, row))).toEqual(DONE);
      const read = await tables.get(table, row);
      expect(read?.version).toBe(1);
      expect(typeof read?.body).toBe(typeof body);
      expect(Buffer.compare(Buffer.from(read?.body ?? '?'), Buffer.from(body))).toBe(0);
      expect(read).not.toHaveProperty('expiresAt');
    });

    it('is null where there is none', async () => {
      const { tables } = home();
      const row = newRow({ pk: freshPk(), sk: 'a' });
      await tables.write(put(table, row));
      expect(await tables.get(table, { pk: row.pk, sk: 'b' })).toBeNull();
      expect(await tables.get('ledger', row)).toBeNull();
    });
  });
  describeConditions(home);
}

function describeConditions(home: () => TablesHome): void {
  describe('one write', () => {
    it('puts a row only where there is none', async () => {
      const { tables } = home();
      const row = newRow({ pk: freshPk(), sk: 'a' });
      await tables.write(put(table, row));
      expect(await tables.write(put(table, { ...row, body: 'other' }))).toEqual(conflictAt(0));
      expect(await tables.get(table, row)).toEqual(row);
    });

    it('replaces only the version before, and raises it by one', async () => {
      const { tables } = home();
      const row = newRow({ pk: freshPk(), sk: 'a' });
      const second = { ...row, version: 2, body: 'second' };
      expect(await tables.write(replace(table, second))).toEqual(conflictAt(0));
      await tables.write(put(table, row));
      expect(await tables.write(replace(table, { ...second, version: 3 }))).toEqual(conflictAt(0));
      expect(await tables.write(replace(table, second))).toEqual(DONE);
      expect(await tables.get(table, row)).toEqual(second);
      expect(await tables.write(replace(table, second))).toEqual(conflictAt(0));
      expect(await tables.write(replace(table, { ...second, version: 3 }))).toEqual(DONE);
    });

    it('takes version 1 in a replacement for "there is none yet"', async () => {
      const { tables } = home();
      const row = newRow({ pk: freshPk(), sk: 'a' });
      expect(await tables.write(replace(table, row))).toEqual(DONE);
      expect(await tables.write(replace(table, row))).toEqual(conflictAt(0));
    });

    it('deletes only the version named, and starts again at 1', async () => {
      const { tables } = home();
      const row = newRow({ pk: freshPk(), sk: 'a' });
      expect(await tables.write(remove(table, row, 1))).toEqual(conflictAt(0));
      await tables.write(put(table, row));
      expect(await tables.write(remove(table, row, 2))).toEqual(conflictAt(0));
      expect(await tables.get(table, row)).toEqual(row);
      expect(await tables.write(remove(table, row, 1))).toEqual(DONE);
      expect(await tables.get(table, row)).toBeNull();
      expect(await tables.write(put(table, row))).toEqual(DONE);
    });

    it('requires a version without writing', async () => {
      const { tables } = home();
      const row = newRow({ pk: freshPk(), sk: 'a' });
      expect(await tables.write(requireVersion(table, row, 0))).toEqual(DONE);
      expect(await tables.write(requireVersion(table, row, 1))).toEqual(conflictAt(0));
      await tables.write(put(table, row));
      expect(await tables.write(requireVersion(table, row, 0))).toEqual(conflictAt(0));
      expect(await tables.write(requireVersion(table, row, 1))).toEqual(DONE);
      expect(await tables.get(table, row)).toEqual(row);
    });
  });
}

/** Programmer errors: what one home could not do, no home does. */
export function describeRefusals(home: () => TablesHome): void {
  const key = { pk: 'pk', sk: 'sk' };
  const badKeys: readonly (readonly [string, { pk: string; sk: string }])[] = [
    ['an empty partition key', { pk: '', sk: 'sk' }],
    ['an empty sort key', { pk: 'pk', sk: '' }],
    ['half a surrogate pair', { pk: 'pk', sk: 'a\ud83d' }],
    ['a zero', { pk: 'pk\0', sk: 'sk' }],
    ['a partition key of 2,049 bytes', { pk: 'ä'.repeat(1024) + 'a', sk: 'sk' }],
    ['a sort key of 1,025 bytes', { pk: 'pk', sk: 'ä'.repeat(512) + 'a' }],
  ];

  describe('refuses', () => {
    it.each(badKeys)('%s', async (_, bad) => {
      const { tables } = home();
      await expect(tables.get(table, bad)).rejects.toThrow('key');
      await expect(tables.batchGet(table, [bad])).rejects.toThrow('key');
      await expect(tables.write(put(table, newRow(bad)))).rejects.toThrow('key');
      await expect(tables.transact([put(table, newRow(bad))])).rejects.toThrow('key');
    });

    it.each<readonly [string, Partial<Row>, string]>([
      ['a new row of version 2', { version: 2 }, 'version'],
      ['a row of more than 400 KB', { body: 'a'.repeat(400 * 1024) }, 'fits'],
      ['a body with half a surrogate pair', { body: '\ud83d' }, 'Unicode'],
      ['an expiry in a table that keeps its rows', { expiresAt: 1_000 }, 'expire'],
    ])('%s', async (_, more, message) => {
      const { tables } = home();
      await expect(tables.write(put(table, newRow(key, more)))).rejects.toThrow(message);
    });

    it('an expiry with a fraction of a second', async () => {
      const { tables } = home();
      const row = newRow(key, { expiresAt: 1_500 });
      await expect(tables.write(put('requests', row))).rejects.toThrow('whole second');
    });

    it.each([-1, 0, 1.5])('to delete version %d', async (version) => {
      const { tables } = home();
      await expect(tables.write(remove(table, key, version))).rejects.toThrow('version');
    });

    it('the same row twice', async () => {
      const { tables } = home();
      const row = newRow(key);
      const twice = [put(table, row), requireVersion(table, key, 0)];
      await expect(tables.transact(twice)).rejects.toThrow('another row');
      await expect(tables.batchGet(table, [key, key])).rejects.toThrow('distinct');
    });

    it('a transaction of no write, of 101, or of more than 4 MB', async () => {
      const { tables } = home();
      const rows = (count: number, body: string) =>
        Array.from({ length: count }, (_, index) =>
          put(table, newRow({ pk: 'pk', sk: `${index}` }, { body })),
        );
      await expect(tables.transact([])).rejects.toThrow('1 to 100');
      await expect(tables.transact(rows(101, ''))).rejects.toThrow('1 to 100');
      await expect(tables.transact(rows(11, 'a'.repeat(390_000)))).rejects.toThrow('4 MB');
    });

    it.each([0, 1001, 1.5])('a range page of %d rows', async (limit) => {
      await expect(home().tables.range({ table, pk: 'pk', limit })).rejects.toThrow('1,000');
    });
  });
}
