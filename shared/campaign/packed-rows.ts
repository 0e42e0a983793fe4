import { limits } from '../contract/limits.ts';
import { assert } from '../kernel/assert.ts';
import { ByteReader, ByteWriter } from '../kernel/bytes.ts';
import { CONTACT_KEY_BYTES } from '../ledger/contact-key.ts';
import { readKey, readRow, skipRow, writeKey, writeRow } from './audience-page.ts';
import {
  cutPages,
  distinctRows,
  isSomebody,
  withoutCrowds,
  type AsideLine,
  type KeyedRow,
} from './audience-plan.ts';
import { rowKey } from './audience.ts';

/*
 * Rows that are gathered for a part, as the bytes that they will be: 50,000 of them as objects take
 * ten times the memory and live long enough to be moved about by the collector.
 *
 *   flags, contact?, names, domains, ref?   as on a page, with every domain written out
 *   number, length, line
 */

/** Digits of a key that are compared as a number: 48 bits, exact. */
const PREFIX_DIGITS = 12;
const PREFIX_RANGE = 16 ** PREFIX_DIGITS;

/** Rows of one key that are there as objects at a time. */
const MERGED_TOGETHER = 1000;

export function writeKeyedRow(writer: ByteWriter, { row, number, line }: KeyedRow): void {
  writeRow(writer, row, (key) => writeKey(writer, key));
  writer.unsigned(number);
  writer.unsigned(line.length);
  writer.bytes(line);
}

export function readKeyedRow(reader: ByteReader): KeyedRow {
  const row = readRow(reader, () => readKey(reader));
  const number = reader.unsigned();
  return { row, number, line: reader.bytes(reader.unsigned()) };
}

/** What became of the rows that were gathered. */
export interface Packed {
  /** The rows that count, in the order of their keys. */
  readonly bytes: Uint8Array;
  readonly kept: number;
  /** Of the caller's lines among them. */
  readonly lineBytes: number;
  /** Rows that repeat an earlier one. */
  readonly aside: readonly AsideLine[];
}

/** To be filled in the order of the file. */
export class PackedRows {
  readonly #rows: ByteWriter;
  readonly #starts: number[] = [];
  readonly #prefixes: number[] = [];
  readonly #lines: number[] = [];

  constructor(rows = new ByteWriter()) {
    this.#rows = rows;
  }

  /** Stretches of parts in the order of the file; each of them has a key once. */
  static of(stretches: readonly Uint8Array[]): PackedRows {
    const writer = new ByteWriter(stretches.reduce((sum, { length }) => sum + length, 0));
    for (const bytes of stretches) writer.bytes(bytes);
    const packed = new PackedRows(writer);
    const reader = new ByteReader(writer.written());
    while (!reader.atEnd) {
      const start = reader.position;
      const digits = skipRow(reader, PREFIX_DIGITS / 2);
      reader.unsigned();
      const line = reader.unsigned();
      reader.skip(line);
      packed.#note(start, digits, line);
    }
    return packed;
  }

  add(keyed: KeyedRow): void {
    const digits = rowKey(keyed.row).slice(0, PREFIX_DIGITS);
    this.#note(this.#rows.length, digits, keyed.line.length);
    writeKeyedRow(this.#rows, keyed);
  }

  #note(start: number, digits: string, line: number): void {
    this.#prefixes.push(Number.parseInt(digits, 16));
    this.#starts.push(start);
    this.#lines.push(line);
  }

  get count(): number {
    return this.#starts.length;
  }

