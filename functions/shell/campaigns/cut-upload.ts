import { cellReader, HeaderProblem } from '../../../shared/campaign/audience-reader.ts';
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
import { decoderOf, UploadBytes, type UploadPlace } from './upload-bytes.ts';

/*
 * The file of an audience is cut into stretches of whole rows. Where they end hangs on the rows
 * alone, and not on how the bytes come: whoever cuts again from the same place cuts the same. What
 * is wrong with the file as a whole is found here; what a row says is read elsewhere.
 */

/** Whole rows of an upload, in the encoding of the file. */
export interface Stretch {
  readonly bytes: Uint8Array;
  readonly from: UploadPlace;
  readonly to: UploadPlace;
  /** Whether no row stands behind it, as far as is known. */
  readonly isLast: boolean;
}

/** Rows and bytes at which a stretch ends. */
export interface StretchSize {
  readonly rows: number;
  readonly bytes: number;
}

const usualSize: StretchSize = Object.freeze({
  rows: limits.audiencePartRows,
  bytes: limits.audiencePartBytes,
});

/** The header of a CSV. */
export interface UploadTable {
  readonly columns: readonly string[];
  readonly delimiter: string;
  /** Whether a byte order mark stood before it: results have one as well. */
  readonly bom: boolean;
}

export interface OpenAudience {
  /** Null for NDJSON. */
  readonly table: UploadTable | null;
  /** Where the rows begin that are cut: behind the header, or where they were left. */
  readonly place: UploadPlace;
  readonly stretches: AsyncGenerator<Stretch>;
  /** Bytes of the file that were read so far. */
  readonly position: () => number;
}

const LF = 0x0a;

/** Enough to tell the delimiter of a header. */
const HEAD_BYTES = 64 * 1024;

/** What a row takes beside its line, some keys and a reference. */
const ROW_BYTES = 200;

/** Opens the upload of a campaign from a place on; `known` is the header that was read before. */
export async function openAudience(
  gate: Pick<Gate, 'files'>,
  campaign: { readonly id: string; readonly channel: Channel; readonly upload: StoredUpload },
  from: UploadPlace,
  known: UploadTable | null,
  size: StretchSize = usualSize,
): Promise<OpenAudience> {
  const { upload, channel } = campaign;
  const opened = await openUpload(gate.files, uploadFile(campaign.id), from.offset);
  if (opened === null) throw new UploadProblem('the upload is gone');
  const { position } = opened;
  const check = upload.encoding === 'utf-8' ? checkedUtf8 : checkedWindows1252;
  const text = new UploadBytes(check(opened.chunks, from.offset), from);
  try {
    const bom = from.offset === 0 && (await text.skipBom());
    if (upload.format === 'ndjson') {
      const { place } = text;
      return { table: null, place, stretches: closing(text, cutLines(text, size)), position };
    }
    const table = known ?? { ...(await readHeader(text, upload)), bom };
    refuseHeader(table, upload, channel);
    const { place } = text;
    return { table, place, stretches: closing(text, cutRecords(text, table, size)), position };
  } catch (cause) {
    await text.close();
    throw cause;
  }
}

/** The file is closed behind the last row, or when nobody wants further ones. */
async function* closing(
  text: UploadBytes,
  stretches: AsyncGenerator<Stretch>,
): AsyncGenerator<Stretch> {
  try {
    yield* stretches;
  } finally {
    await text.close();
  }
}

function refuseHeader({ columns }: UploadTable, upload: StoredUpload, channel: Channel): void {
  try {
    cellReader(columns, upload.mapping, channel);
  } catch (cause) {
    if (cause instanceof HeaderProblem) throw new UploadProblem(cause.message, { cause });
    throw cause;
  }
}

async function readHeader(
  text: UploadBytes,
  { encoding }: StoredUpload,
): Promise<Omit<UploadTable, 'bom'>> {
  const decode = decoderOf(encoding);
  while (!text.isEnd && text.bytes.length < HEAD_BYTES) await text.more();
  const delimiter = delimiterOf(decode(text.bytes.subarray(0, HEAD_BYTES)));
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
        decode(scanner.cell(text.bytes, index)).trim(),
      );
      text.take(next);
      return { columns, delimiter };
    }
    text.take(next);
  }
}

/** Rows that are gathered until they are a stretch. */
class Gathered {
  readonly #text: UploadBytes;
  readonly #size: StretchSize;
  #from: UploadPlace;
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  #rows = 0;

  constructor(text: UploadBytes, size: StretchSize) {
    this.#text = text;
    this.#size = size;
    this.#from = text.place;
  }

