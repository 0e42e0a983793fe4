import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { assert } from '../../shared/kernel/assert.ts';
import type { IdentifierKey, Keys } from './ports/keys.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/*
 * Ledger events and kept answers are sealed at rest with AES-256-GCM (NIST SP 800-38D): they hold
 * IP addresses, free text and the caller's refs, which neither a database file nor the export of a
 * table may show.
 */

/** Derived from the identifier secret (HKDF, RFC 5869): one secret rules what can be read again. */
function sealingKey(secret: KeyObject): KeyObject {
  const bytes = hkdfSync('sha256', secret, Buffer.alloc(0), 'ledger event', 32);
  return createSecretKey(new Uint8Array(bytes));
}

const derived = new WeakMap<KeyObject, KeyObject>();

/** Deriving costs more than sealing, so each secret's key is derived once. */
export function cachedSealingKey({ key: secret }: IdentifierKey): KeyObject {
  const known = derived.get(secret);
  if (known !== undefined) return known;
  const key = sealingKey(secret);
  derived.set(secret, key);
  return key;
}

export function seal(key: KeyObject, nonce: Uint8Array, text: string): Uint8Array {
  assert(nonce.length === NONCE_BYTES, 'a nonce has 12 bytes');
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, sealed, cipher.getAuthTag()]);
}

/** Throws when the bytes were changed or belong to another key. */
export function unseal(key: KeyObject, sealed: Uint8Array): string {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const text = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES));
  return Buffer.concat([text, decipher.final()]).toString('utf8');
}

/**
 * What was sealed under the current secret, or under an older one that is still in the ring: who
 * leaves by an old link must be able to after a new secret came. Throws as `unseal` does.
 */
export function unsealByRing(keys: Keys, sealed: Uint8Array): string {
  const { current } = keys;
  for (const version of keys.versions) {
    const secret = keys.version(version);
    if (secret === null || version === current.version) continue;
    try {
      return unseal(cachedSealingKey(secret), sealed);
    } catch {
      // Of another secret, or changed: the last one that is tried says so.
    }
  }
  return unseal(cachedSealingKey(current), sealed);
}