  /**
   * What `distinctRows` makes of them, as bytes. `begin` hears before each row of the part of the
   * range of all keys, from 0 to 1, at which its key lies, and where its bytes begin.
   */
  pack(begin: (place: number, start: number) => void = () => {}): Packed {
    const bytes = this.#rows.written();
    const keys = this.#starts.map((start) => keyStart(bytes, start));
    const order = this.#sorted(bytes, keys);
    const writer = new ByteWriter(bytes.length);
    const aside: AsideLine[] = [];
    let [kept, lineBytes] = [0, 0];
    for (let at = 0; at < order.length; kept++) {
      const first = order[at] ?? 0;
      let end = at + 1;
      while (end < order.length && this.#compare(bytes, keys, first, order[end] ?? 0) === 0) end++;
      begin((this.#prefixes[first] ?? 0) / PREFIX_RANGE, writer.length);
      lineBytes += this.#lines[first] ?? 0;
      if (end === at + 1) writer.bytes(this.#bytesOf(bytes, first));
      else {
        writeKeyedRow(writer, this.#merged(bytes, order.slice(at, end), aside));
      }
      at = end;
    }
    return { bytes: writer.written(), kept, lineBytes, aside };
  }

  /** Rows of one key as one, some of them at a time: a whole part may be of one address. */
  #merged(bytes: Buffer, same: readonly number[], aside: AsideLine[]): KeyedRow {
    let [first, ...rest]: readonly KeyedRow[] = [];
    for (let start = 0; start < same.length; start += MERGED_TOGETHER) {
      const some = same.slice(start, start + MERGED_TOGETHER);
      const rows = some.map((index) => this.#decoded(bytes, index));
      const distinct = distinctRows(first === undefined ? rows : [first, ...rows]);
      [first, ...rest] = distinct.kept;
      for (const line of distinct.aside) aside.push(line);
    }
    assert(first !== undefined && rest.length === 0, 'rows of one key become one row');
    return first;
  }

  #sorted(bytes: Buffer, keys: readonly number[]): readonly number[] {
    const order = [...this.#starts.keys()];
    return order.sort((a, b) => this.#compare(bytes, keys, a, b) || a - b);
  }

  #compare(bytes: Buffer, keys: readonly number[], a: number, b: number): number {
    const difference = (this.#prefixes[a] ?? 0) - (this.#prefixes[b] ?? 0);
    if (difference !== 0) return difference;
    const [left, right] = [keys[a] ?? 0, keys[b] ?? 0];
    const rightEnd = right + CONTACT_KEY_BYTES;
    return bytes.compare(bytes, right, rightEnd, left, left + CONTACT_KEY_BYTES);
  }

  #bytesOf(bytes: Buffer, index: number): Buffer {
    return bytes.subarray(this.#starts[index], this.#starts[index + 1] ?? bytes.length);
  }

  #decoded(bytes: Buffer, index: number): KeyedRow {
    return readKeyedRow(new ByteReader(this.#bytesOf(bytes, index)));
  }
}

/**
 * What `withoutCrowds` and `cutPages` make of packed rows, page after page, so that only one of
 * them is there as objects; whoever is no person goes to `aside`.
 */
export function* pagesOf(
  bytes: Uint8Array,
  aside: AsideLine[],
  size: number = limits.pageRecipients,
): Generator<readonly KeyedRow[]> {
  const reader = new ByteReader(bytes);
  let waiting: KeyedRow[] = [];
  while (!reader.atEnd) {
    const keyed = readKeyedRow(reader);
    if (!isSomebody(keyed.row)) {
      aside.push(...withoutCrowds([keyed]).aside);
      continue;
    }
    waiting.push(keyed);
    if (waiting.length <= size) continue;
    // The first page is as it will be once a row stands behind it.
    const [first, ...others] = cutPages(waiting, size);
    if (first === undefined || others.length === 0) continue;
    yield first;
    waiting = others.flat();
  }
  yield* cutPages(waiting, size);
}

/** Where the key lies under which a row is sorted: its contact point, or the first name. */
function keyStart(bytes: Buffer, start: number): number {
  // Behind the flags; or behind them, the number of names and the kind of the first.
  return ((bytes[start] ?? 0) & 1) === 1 ? start + 1 : start + 3;
}
