import { createSecretKey } from 'node:crypto';
import * as z from 'zod';
import { KeyRing } from '../../shared/contract/environment.ts';
import { assert } from '../../shared/kernel/assert.ts';
import type { IdentifierKey, Keys } from './ports/keys.ts';

/** HMAC-SHA-256 wants a key of at least its output's length (RFC 2104, section 3). */
const SECRET_BYTES_MIN = 32;

/**
 * What the secret may hold: the ring, or the first entry alone, which is all that Secrets Manager
 * can generate by itself; whoever adds a second version writes the ring.
 */
const StoredKeyRing = z.union([KeyRing, KeyRing.shape.identifierKeys.element]);

/**
 * Reads the stored secret. A failure says where the text is wrong and never carries its cause: the
 * message of a JSON error quotes what it could not read, and that is the secret.
 */
export function parseKeyRing(text: string): KeyRing {
  const stored = StoredKeyRing.safeParse(parseQuietly(text));
  if (!stored.success) throw new Error('the key ring is not of the form that the contract gives');
  return 'identifierKeys' in stored.data ? stored.data : { identifierKeys: [stored.data] };
}

function parseQuietly(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('the key ring is not JSON');
  }
}

/** The identifier keys, held as KeyObjects: HMAC with them is five times as fast as with bytes. */
export function createKeys(ring: KeyRing): Keys {
  const keys = ring.identifierKeys.map(({ version, secret }) => {
    const bytes = Buffer.from(secret, 'base64');
    assert(bytes.length >= SECRET_BYTES_MIN, `identifier key ${version} has 32 bytes or more`);
    return { version, key: createSecretKey(bytes) };
  });
  return keysOf(keys, ring.current);
}

/** The same of keys that are there; without a word on it, the newest one is current. */
export function keysOf(keys: readonly IdentifierKey[], currentVersion?: number): Keys {
  const byVersion = new Map<number, IdentifierKey>();
  for (const { version, key } of keys) {
    assert(!byVersion.has(version), `identifier key ${version} stands in the ring once`);
    byVersion.set(version, Object.freeze({ version, key }));
  }
  const versions = Object.freeze([...byVersion.keys()].sort((left, right) => right - left));
  const current = byVersion.get(currentVersion ?? versions[0] ?? 0);
  assert(current !== undefined, 'the key ring has its current key');
  return Object.freeze({
    current,
    versions,
    version: (version: number) => byVersion.get(version) ?? null,
  });
}
