/*
 * CSV (RFC 4180) by its bytes: delimiters, quotes and line ends are ASCII in UTF-8 and in every
 * Windows code page, so cells that nobody asks for need not become text. Cells are told apart as
 * the law of the format says; a quote anywhere else is an error, because what stands behind it
 * would be somebody else's.
 */

const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;

/** One record: where its bytes lie and its cells begin and end, without the quotes around them. */
export interface ScannedRecord {
  readonly start: number;
  /** Behind the last byte of the record, before its line end. */
  readonly end: number;
  /** Behind its line end. */
  readonly next: number;
  readonly cells: number;
}

export type Scan =
  | { readonly kind: 'record'; readonly record: ScannedRecord }
  /** The bytes end within a record. */
  | { readonly kind: 'more' }
  | { readonly kind: 'broken'; readonly why: 'stray-quote' | 'open-quote' };

const more: Scan = Object.freeze({ kind: 'more' });

/** Reads record after record of one buffer, and keeps where the cells of the last one lie. */
export class CsvScanner {
  readonly #delimiter: number;
  /** Start, end and whether it has doubled quotes, for each cell of the last record. */
  #places = new Int32Array(3 * 64);
  #cells = 0;

  constructor(delimiter: string) {
    this.#delimiter = delimiter.charCodeAt(0);
  }

  /** The record that starts there; `isEnd` says that nothing follows the buffer. */
  scan(bytes: Uint8Array, start: number, isEnd: boolean): Scan {
    this.#cells = 0;
    let position = start;
    for (;;) {
      const isQuoted = bytes[position] === QUOTE;
      const cellEnd = isQuoted
        ? this.#quoted(bytes, position, isEnd)
        : this.#plain(bytes, position);
      if (cellEnd === null) return { kind: 'broken', why: 'stray-quote' };
      if (cellEnd < 0) return isEnd ? { kind: 'broken', why: 'open-quote' } : more;
      const behind = bytes[cellEnd];
      if (behind === this.#delimiter) {
        position = cellEnd + 1;
        continue;
      }
      if (behind === undefined && !isEnd) return more;
      const next = nextLine(bytes, cellEnd, isEnd);
      if (next === null) return more;
      return { kind: 'record', record: { start, end: cellEnd, next, cells: this.#cells } };
    }
  }

  /** The bytes of a cell of the last record. */
  cell(bytes: Uint8Array, index: number): Uint8Array {
    const at = 3 * index;
    const cell = bytes.subarray(this.#places[at] ?? 0, this.#places[at + 1] ?? 0);
    return this.#places[at + 2] === 1 ? withoutDoubled(cell) : cell;
  }

  /** The same as text, of bytes that are UTF-8. */
  text(bytes: Buffer, index: number): string {
    const at = 3 * index;
    if (this.#places[at + 2] === 1) return Buffer.from(this.cell(bytes, index)).toString();
    return bytes.toString('utf8', this.#places[at], this.#places[at + 1]);
  }

  /** Where the cell ends; null for a quote in its midst. */
  #plain(bytes: Uint8Array, start: number): number | null {
    let position = start;
    for (; position < bytes.length; position++) {
      const byte = bytes[position];
      if (byte === this.#delimiter || byte === LF || byte === CR) break;
      if (byte === QUOTE) return null;
    }
    this.#add(start, position, 0);
    return position;
  }

  /** Where the cell ends behind its closing quote; -1 when it is not closed, null for a fault. */
  #quoted(bytes: Uint8Array, start: number, isEnd: boolean): number | null {
    let doubled = 0;
    for (let from = start + 1; ;) {
      const quote = bytes.indexOf(QUOTE, from);
      if (quote < 0) return -1;
      const behind = bytes[quote + 1];
      if (behind === QUOTE) {
        doubled = 1;
        from = quote + 2;
        continue;
      }
      if (behind === undefined && !isEnd) return -1;
      const closes =
        behind === undefined || behind === this.#delimiter || behind === LF || behind === CR;
      if (!closes) return null;
      this.#add(start + 1, quote, doubled);
      return quote + 1;
    }
  }

  #add(start: number, end: number, doubled: number): void {
    const at = 3 * this.#cells++;
    if (at + 3 > this.#places.length) {
      const larger = new Int32Array(2 * this.#places.length);
      larger.set(this.#places);
      this.#places = larger;
    }
    this.#places[at] = start;
    this.#places[at + 1] = end;
    this.#places[at + 2] = doubled;
  }
}

/** Behind the line end that stands there; null when it may go on in the next bytes. */
function nextLine(bytes: Uint8Array, position: number, isEnd: boolean): number | null {
  if (bytes[position] !== CR) return Math.min(position + 1, bytes.length);
  const behind = bytes[position + 1];
  if (behind === undefined && !isEnd) return null;
  return behind === LF ? position + 2 : position + 1;
}

function withoutDoubled(cell: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(cell.length);
  let length = 0;
  for (let position = 0; position < cell.length; position++) {
    const byte = cell[position] ?? 0;
    bytes[length++] = byte;
    if (byte === QUOTE && cell[position + 1] === QUOTE) position++;
  }
  return bytes.subarray(0, length);
}
