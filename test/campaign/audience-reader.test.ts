import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { cellReader, lineReader } from '../../shared/campaign/audience-reader.ts';
import { CsvScanner } from '../../shared/campaign/csv-scan.ts';
import { limits } from '../../shared/contract/limits.ts';
import { fastCheckRuns, propertyTimeoutMs } from '../support/property-runs.ts';

fc.configureGlobal(fastCheckRuns());
vi.setConfig({ testTimeout: propertyTimeoutMs });

const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
const cell = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.string({ unit: fc.constantFrom('"', ';', '\n', '\r', 'x', 'ü'), maxLength: 8 }),
);
const records = fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), {
  minLength: 1,
  maxLength: 6,
});

/** All records, however few bytes are there at a time. */
function scanned(bytes: Buffer, step: number): readonly (readonly string[])[] {
  const scanner = new CsvScanner(';');
  const found: string[][] = [];
  let position = 0;
  for (let end = step; position < bytes.length; end += step) {
    const part = bytes.subarray(0, end);
    for (;;) {
      if (position >= part.length) break;
      const scan = scanner.scan(part, position, end >= bytes.length);
      if (scan.kind === 'broken') throw new Error(scan.why);
      if (scan.kind === 'more') break;
      const { cells, next } = scan.record;
      found.push(
        Array.from({ length: cells }, (_, index) =>
          Buffer.from(scanner.cell(part, index)).toString('utf8'),
        ),
      );
      position = next;
    }
  }
  return found;
}

describe('a CSV that is scanned', () => {
  it('has the cells that were written, wherever its bytes are cut', () => {
    const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
    const step = fc.integer({ min: 1, max: 64 });
    fc.assert(
      fc.property(records, lineEnd, step, fc.boolean(), (rows, end, size, isEnded) => {
        const lines = rows.map((row) => row.map(quoted).join(';'));
        const text = lines.join(end) + (isEnded ? end : '');
        expect(scanned(Buffer.from(text), size)).toEqual(rows);
      }),
    );
  });

  it('has plain cells as they stand', () => {
    expect(scanned(Buffer.from('a;;b \n;x'), 3)).toEqual([
      ['a', '', 'b '],
      ['', 'x'],
    ]);
  });

  it.each([
    ['a;b"c\n', 'stray-quote'],
    ['"a"b;c\n', 'stray-quote'],
    ['a;"b\nc', 'open-quote'],
  ])('%j is none', (text, why) => {
    expect(() => scanned(Buffer.from(text), 100)).toThrow(why);
  });
});

function readCells(
  header: readonly string[],
  cells: readonly string[],
  mapping: Readonly<Record<string, string>> = {},
) {
  const read = cellReader(header, mapping, 'EMAIL');
  return read((index) => cells[index] ?? '', cells.length);
}

describe('a mapping', () => {
  it('names columns; what it does not name is read under its own name', () => {
    const header = ['Mail', 'email', 'ref', 'age'];
    const cells = [' anna@example.org ', 'other@example.org', '7', '41'];
    expect(readCells(header, cells, { email: 'Mail' })).toEqual({
      ok: true,
      recipient: { ref: '7', email: 'anna@example.org' },
    });
    expect(readCells(header, cells)).toMatchObject({ recipient: { email: cells[1] } });
  });

  it.each([
    [['a'], {}, 'no column that names anybody'],
    [['name', 'street', 'postalCode', 'city'], {}, 'no column that names anybody'],
    [['email'], { phone: 'Telefon' }, 'no column `Telefon`'],
    [['email', 'x', 'email'], {}, 'the column `email` twice'],
    [Array.from({ length: limits.audienceColumns + 1 }, () => 'c'), {}, 'columns'],
  ])('of %j by %j is refused', (header, mapping, detail) => {
    expect(() => readCells(header, [], mapping)).toThrow(detail);
  });

  it('quotes nothing of a header: a file without one begins with a person', () => {
    const header = ['anna@example.org', '+49 30 23125 001'];
    expect(() => readCells(header, [])).toThrow(/^(?!.*anna)(?!.*23125).*$/su);
  });

  it('reads the same of lines as of cells', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 12 }).map((each) => each.trim());
    const columns = ['ref', 'id', 'email', 'phone', 'size'];
    fc.assert(
      fc.property(fc.array(text, { minLength: 5, maxLength: 5 }), (cells) => {
        const members = Object.fromEntries(columns.map((name, index) => [name, cells[index]]));
        const line = lineReader({}, 'EMAIL')(JSON.stringify(members));
        expect(line).toEqual(readCells(columns, cells));
      }),
    );
  });
});
