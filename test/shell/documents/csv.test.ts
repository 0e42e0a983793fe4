import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { csvOf } from '../../../functions/shell/documents/csv.ts';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');

it('begins with a byte order mark and ends each record with CR and LF (RFC 4180, 2)', () => {
  const csv = text(csvOf(['Zweck', 'Anzahl'], [['Öffnung', 3]]));
  expect(csv).toBe('\uFEFFZweck,Anzahl\r\nÖffnung,3\r\n');
});

it.each<readonly [cell: string | number | boolean | null, written: string]>([
  ['plain', 'plain'],
  ['', ''],
  [null, ''],
  [true, 'true'],
  [-5, '-5'],
  ['a,b', '"a,b"'],
  ['a "b"', '"a ""b"""'],
  ['a\nb', '"a\nb"'],
  ['a;b', 'a;b'],
  ['=1+1', "'=1+1"],
  ['+49', "'+49"],
  ['-1', "'-1"],
  ['@x', "'@x"],
  ['\tx', "'\tx"],
  ['=HYPERLINK("x","y")', '"\'=HYPERLINK(""x"",""y"")"'],
  ['a=1', 'a=1'],
])('writes the cell %j as %j', (cell, written) => {
  expect(text(csvOf(['c'], [[cell]]))).toBe(`\uFEFFc\r\n${written}\r\n`);
});

it('is read back as it was written, whatever the cells say', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'ü', ';', "'") });
  const table = fc.array(fc.tuple(cell, cell, cell), { minLength: 1 });
  fc.assert(
    fc.property(table, (rows) => {
      const read = parse(Buffer.from(csvOf(['x', 'y', 'z'], rows)), {
        bom: true,
        relax_column_count: false,
        record_delimiter: '\r\n',
      });
      const guarded = (value: string) => (/^[\r\n]/.test(value) ? `'${value}` : value);
      expect(read).toEqual([['x', 'y', 'z'], ...rows.map((row) => row.map(guarded))]);
    }),
  );
});
