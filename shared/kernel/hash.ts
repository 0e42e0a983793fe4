import { hash } from 'node:crypto';

/** SHA-256 as 64 lower-case hexadecimal digits (FIPS 180-4). */
export function sha256Hex(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex');
}

/** SHA-256 as 32 bytes. */
export function sha256Bytes(data: string | Uint8Array): Uint8Array {
  return hash('sha256', data, 'buffer');
}
