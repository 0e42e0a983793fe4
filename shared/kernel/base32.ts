import { assert } from './assert.ts';

/** Crockford's alphabet in lower case: sorts as the bytes do, and has no look-alike letters. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** Ten bits as two letters: an identifier is read for each fact of each recipient. */
const pairs = [...alphabet].flatMap((high) => [...alphabet].map((low) => high + low));

/** Bytes as base 32 text of ceil(8n/5) characters; equal lengths compare as the bytes compare. */
export function toBase32(bytes: Uint8Array): string {
  let text = '';
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    if (bits < 10) continue;
    bits -= 10;
    text += pairs[buffer >>> bits];
    buffer &= (1 << bits) - 1;
  }
  if (bits >= 5) {
    bits -= 5;
    text += alphabet[buffer >>> bits];
    buffer &= (1 << bits) - 1;
  }
  if (bits > 0) text += alphabet[(buffer << (5 - bits)) & 31];
  return text;
}

/** The inverse for a known number of bytes; null for any text that toBase32 does not write. */
export function fromBase32(text: string, byteLength: number): Uint8Array | null {
  if (text.length !== Math.ceil((byteLength * 8) / 5)) return null;
  const bytes = new Uint8Array(byteLength);
  let buffer = 0;
  let bits = 0;
  let next = 0;
  for (const character of text) {
    const value = alphabet.indexOf(character);
    if (value < 0) return null;
    buffer = (buffer << 5) | value;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[next++] = (buffer >>> bits) & 255;
      buffer &= (1 << bits) - 1;
    }
  }
  assert(next === byteLength, 'base 32 text fills its bytes');
  return buffer === 0 ? bytes : null;
}
