import type { KeyObject } from 'node:crypto';

/** One version of the secret under which identifiers are keyed (HMAC-SHA-256). */
export interface IdentifierKey {
  readonly version: number;
  readonly key: KeyObject;
}

/** Held in memory only; loaded once from Secrets Manager or from the key file. */
export interface Keys {
  /** Seals what is written from now on; keys the identifiers of controllers made from now on. */
  readonly current: IdentifierKey;
  /** Every version in the ring, newest first. */
  readonly versions: readonly number[];
  /** The key of a version, for what was keyed or sealed under it; null when it is unknown. */
  version(version: number): IdentifierKey | null;
}
