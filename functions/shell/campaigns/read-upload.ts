import {
  cellReader,
  HeaderProblem,
  lineReader,
  type CellReader,
  type LineReader,
  type ReadRecipient,
} from '../../../shared/campaign/audience-reader.ts';
import { CsvScanner } from '../../../shared/campaign/csv-scan.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type { Channel } from '../../../shared/contract/vocabulary.ts';
import type { Gate } from '../gate.ts';
import { checkedUtf8, checkedWindows1252 } from '../imports/check-encoding.ts';
import { UploadProblem } from '../imports/upload-problem.ts';
import { delimiterOf } from '../imports/upload-rows.ts';
import { openUpload } from '../imports/upload-text.ts';
import type { StoredUpload } from '../stores/campaign-store.ts';
import { uploadFile } from '../stores/import-store.ts';

/** A row of an upload: who it names, and the caller's own line in UTF-8. */
export interface UploadRow {
  readonly number: number;
  readonly line: Uint8Array;
  readonly read: ReadRecipient;
}

/** A place between two rows: everything before it is done. */
export interface UploadPlace {
  /** Bytes of the text before it. */
  readonly offset: number;
  readonly number: number;
  /** Line ends before it. */
  readonly lines: number;
}

export interface OpenAudience {
  /** The header of a CSV; null for NDJSON. */
  readonly columns: readonly string[] | null;
  readonly delimiter: string | null;
  /** Where the rows begin that are read: behind the header, or where they were left. */
  readonly place: UploadPlace;
  /** Some rows at a time, with the place behind them. */
  readonly batches: AsyncGenerator<{
    readonly rows: readonly UploadRow[];
    readonly place: UploadPlace;
  }>;
  /** Bytes of the file that were read so far. */
  readonly position: () => number;
}

interface Table {
  readonly columns: readonly string[];
  readonly delimiter: string;
}

const LF = 0x0a;
const CR = 0x0d;
const BOM = [0xef, 0xbb, 0xbf] as const;

/** Enough to tell the delimiter of a header. */
const HEAD_BYTES = 64 * 1024;

/** Opens the upload of a campaign from a place on; `table` is what an earlier call has read. */
export async function openAudience(
  gate: Pick<Gate, 'files'>,
  campaign: { readonly id: string; readonly channel: Channel; readonly upload: StoredUpload },
  from: UploadPlace,
  table: Table | null,
): Promise<OpenAudience> {
  const { upload, channel } = campaign;
  const opened = await openUpload(gate.files, uploadFile(campaign.id), from.offset);
  if (opened === null) throw new UploadProblem('the upload is gone');
  const { position } = opened;
  const check = upload.encoding === 'utf-8' ? checkedUtf8 : checkedWindows1252;
  const text = new TextBytes(check(opened.chunks, from.offset), from, upload.encoding);
  try {
    if (from.offset === 0) await text.skipBom();
    if (upload.format === 'ndjson') {
      const batches = closing(text, lines(text, lineReader(upload.mapping, channel)));
      return { columns: null, delimiter: null, place: text.place, batches, position };
    }
    const header = table ?? (await readHeader(text));
    const reader = readerFor(header.columns, upload, channel);
    const batches = closing(text, records(text, header, reader));
    return { ...header, place: text.place, batches, position };
  } catch (cause) {
    await text.close();
    throw cause;
  }
}

/** The file is closed behind the last row, or when nobody wants further ones. */
async function* closing(
  text: TextBytes,
  batches: OpenAudience['batches'],
): OpenAudience['batches'] {
  try {
    yield* batches;
  } finally {
    await text.close();
  }
}

function readerFor(columns: readonly string[], upload: StoredUpload, channel: Channel): CellReader {
  try {
    return cellReader(columns, upload.mapping, channel);
  } catch (cause) {
    if (cause instanceof HeaderProblem) throw new UploadProblem(cause.message, { cause });
    throw cause;
  }
}

/** The bytes of a text, taken from the front; what is not taken stays for the next time. */
class TextBytes {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #windows1252: InstanceType<typeof TextDecoder> | null;
  #bytes: Buffer = Buffer.alloc(0);
  #ended = false;
  #offset: number;
  #lines: number;
  number: number;

  constructor(
    chunks: AsyncGenerator<Uint8Array>,
    from: UploadPlace,
    encoding: StoredUpload['encoding'],
  ) {
    this.#chunks = chunks;
    this.#offset = from.offset;
    this.#lines = from.lines;
    this.number = from.number;
    this.#windows1252 = encoding === 'utf-8' ? null : new TextDecoder(encoding);
  }

  get bytes(): Buffer {
    return this.#bytes;
  }

  /** Nothing comes behind the bytes. */
  get isEnd(): boolean {
    return this.#ended;
  }

  get isUtf8(): boolean {
    return this.#windows1252 === null;
  }

