import { fromBase32, toBase32 } from './base32.ts';
import type { EpochMs } from './instant.ts';

/** The prefix says what an identifier names; the rest is opaque to callers. */
export const idPrefixes = [
  'cmp',
  'run',
  'evt',
  'dec',
  'req',
  'brc',
  'imp',
  'aud',
  'ers',
  'swp',
  'cnf',
  'scp',
  'frz',
] as const;
export type IdPrefix = (typeof idPrefixes)[number];

const TIME_BYTES = 6;
/** Bytes of an identifier behind its prefix: 6 of time in milliseconds, 10 that tell it apart. */
export const ID_BYTES = 16;

/** The 16 bytes of a sortable identifier: time first, then `distinct` (at least 10 bytes). */
export function idBytes(at: EpochMs, distinct: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(ID_BYTES);
  let time = at;
  for (let index = TIME_BYTES - 1; index >= 0; index--) {
    bytes[index] = time % 256;
    time = Math.floor(time / 256);
  }
  bytes.set(distinct.subarray(0, ID_BYTES - TIME_BYTES), TIME_BYTES);
  return bytes;
}

/** `cmp_` and 26 characters: sorts by time, and is unguessable when `distinct` is random. */
export function newId(prefix: IdPrefix, at: EpochMs, distinct: Uint8Array): string {
  return formatId(prefix, idBytes(at, distinct));
}

export function formatId(prefix: IdPrefix, bytes: Uint8Array): string {
  return `${prefix}_${toBase32(bytes)}`;
}

/** The bytes behind the prefix, or null when the text is no identifier of this kind. */
export function parseId(prefix: IdPrefix, text: string): Uint8Array | null {
  if (!text.startsWith(`${prefix}_`)) return null;
  return fromBase32(text.slice(prefix.length + 1), ID_BYTES);
}

/** The instant at which an identifier was made. */
export function idInstant(bytes: Uint8Array): EpochMs {
  let time = 0;
  for (let index = 0; index < TIME_BYTES; index++) time = time * 256 + (bytes[index] ?? 0);
  return time;
}
