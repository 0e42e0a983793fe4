import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import {
  openAudience,
  type StretchSize,
  type UploadTable,
} from '../../functions/shell/campaigns/cut-upload.ts';
import { readStretch, type UploadRow } from '../../functions/shell/campaigns/read-stretch.ts';
import type { UploadPlace } from '../../functions/shell/campaigns/upload-bytes.ts';
import { UploadProblem } from '../../functions/shell/imports/upload-problem.ts';
import type { Files } from '../../functions/shell/ports/files.ts';
import type { StoredUpload } from '../../functions/shell/stores/campaign-store.ts';
import { limits } from '../../shared/contract/limits.ts';
import { absentFiles } from '../../functions/shell/absent-ports.ts';
import { fastCheckRuns, propertyTimeoutMs } from '../support/property-runs.ts';

/*
 * The file of an audience comes out as the same rows, wherever it is cut, however its bytes come,
 * and from whichever place somebody goes on.
 */

fc.configureGlobal(fastCheckRuns());
vi.setConfig({ testTimeout: propertyTimeoutMs });

const whole: StretchSize = { rows: 1e9, bytes: 1e12 };
const start: UploadPlace = { offset: 0, number: 0, lines: 0 };

/** A folder with one file, whose bytes come in pieces of these sizes, over and over. */
function filesWith(content: Uint8Array, pieces: readonly number[]): Files {
  return {
    ...absentFiles,
    size: async () => content.length,
    get: async (_, range) => {
      const { start: from, end } = range ?? { start: 0, end: content.length - 1 };
      return piecesOf(content.subarray(from, end + 1), pieces);
    },
  };
}

async function* piecesOf(bytes: Uint8Array, pieces: readonly number[]) {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = pieces[turn % pieces.length] ?? bytes.length;
    yield bytes.slice(at, at + size);
    at += size;
  }
}

interface Cut {
  readonly table: UploadTable | null;
  readonly stretches: readonly {
    readonly rows: readonly UploadRow[];
    readonly from: UploadPlace;
    readonly to: UploadPlace;
    readonly isLast: boolean;
  }[];
}

async function cut(
  content: Uint8Array,
  upload: StoredUpload,
  by: {
    readonly pieces?: readonly number[];
    readonly size?: StretchSize;
    readonly from?: UploadPlace;
    readonly table?: UploadTable | null;
  } = {},
): Promise<Cut> {
  const { pieces = [content.length], size = whole, from = start, table = null } = by;
  const campaign = { id: 'cmp_x', channel: 'EMAIL', upload } as const;
  const files = filesWith(content, pieces);
  const opened = await openAudience({ files }, campaign, from, table, size);
  const stretches: Cut['stretches'][number][] = [];
  for await (const { bytes, ...place } of opened.stretches) {
    const of = { upload, channel: 'EMAIL', table: opened.table } as const;
    stretches.push({ ...place, rows: [...readStretch(bytes, place.from.number, of)] });
  }
  return { table: opened.table, stretches };
}

const rowsOf = ({ stretches }: Cut) =>
  stretches.flatMap(({ rows }) =>
    rows.map(({ line, ...row }) => ({ ...row, line: Buffer.from(line).toString('latin1') })),
  );

const pieces = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 });
const size = fc.oneof(
  fc.record({ rows: fc.integer({ min: 1, max: 5 }), bytes: fc.constant(1e9) }),
  fc.record({ rows: fc.constant(1e9), bytes: fc.integer({ min: 1, max: 1500 }) }),
);
const end = fc.constantFrom('\n', '\r\n', '\n\n', '\r\n\n');
const cell = fc.constantFrom('a', 'é', '', ' ', '"x;y"', '"two\nlines"', '"say ""so"""', '中');
const record = fc.tuple(cell, fc.nat(9), end).map(([first, number, last]) => {
  return `${first};p-${number}@example.org${last}`;
});
const table = fc
  .tuple(
    fc.constantFrom('', '\ufeff'),
    end,
    fc.array(record),
    fc.constantFrom('', 'z;z@x.org', ';'),
  )
  .map(([mark, first, records, last]) => `${mark}ref;email${first}${records.join('')}${last}`);
const line = fc
  .tuple(fc.constantFrom('{"email":"a@example.org"}', '{"ref":"é"}', 'no', '', ' ', '中'), end)
  .map((parts) => parts.join(''));
const lines = fc
  .tuple(fc.constantFrom('', '\ufeff'), fc.array(line), fc.constantFrom('', '{"ref":"z"}'))
  .map(([mark, all, last]) => `${mark}${all.join('')}${last}`);

const csv: StoredUpload = { format: 'csv', mapping: {}, encoding: 'utf-8' };
const ndjson: StoredUpload = { format: 'ndjson', mapping: {}, encoding: 'utf-8' };