  get place(): UploadPlace {
    return { offset: this.#offset, number: this.number, lines: this.#lines };
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async more(): Promise<void> {
    const next = await this.#chunks.next();
    if (next.done === true) {
      this.#ended = true;
      return;
    }
    const { buffer, byteOffset, length } = next.value;
    const chunk = Buffer.from(buffer, byteOffset, length);
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
  }

  /** A byte order mark, which some programs write before UTF-8 (RFC 3629, section 6). */
  async skipBom(): Promise<void> {
    while (!this.#ended && this.#bytes.length < BOM.length) await this.more();
    if (BOM.every((byte, index) => this.#bytes[index] === byte)) this.take(BOM.length);
  }

  take(count: number): void {
    for (let at = this.#bytes.indexOf(LF); at >= 0 && at < count;) {
      this.#lines++;
      at = this.#bytes.indexOf(LF, at + 1);
    }
    this.#offset += count;
    this.#bytes = this.#bytes.subarray(count);
  }

  decode(bytes: Uint8Array): string {
    if (this.#windows1252 !== null) return this.#windows1252.decode(bytes);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  }

  /** The same text in UTF-8. */
  utf8(bytes: Uint8Array): Uint8Array {
    return this.#windows1252 === null ? bytes : Buffer.from(this.decode(bytes));
  }

  /** Lines before a byte that is not taken yet, as an editor counts them: the first is 1. */
  lineAt(position: number): number {
    let line = this.#lines + 1;
    for (let at = this.#bytes.indexOf(LF); at >= 0 && at < position; line++) {
      at = this.#bytes.indexOf(LF, at + 1);
    }
    return line;
  }
}

async function readHeader(text: TextBytes): Promise<Table> {
  while (!text.isEnd && text.bytes.length < HEAD_BYTES) await text.more();
  const delimiter = delimiterOf(text.decode(text.bytes.subarray(0, HEAD_BYTES)));
  const scanner = new CsvScanner(delimiter);
  for (;;) {
    if (text.bytes.length === 0 && text.isEnd) throw new UploadProblem('the file is empty');
    const scan = scanner.scan(text.bytes, 0, text.isEnd);
    if (scan.kind === 'broken') throw brokenAt(text, 0, scan.why);
    if (scan.kind === 'more') {
      refuseLong(text, 0, text.bytes.length);
      await text.more();
      continue;
    }
    const { start, end, next, cells } = scan.record;
    if (start < end) {
      const columns = Array.from({ length: cells }, (_, index) =>
        text.decode(scanner.cell(text.bytes, index)).trim(),
      );
      text.take(next);
      return { columns, delimiter };
    }
    text.take(next);
  }
}

async function* records(
  text: TextBytes,
  { delimiter }: Table,
  read: CellReader,
): OpenAudience['batches'] {
  const scanner = new CsvScanner(delimiter);
  for (;;) {
    const { bytes } = text;
    const rows: UploadRow[] = [];
    const cellOf = (index: number) =>
      text.isUtf8 ? scanner.text(bytes, index) : text.decode(scanner.cell(bytes, index));
    let position = 0;
    while (position < bytes.length) {
      const scan = scanner.scan(bytes, position, text.isEnd);
      if (scan.kind === 'broken') throw brokenAt(text, position, scan.why);
      if (scan.kind === 'more') break;
      const { start, end, next, cells } = scan.record;
      refuseLong(text, start, end);
      position = next;
      if (start === end) continue;
      const line = bytes.subarray(start, end);
      text.number++;
      // A record of nothing but delimiters is what spreadsheets leave behind the last row.
      if (isBlank(line, delimiter)) continue;
      rows.push({ number: text.number, line: text.utf8(line), read: read(cellOf, cells) });
    }
    text.take(position);
    if (rows.length > 0) yield { rows, place: text.place };
    if (text.isEnd) return;
    refuseLong(text, 0, text.bytes.length);
    await text.more();
  }
}

const BLANKS = new Set([0x20, 0x09, 0x22]);

function isBlank(line: Uint8Array, delimiter: string): boolean {
  const sign = delimiter.charCodeAt(0);
  return line.every((byte) => byte === sign || BLANKS.has(byte));
}

function refuseLong(text: TextBytes, start: number, end: number): void {
  if (end - start <= limits.importRowBytes) return;
  throw new UploadProblem(
    `the record at line ${text.lineAt(start)} has more than the ${limits.importRowBytes} bytes ` +
      'that a row may have, or a quote is not closed',
  );
}

function brokenAt(
  text: TextBytes,
  position: number,
  why: 'stray-quote' | 'open-quote',
): UploadProblem {
  const reason =
    why === 'open-quote' ? 'a quoted cell is not closed' : 'a quote stands where none may stand';
  return new UploadProblem(
    `the file is no CSV at the record that begins in line ${text.lineAt(position)}: ${reason}`,
  );
}

/** Lines that say anything, numbered as an editor does. */
async function* lines(text: TextBytes, read: LineReader): OpenAudience['batches'] {
  let isTooLong = false;
  for (;;) {
    const { bytes } = text;
    const rows: UploadRow[] = [];
    const add = (start: number, lineEnd: number) => {
      text.number++;
      const end = lineEnd > start && bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
      if (isTooLong || end - start > limits.importRowBytes) {
        const line = new Uint8Array(0);
        rows.push({ number: text.number, line, read: { ok: false, code: 'too-long', ref: null } });
        isTooLong = false;
        return;
      }
      const line = text.utf8(bytes.subarray(start, end));
      const words = Buffer.from(line.buffer, line.byteOffset, line.length).toString('utf8');
      if (words.trim() !== '') rows.push({ number: text.number, line, read: read(words) });
    };
    let position = 0;
    for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, position)) {
      add(position, end);
      position = end + 1;
    }
    if (text.isEnd && (position < bytes.length || isTooLong)) {
      add(position, bytes.length);
      position = bytes.length;
    }
    text.take(position);
    if (rows.length > 0) yield { rows, place: text.place };
    if (text.isEnd) return;
    // What of a line is too much is not kept: only its end is looked for.
    if (text.bytes.length > limits.importRowBytes) {
      isTooLong = true;
      text.take(text.bytes.length);
    }
    await text.more();
  }
}
