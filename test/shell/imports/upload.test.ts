import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { checkedUtf8 } from '../../../functions/shell/imports/check-encoding.ts';
import {
  delimiterOf,
  openTable,
  uploadLines,
} from '../../../functions/shell/imports/upload-rows.ts';
import { openUpload } from '../../../functions/shell/imports/upload-text.ts';
import type { Files } from '../../../functions/shell/ports/files.ts';
import { absentFiles } from '../../../functions/shell/absent-ports.ts';
import { limits } from '../../../shared/contract/limits.ts';

/** The bytes in pieces of a size, as a network or a disk hands them on. */
async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size)
    yield bytes.subarray(start, start + size);
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const pieces = [1, 2, 3, 5, 7, 1000];

describe('lines', () => {
  const text = '\ufeff{"a":1}\n\n  \r\n{"b":"ü€😀"}\r\n{"c":3}';
  const bytes = Buffer.from(text);

  it.each(pieces)('are the same in pieces of %i bytes', async (size) => {
    const rows = await all(uploadLines(inPieces(bytes, size)));
    expect(rows.map(({ row }) => row)).toEqual([
      { number: 1, line: '{"a":1}' },
      { number: 4, line: '{"b":"ü€😀"}\r' },
      { number: 5, line: '{"c":3}' },
    ]);
  });

  it('can be read on from the end of any of them', async () => {
    const rows = await all(uploadLines(inPieces(bytes, 4)));
    for (const [index, { row, endsAt }] of rows.entries()) {
      const from = { number: row.number, offset: endsAt };
      const rest = await all(uploadLines(inPieces(bytes.subarray(endsAt), 3), from));
      expect(rest).toEqual(rows.slice(index + 1));
    }
  });

  it('that are too long are told and not kept', async () => {
    const long = 'x'.repeat(limits.importRowBytes);
    const rows = await all(uploadLines(inPieces(Buffer.from(`${long}\n${long}y\nz`), 50_000)));
    expect(rows.map(({ row }) => ('line' in row ? row.line.length : 'too long'))).toEqual([
      long.length,
      'too long',
      1,
    ]);
  });
});

describe('the encoding', () => {
  const refusalOf = async (bytes: Uint8Array, size: number) => {
    try {
      await all(checkedUtf8(inPieces(bytes, size)));
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  const text = 'plain, ü, €, 😀 and more';
  const good = Buffer.from(text);
  const faults: readonly (readonly [name: string, bytes: Uint8Array, place: number])[] = [
    ['a letter of Windows-1252', Buffer.concat([good, Buffer.from([0xfc, 0x20])]), good.length],
    ['a lone continuation', Buffer.concat([good, Buffer.from([0x80])]), good.length],
    ['the half of a character', Buffer.concat([good, Buffer.from([0xe2, 0x82])]), good.length],
    ['an overlong form', Buffer.concat([good, Buffer.from([0xc0, 0xaf])]), good.length],
    [
      'half of a surrogate pair',
      Buffer.concat([good, Buffer.from([0xed, 0xa0, 0x80])]),
      good.length,
    ],
    ['a fault in the middle', Buffer.concat([Buffer.from([0xff]), good]), 0],
  ];

  it.each(pieces)('that is UTF-8 passes unchanged in pieces of %i bytes', async (size) => {
    const passed = await all(checkedUtf8(inPieces(good, size)));
    expect(Buffer.concat(passed).toString('utf8')).toBe(text);
  });

  it.each(faults)('%s is refused at its byte', async (_, bytes, place) => {
    for (const size of pieces) {
      expect(await refusalOf(bytes, size)).toMatch(new RegExp(`^byte ${place} \\(0x`));
    }
  });
});

describe('tables', () => {
  it.each<readonly [string, string]>([
    ['a,b,c;d\n1,2', ','],
    ['a;b;c\n1,5;2;3', ';'],
    ['a\tb\n1\t2', '\t'],
    ['"a,b,c";d\n', ';'],
    ['email\na@example.org\n', ','],
    ['"with\nbreak";b\n', ';'],
  ])('%j is separated by %j', (text, delimiter) => {
    expect(delimiterOf(text)).toBe(delimiter);
  });

  it.each(pieces)('are the same in pieces of %i bytes', async (size) => {
    const text = '\ufeffname;note\r\n"Muster; Erika";"said ""no""\r\nand left"\r\n\r\n;\r\nMax\r\n';
    const { header, rows } = await openTable(inPieces(Buffer.from(text), size));
    expect(header).toEqual(['name', 'note']);
    expect((await all(rows)).map(({ row }) => row)).toEqual([
      { number: 1, cells: ['Muster; Erika', 'said "no"\r\nand left'] },
      { number: 3, cells: ['Max'] },
    ]);
  });

  it('with a quote that is not closed name a line and quote nothing', async () => {
    const text = `a,b\n"secret,${'x'.repeat(300_000)}\n`;
    const read = async () => all((await openTable(inPieces(Buffer.from(text), 1000))).rows);
    await expect(read()).rejects.toThrow(/^the file is no CSV at line 2: a record has more bytes/);
  });
});

describe('an upload', () => {
  const stored = (bytes: Uint8Array): Files => ({
    ...absentFiles,
    size: () => Promise.resolve(bytes.length),
    get: (_, range) => {
      const end = range === undefined ? bytes.length : range.end + 1;
      return Promise.resolve(inPieces(bytes.subarray(range?.start ?? 0, end), 11));
    },
  });
  const key = { fileClass: 'upload', name: 'u' } as const;
  const text = Buffer.from('line one\nline two\nline three\n');

  it.each<readonly [string, Uint8Array, boolean]>([
    ['plain', text, false],
    ['packed', gzipSync(text), true],
    [
      'packed in two members',
      Buffer.concat([gzipSync(text.subarray(0, 7)), gzipSync(text.subarray(7))]),
      true,
    ],
  ])('%s is read from any place of its text', async (_, bytes, packed) => {
    for (const from of [0, 1, 9, text.length - 1, text.length]) {
      const upload = await openUpload(stored(bytes), key, from);
      if (upload === null) throw new Error('there is an upload');
      expect(upload.packed).toBe(packed);
      const read = Buffer.concat(await all(upload.chunks));
      expect(read.toString()).toBe(text.subarray(from).toString());
    }
  });

  it('that is not there is none, and an empty one is empty', async () => {
    const nowhere = { ...stored(text), size: () => Promise.resolve(null) };
    expect(await openUpload(nowhere, key)).toBeNull();
    const upload = await openUpload(stored(new Uint8Array(0)), key);
    expect(await all(upload?.chunks ?? inPieces(text, 1))).toEqual([]);
  });

  it('may be left in the middle', async () => {
    const upload = await openUpload(stored(gzipSync(text)), key);
    for await (const chunk of upload?.chunks ?? []) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
  });
});