describe.each([
  ['a table', csv, table],
  ['lines of JSON', ndjson, lines],
  ['a table in Windows-1252', { ...csv, encoding: 'windows-1252' } as const, table],
  ['lines in Windows-1252', { ...ndjson, encoding: 'windows-1252' } as const, lines],
])('%s', (_, upload, texts) => {
  const content = texts.map((text) =>
    upload.encoding === 'utf-8'
      ? Buffer.from(text)
      : Buffer.from(text.replaceAll(/\ufeff|中/g, 'ä'), 'latin1'),
  );

  it('has the same rows in any stretches, and as its bytes come', async () => {
    await fc.assert(
      fc.asyncProperty(content, pieces, size, async (bytes, by, most) => {
        const expected = await cut(bytes, upload);
        const found = await cut(bytes, upload, { pieces: by, size: most });
        expect(rowsOf(found)).toEqual(rowsOf(expected));
        const ends = (await cut(bytes, upload, { size: most })).stretches.map(({ to }) => to);
        expect(found.stretches.map(({ to }) => to)).toEqual(ends);
        for (const { rows, from, to } of found.stretches) {
          expect(to.number - from.number).toBeLessThanOrEqual(most.rows);
          for (const { number } of rows) {
            expect(number).toBeGreaterThan(from.number);
            expect(number).toBeLessThanOrEqual(to.number);
          }
        }
      }),
    );
  });

  it('goes on from any place as if nothing had happened', async () => {
    await fc.assert(
      fc.asyncProperty(content, pieces, size, async (bytes, by, most) => {
        const expected = await cut(bytes, upload, { size: most });
        for (const [index, { to }] of expected.stretches.entries()) {
          const again = { pieces: by, size: most, from: to, table: expected.table };
          const rest = await cut(bytes, upload, again);
          const { stretches } = { stretches: expected.stretches.slice(index + 1) };
          expect(rowsOf(rest)).toEqual(rowsOf({ ...expected, stretches }));
          expect(rest.stretches.map((each) => each.to)).toEqual(stretches.map((each) => each.to));
        }
        // Whoever hands on at a place that is called the last one would lose the others.
        for (const { isLast } of expected.stretches.slice(0, -1)) expect(isLast).toBe(false);
      }),
    );
  });
});

describe('a row that is too long', () => {
  const most = limits.importRowBytes;
  const jsonOf = (length: number) => `{"email":"a@example.org","x":"${'x'.repeat(length - 32)}"}`;

  it.each([
    ['as long as it may be', most, '\n', true],
    ['as long as it may be, with CR LF', most, '\r\n', true],
    ['a byte longer', most + 1, '\n', false],
    ['a byte longer, with CR LF', most + 1, '\r\n', false],
    ['much longer', 3 * most + 7, '\n', false],
    ['much longer, and the last one', 3 * most + 7, '', false],
  ])('of JSON: %s', async (_, length, last, isRead) => {
    const long = jsonOf(length);
    expect(long).toHaveLength(length);
    const behind = last === '' ? '' : `${jsonOf(40)}\n`;
    const content = Buffer.from(`${jsonOf(40)}\n${long}${last}${behind}`);
    for (const by of [[64 * 1024], [most + 41], [most + 42], [most + 43], [1e9]]) {
      const found = await cut(content, ndjson, { pieces: by, size: { rows: 1, bytes: 1e9 } });
      const rows = found.stretches.flatMap((stretch) => stretch.rows);
      const ok = rows.map(({ read }) => (read.ok ? true : read.code));
      const expected = [true, isRead ? true : 'too-long', ...(behind === '' ? [] : [true])];
      expect(ok).toEqual(expected);
      expect(rows.map(({ number }) => number)).toEqual(expected.map((_each, index) => index + 1));
      expect(found.stretches.at(-1)?.to.offset).toBe(content.length);
    }
  });

  it('of a table ends the reading with its line', async () => {
    const content = Buffer.from(`email\na@example.org\n${'x'.repeat(most + 1)}\n`);
    for (const by of [[64 * 1024], [1e9]]) {
      const reading = cut(content, csv, { pieces: by });
      await expect(reading).rejects.toThrow(UploadProblem);
      await expect(reading).rejects.toThrow('the record at line 3 has more than');
    }
  });

  it('of nothing but line ends takes no more memory than others', async () => {
    const content = Buffer.from(`email\n${'\n'.repeat(5000)}a@example.org\n`);
    const found = await cut(content, csv, { size: { rows: 10, bytes: 1000 } });
    expect(found.stretches.length).toBeGreaterThan(5);
    expect(rowsOf(found)).toHaveLength(1);
  });
});