  /** A row of so many bytes is to come; also where it says nothing, it takes memory. */
  count(bytes: number, isRow: boolean): void {
    this.#bytes += bytes;
    if (!isRow) return;
    this.#bytes += ROW_BYTES;
    this.#rows++;
  }

  get isFull(): boolean {
    return this.#rows >= this.#size.rows || this.#bytes >= this.#size.bytes;
  }

  get isEmpty(): boolean {
    return this.#rows === 0;
  }

  keep(piece: Uint8Array): void {
    if (piece.length > 0) this.#pieces.push(piece);
  }

  /** In memory of their own: they may go to another thread. */
  cut(isLast: boolean): Stretch {
    const length = this.#pieces.reduce((sum, piece) => sum + piece.length, 0);
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const piece of this.#pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    const stretch = { bytes, from: this.#from, to: this.#text.place, isLast };
    [this.#pieces, this.#bytes, this.#rows] = [[], 0, 0];
    this.#from = stretch.to;
    return stretch;
  }
}

async function* cutRecords(
  text: UploadBytes,
  { delimiter }: UploadTable,
  size: StretchSize,
): AsyncGenerator<Stretch> {
  const scanner = new CsvScanner(delimiter);
  const gathered = new Gathered(text, size);
  for (;;) {
    const { bytes } = text;
    let position = 0;
    while (position < bytes.length && !gathered.isFull) {
      const scan = scanner.scan(bytes, position, text.isEnd);
      if (scan.kind === 'broken') throw brokenAt(text, position, scan.why);
      if (scan.kind === 'more') break;
      const { start, end, next } = scan.record;
      refuseLong(text, start, end);
      const isRow = start < end;
      if (isRow) text.number++;
      gathered.count(next - position, isRow);
      position = next;
    }
    gathered.keep(text.take(position));
    if (gathered.isFull) {
      yield gathered.cut(false);
      continue;
    }
    if (text.isEnd) {
      if (!gathered.isEmpty) yield gathered.cut(true);
      return;
    }
    refuseLong(text, 0, text.bytes.length);
    await text.more();
  }
}

/** Of a line that is too long so much is kept that whoever reads it sees that it is. */
const TOO_LONG_BYTES = limits.importRowBytes + '\r'.length + 1;

async function* cutLines(text: UploadBytes, size: StretchSize): AsyncGenerator<Stretch> {
  const gathered = new Gathered(text, size);
  /** Bytes that were kept of a line that is too long, until its end is found. */
  let kept = 0;
  for (;;) {
    const { bytes } = text;
    // The beginning of a line that is too long was kept before: of the rest, its end.
    const behind = kept === 0 ? 0 : endOfLine(bytes);
    let position = 0;
    const add = (next: number) => {
      text.number++;
      gathered.count(Math.min(kept + next - position, TOO_LONG_BYTES), true);
      [position, kept] = [next, 0];
    };
    for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, position)) {
      add(end + 1);
      if (gathered.isFull) break;
    }
    const isLast = text.isEnd && !gathered.isFull;
    if (isLast && (position < bytes.length || kept > 0)) add(bytes.length);
    gathered.keep(text.take(position).subarray(behind));
    if (gathered.isFull) {
      yield gathered.cut(false);
      continue;
    }
    if (text.isEnd) {
      if (!gathered.isEmpty) yield gathered.cut(true);
      return;
    }
    // What of a line is too much is not kept: only its end is looked for.
    if (kept > 0) text.take(text.bytes.length);
    else if (text.bytes.length >= TOO_LONG_BYTES) {
      gathered.keep(text.take(text.bytes.length).subarray(0, TOO_LONG_BYTES));
      kept = TOO_LONG_BYTES;
    }
    await text.more();
  }
}

function endOfLine(bytes: Buffer): number {
  const end = bytes.indexOf(LF);
  return end < 0 ? bytes.length : end;
}

function refuseLong(text: UploadBytes, start: number, end: number): void {
  if (end - start <= limits.importRowBytes) return;
  throw new UploadProblem(
    `the record at line ${text.lineAt(start)} has more than the ${limits.importRowBytes} bytes ` +
      'that a row may have, or a quote is not closed',
  );
}

function brokenAt(
  text: UploadBytes,
  position: number,
  why: 'stray-quote' | 'open-quote',
): UploadProblem {
  const reason =
    why === 'open-quote' ? 'a quoted cell is not closed' : 'a quote stands where none may stand';
  return new UploadProblem(
    `the file is no CSV at the record that begins in line ${text.lineAt(position)}: ${reason}`,
  );
}
