import {
  cellReader,
  lineReader,
  type ReadRecipient,
} from '../../../shared/campaign/audience-reader.ts';
import { CsvScanner } from '../../../shared/campaign/csv-scan.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type { Channel } from '../../../shared/contract/vocabulary.ts';
import { assert } from '../../../shared/kernel/assert.ts';
import type { StoredUpload } from '../stores/campaign-store.ts';
import type { UploadTable } from './cut-upload.ts';
import { decoderOf } from './upload-bytes.ts';

/** A row of an upload: who it names, and the caller's own line in UTF-8. */
export interface UploadRow {
  readonly number: number;
  readonly line: Uint8Array;
  readonly read: ReadRecipient;
}

/** How the rows of a stretch are understood. */
export interface StretchOf {
  readonly upload: StoredUpload;
  readonly channel: Channel;
  /** Of a CSV. */
  readonly table: UploadTable | null;
}

const LF = 0x0a;
const CR = 0x0d;

/** The rows of a stretch that say anything; `number` is that of the row before it. */
export function readStretch(
  bytes: Uint8Array,
  number: number,
  { upload, channel, table }: StretchOf,
): Generator<UploadRow> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (upload.format === 'ndjson') return lines(buffer, number, upload, channel);
  assert(table !== null, 'a CSV has a header');
  return records(buffer, number, { upload, channel, table });
}

function* records(
  bytes: Buffer,
  before: number,
  { upload, channel, table }: StretchOf & { readonly table: UploadTable },
): Generator<UploadRow> {
  const { columns, delimiter } = table;
  const scanner = new CsvScanner(delimiter);
  const read = cellReader(columns, upload.mapping, channel);
  const isUtf8 = upload.encoding === 'utf-8';
  const decode = decoderOf(upload.encoding);
  const cellOf = (index: number) =>
    isUtf8 ? scanner.text(bytes, index) : decode(scanner.cell(bytes, index));
  let number = before;
  for (let position = 0; position < bytes.length;) {
    const scan = scanner.scan(bytes, position, true);
    assert(scan.kind === 'record', 'a stretch has whole records');
    const { start, end, next, cells } = scan.record;
    position = next;
    if (start === end) continue;
    const line = bytes.subarray(start, end);
    number++;
    // A record of nothing but delimiters is what spreadsheets leave behind the last row.
    if (isBlank(line, delimiter)) continue;
    const text = isUtf8 ? line : Buffer.from(decode(line));
    yield { number, line: text, read: read(cellOf, cells) };
  }
}

const BLANKS = new Set([0x20, 0x09, 0x22]);

function isBlank(line: Uint8Array, delimiter: string): boolean {
  const sign = delimiter.charCodeAt(0);
  return line.every((byte) => byte === sign || BLANKS.has(byte));
}

/** Lines that say anything, numbered as an editor does. */
function* lines(
  bytes: Buffer,
  before: number,
  upload: StoredUpload,
  channel: Channel,
): Generator<UploadRow> {
  const read = lineReader(upload.mapping, channel);
  const decode = decoderOf(upload.encoding);
  let number = before;
  for (let position = 0; position < bytes.length;) {
    const start = position;
    const found = bytes.indexOf(LF, start);
    const lineEnd = found < 0 ? bytes.length : found;
    position = lineEnd + 1;
    number++;
    const end = lineEnd > start && bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
    if (end - start > limits.importRowBytes) {
      const line = new Uint8Array(0);
      yield { number, line, read: { ok: false, code: 'too-long', ref: null } };
      continue;
    }
    const own = bytes.subarray(start, end);
    const words = decode(own);
    if (words.trim() === '') continue;
    const line = upload.encoding === 'utf-8' ? own : Buffer.from(words);
    yield { number, line, read: read(words) };
  }
}
