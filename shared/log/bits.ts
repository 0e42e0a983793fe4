import { assert } from '../kernel/assert.ts';

/** Writes numbers of any width up to 32 bits, most significant bit first. */
export class BitWriter {
  readonly #bytes: number[] = [];
  #pending = 0;
  #count = 0;

  /** The low `width` bits of `value`; 0 to 32. */
  write(value: number, width: number): void {
    for (let rest = width; rest > 0;) {
      const take = Math.min(8 - this.#count, rest);
      const part = Math.floor(value / 2 ** (rest - take)) % 2 ** take;
      this.#pending = (this.#pending << take) | part;
      this.#count += take;
      rest -= take;
      if (this.#count === 8) this.#flush();
    }
  }

  #flush(): void {
    this.#bytes.push(this.#pending);
    this.#pending = 0;
    this.#count = 0;
  }

  finish(): Uint8Array {
    if (this.#count > 0) {
      this.#pending <<= 8 - this.#count;
      this.#flush();
    }
    return Uint8Array.from(this.#bytes);
  }
}

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
      const used = this.#position & 7;
      const take = Math.min(8 - used, rest);
      value = value * 2 ** take + ((byte >>> (8 - used - take)) & (2 ** take - 1));
      this.#position += take;
      rest -= take;
    }
    return value;
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
  let quotient = 0;
  while (quotient < QUOTIENT_MAX && reader.read(1) === 1) quotient++;
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
