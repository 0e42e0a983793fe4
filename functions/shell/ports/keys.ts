import type { KeyObject } from 'node:crypto';

/** One version of the secret under which identifiers are keyed (HMAC-SHA-256). */
export interface IdentifierKey {
  readonly version: number;
  readonly key: KeyObject;
}

/** Held in memory only; loaded once from Secrets Manager or from the key file. */
export interface Keys {
  /** The key for new identifiers. */
  readonly current: IdentifierKey;
  /** The key of an older version, for what was keyed under it; null when it is unknown. */
  version(version: number): IdentifierKey | null;
}
