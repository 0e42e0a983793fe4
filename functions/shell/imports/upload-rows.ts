import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { limits } from '../../../shared/contract/limits.ts';
import { assert } from '../../../shared/kernel/assert.ts';
import type { RawRow } from '../../../shared/ledger/imports/row-reader.ts';
import { UploadProblem } from './upload-problem.ts';

/** A row with how many bytes of the text lie before its end. */
export interface PlacedRow {
  readonly row: RawRow;
  readonly endsAt: number;
}

const NEWLINE = 0x0a;

/**
 * The lines of NDJSON that say anything, numbered as an editor does. A line that is too long is
 * told and not kept; behind an offset the numbers go on from the line there.
 */
export async function* uploadLines(
  chunks: AsyncIterable<Uint8Array>,
  from: { readonly number: number; readonly offset: number } = { number: 0, offset: 0 },
): AsyncGenerator<PlacedRow> {
  let { number, offset } = from;
  let parts: Uint8Array[] = [];
  let length = 0;
  const lineOf = (end: Uint8Array): RawRow | null => {
    number++;
    const bytes = length + end.length;
    const text = bytes > limits.importRowBytes ? null : decode(parts, end);
    parts = [];
    length = 0;
    if (text === null) return { number, tooLong: true };
    const line = number === 1 ? text.replace(/^\ufeff/, '') : text;
    return line.trim() === '' ? null : { number, line };
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(NEWLINE, start);
      if (end < 0) break;
      const row = lineOf(chunk.subarray(start, end));
      if (row !== null) yield { row, endsAt: offset + end + 1 };
      start = end + 1;
    }
    const rest = chunk.subarray(start);
    length += rest.length;
    if (length <= limits.importRowBytes) parts.push(rest);
    else parts = [];
    offset += chunk.length;
  }
  const last = length === 0 ? null : lineOf(new Uint8Array(0));
  if (last !== null) yield { row: last, endsAt: offset };
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function decode(parts: readonly Uint8Array[], end: Uint8Array): string {
  return decoder.decode(parts.length === 0 ? end : Buffer.concat([...parts, end]));
}

export interface Table {
  readonly header: readonly string[];
  /** Records below the header that have any cell filled, numbered from 1. */
  readonly rows: AsyncGenerator<PlacedRow>;
}

/** A CSV (RFC 4180) with comma, semicolon or tab, with line breaks within quotes, with a BOM. */
export async function openTable(chunks: AsyncGenerator<Uint8Array>): Promise<Table> {
  const head = await takeHead(chunks);
  const parser = parse({
    bom: true,
    delimiter: delimiterOf(head.text),
    // Rows of a wrong length are told one by one, so the parser must not stop at them.
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: limits.importRowBytes,
  });
  const source = Readable.from(head.chunks(), { objectMode: false });
  source.once('error', (cause) => parser.destroy(cause));
  const records = recordsOf(source.pipe(parser), () => source.destroy());
  const first = await records.next();
  if (first.done === true) throw new UploadProblem('the file has no header');
  const header = first.value.map((name) => name.trim());
  return { header, rows: numbered(records, () => parser.info.bytes) };
}

async function* recordsOf(
  parser: AsyncIterable<unknown>,
  close: () => void,
): AsyncGenerator<readonly string[]> {
  try {
    for await (const record of parser) {
      assert(Array.isArray(record), 'a record is a list of cells');
      yield record.map(String);
    }
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const { lines } = cause;
    const line = typeof lines === 'number' ? ` at line ${lines}` : '';
    throw new UploadProblem(`the file is no CSV${line}: ${reasonOf(cause.code)}`, { cause });
  } finally {
    close();
  }
}

/** In words of our own: those of the parser quote the file. */
function reasonOf(code: string): string {
  switch (code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'a quoted cell is not closed';
    case 'CSV_MAX_RECORD_SIZE':
      return 'a record has more bytes than a row may have, or a quote is not closed';
    case 'CSV_INVALID_CLOSING_QUOTE':
    case 'INVALID_OPENING_QUOTE':
      return 'a quote stands where none may stand';
    default:
      return 'it cannot be read';
  }
}

async function* numbered(
  records: AsyncGenerator<readonly string[]>,
  bytes: () => number,
): AsyncGenerator<PlacedRow> {
  let number = 0;
  for await (const cells of records) {
    number++;
    if (cells.some((cell) => cell.trim() !== '')) {
      yield { row: { number, cells }, endsAt: bytes() };
    }
  }
}

/** Enough for a header; one that is longer is told apart by its beginning. */
const HEAD_BYTES = 64 * 1024;

async function takeHead(source: AsyncGenerator<Uint8Array>) {
  const taken: Uint8Array[] = [];
  let length = 0;
  for (let next = await source.next(); next.done !== true; next = await source.next()) {
    taken.push(next.value);
    length += next.value.length;
    if (length >= HEAD_BYTES) break;
  }
  return {
    text: new TextDecoder().decode(Buffer.concat(taken).subarray(0, HEAD_BYTES)),
    async *chunks(): AsyncGenerator<Uint8Array> {
      yield* taken;
      yield* source;
    },
  };
}

/** The sign that the first record has most often outside of quotes; a comma for a single column. */
export function delimiterOf(text: string): string {
  const counts = new Map([';', ',', '\t'].map((sign) => [sign, 0]));
  let quoted = false;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (character === '\n' || character === '\r') {
      if ([...counts.values()].some((count) => count > 0)) break;
    } else {
      const count = counts.get(character);
      if (count !== undefined) counts.set(character, count + 1);
    }
  }
  const [best] = [...counts].sort(([, left], [, right]) => right - left);
  return best === undefined || best[1] === 0 ? ',' : best[0];
}
