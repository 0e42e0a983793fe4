import { assert } from '../kernel/assert.ts';

/** Writes numbers of any width up to 32 bits, most significant bit first. */
export class BitWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;
  #pending = 0;
  #count = 0;

  /** The low `width` bits of `value`; 0 to 32. */
  write(value: number, width: number): void {
    if (width > HALF) {
      this.#add(Math.floor(value / 2 ** HALF), width - HALF);
      this.#add(value % 2 ** HALF, HALF);
    } else this.#add(value, width);
  }

  /** At most 16 bits, so that they fit into 32 with what is pending. */
  #add(value: number, width: number): void {
    this.#pending = (this.#pending << width) | (value & ((1 << width) - 1));
    this.#count += width;
    while (this.#count >= 8) {
      this.#count -= 8;
      this.#byte(this.#pending >>> this.#count);
    }
    this.#pending &= (1 << this.#count) - 1;
  }

  #byte(value: number): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(2 * this.#length);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length++] = value;
  }

  finish(): Uint8Array {
    if (this.#count > 0) this.#add(0, 8 - this.#count);
    return this.#bytes.slice(0, this.#length);
  }
}

const HALF = 16;

/** Reads what BitWriter wrote. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  read(width: number): number {
    let value = 0;
    for (let rest = width; rest > 0;) {
      const byte = this.#bytes[this.#position >>> 3];
      assert(byte !== undefined, 'a decision page holds all its bits');
      const free = 8 - (this.#position & 7);
      const take = free < rest ? free : rest;
      // Of 32 bits the highest would be a sign.
      value = value * (1 << take) + ((byte >>> (free - take)) & ((1 << take) - 1));
      this.#position += take;
      rest -= take;
    }
    return value;
  }

  /** Ones up to a zero, which is read as well, or up to `most` of them. */
  ones(most: number): number {
    let count = 0;
    while (count < most) {
      const byte = this.#bytes[this.#position >>> 3];
      assert(byte !== undefined, 'a decision page holds all its bits');
      const bit = (byte >>> (7 - (this.#position & 7))) & 1;
      this.#position++;
      if (bit === 0) break;
      count++;
    }
    return count;
  }
}

/** Ones before the escape: longer quotients are written plainly. */
const QUOTIENT_MAX = 40;

/**
 * A number of up to 64 bits as two halves: sorted keys are uniform, so their differences are
 * geometric, which is what Rice codes are made for (Golomb 1966, Rice 1979).
 */
export interface Wide {
  readonly high: number;
  readonly low: number;
}

/** `shift` (0 to 63) is the width of the plain part; the rest is counted in ones. */
export function writeRice(writer: BitWriter, { high, low }: Wide, shift: number): void {
  const quotient =
    shift >= 32
      ? Math.floor(high / 2 ** (shift - 32))
      : high * 2 ** (32 - shift) + shiftRight(low, shift);
  if (quotient >= QUOTIENT_MAX) {
    writeOnes(writer, QUOTIENT_MAX);
    writer.write(high, 32);
    writer.write(low, 32);
    return;
  }
  writeOnes(writer, quotient);
  writer.write(0, 1);
  if (shift > 32) {
    writer.write(high % 2 ** (shift - 32), shift - 32);
    writer.write(low, 32);
  } else writer.write(low % 2 ** shift, shift);
}

export function readRice(reader: BitReader, shift: number): Wide {
  const quotient = reader.ones(QUOTIENT_MAX);
  if (quotient === QUOTIENT_MAX) {
    const high = reader.read(32);
    return { high, low: reader.read(32) };
  }
  if (shift > 32) {
    const high = quotient * 2 ** (shift - 32) + reader.read(shift - 32);
    return { high, low: reader.read(32) };
  }
  const value = quotient * 2 ** shift + reader.read(shift);
  return { high: Math.floor(value / 2 ** 32), low: value % 2 ** 32 };
}

function shiftRight(value: number, shift: number): number {
  return Math.floor(value / 2 ** shift);
}

function writeOnes(writer: BitWriter, count: number): void {
  for (let rest = count; rest > 0; rest -= 32) {
    const width = Math.min(32, rest);
    writer.write(2 ** width - 1, width);
  }
}
