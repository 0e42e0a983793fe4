import { assert } from './assert.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Letters of a text whose length takes one byte. */
const SHORT_TEXT = 127;

/** Writes the compact binary formats (state codec, decision pages); grows as needed. */
export class ByteWriter {
  #bytes: Buffer;
  #length = 0;

  /** `capacity` where it is known what is to come: growing takes the memory of it twice. */
  constructor(capacity = 256) {
    this.#bytes = Buffer.allocUnsafe(capacity);
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + count));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }

  /** Bytes that were written so far. */
  get length(): number {
    return this.#length;
  }

  byte(value: number): void {
    assert(Number.isInteger(value) && value >= 0 && value < 256, 'a byte is 0 to 255');
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** Unsigned LEB128 for 0 to 2^53 - 1: one byte per seven bits. */
  unsigned(value: number): void {
    assert(Number.isSafeInteger(value) && value >= 0, 'an unsigned number is a safe integer');
    let rest = value;
    while (rest >= 128) {
      this.byte((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    this.byte(rest);
  }

  /** Signed numbers, zigzag-coded so that small negative ones are short too. */
  signed(value: number): void {
    this.unsigned(value >= 0 ? value * 2 : -value * 2 - 1);
  }

  bytes(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  /** Hexadecimal digits as the bytes that they are; without the buffer that `from` would make. */
  hex(digits: string): void {
    const count = digits.length / 2;
    this.#reserve(count);
    const written = this.#bytes.write(digits, this.#length, count, 'hex');
    assert(written === count, 'hexadecimal digits come in pairs');
    this.#length += count;
  }

  /** UTF-8 with its length in bytes before it. */
  text(value: string): void {
    if (this.#ascii(value)) return;
    const count = Buffer.byteLength(value);
    this.unsigned(count);
    this.#reserve(count);
    this.#length += this.#bytes.write(value, this.#length, count, 'utf8');
  }

  /** Most texts are short and plain: written letter by letter they need no buffer of their own. */
  #ascii(value: string): boolean {
    if (value.length > SHORT_TEXT) return false;
    this.#reserve(value.length + 1);
    const start = this.#length;
    this.#bytes[start] = value.length;
    for (let index = 0; index < value.length; index++) {
      const code = value.charCodeAt(index);
      if (code >= 128) return false;
      this.#bytes[start + 1 + index] = code;
    }
    this.#length = start + 1 + value.length;
    return true;
  }

  /** What was written so far, without a copy: for a writer that is not used any more. */
  written(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  finish(): Uint8Array {
    return new Uint8Array(this.written());
  }
}

/** Reads what ByteWriter wrote; a read past the end is a broken invariant, never a default. */
export class ByteReader {
  readonly #bytes: Buffer;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Bytes that were read so far. */
  get position(): number {
    return this.#position;
  }

  get atEnd(): boolean {
    return this.#position >= this.#bytes.length;
  }

  byte(): number {
    const value = this.#bytes[this.#position];
    if (value === undefined) throw new Error('invariant broken: stored bytes end too early');
    this.#position++;
    return value;
  }

  unsigned(): number {
    const first = this.byte();
    if (first < 128) return first;
    let value = first % 128;
    let factor = 128;
    for (let count = 1; count < 8; count++) {
      const byte = this.byte();
      value += (byte % 128) * factor;
      if (byte < 128) {
        assert(Number.isSafeInteger(value), 'a stored number is a safe integer');
        return value;
      }
      factor *= 128;
    }
    throw new Error('invariant broken: a stored number has too many bytes');
  }

  signed(): number {
    const value = this.unsigned();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  bytes(count: number): Uint8Array {
    assert(this.#position + count <= this.#bytes.length, 'stored bytes end too early');
    const value = this.#bytes.subarray(this.#position, this.#position + count);
    this.#position += count;
    return value;
  }

  skip(count: number): void {
    assert(this.#position + count <= this.#bytes.length, 'stored bytes end too early');
    this.#position += count;
  }

  /** Everything that was not read yet. */
  rest(): Uint8Array {
    return this.bytes(this.#bytes.length - this.#position);
  }

  /** So many bytes as hexadecimal digits. */
  hex(count: number): string {
    const start = this.#position;
    assert(start + count <= this.#bytes.length, 'stored bytes end too early');
    this.#position += count;
    return this.#bytes.toString('hex', start, this.#position);
  }

  text(): string {
    const count = this.unsigned();
    return (count <= SHORT_TEXT ? this.#ascii(count) : null) ?? decoder.decode(this.bytes(count));
  }

  /** A short text of plain letters is read without a decoder; null for any other. */
  #ascii(count: number): string | null {
    const end = this.#position + count;
    assert(end <= this.#bytes.length, 'stored bytes end too early');
    for (let at = this.#position; at < end; at++) {
      if ((this.#bytes[at] ?? 0) >= 128) return null;
    }
    const text = this.#bytes.toString('latin1', this.#position, end);
    this.#position = end;
    return text;
  }
}
