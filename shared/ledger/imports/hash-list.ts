import { createHash } from 'node:crypto';
import * as z from 'zod';
import { hashAlgorithms, hashedKinds, type HashSpec } from '../../contract/import-mappings.ts';
import { canonicalJson } from '../../kernel/canonical-json.ts';
import { sha256Hex } from '../../kernel/hash.ts';
import type { Identifier } from '../identifier.ts';

/*
 * Lists whose owner gives out hashes alone. A hash cannot be turned into a key of ours, so an entry
 * is a contact point of its own, and every identifier that comes in clear text later is hashed as
 * each list owner does and looked up beside the hosts of an e-mail address.
 */

/** Bytes of each algorithm's output. */
const digestBytes = { md5: 16, sha1: 20, sha256: 32, sha512: 64 } as const;

/** How lists hash, as it is kept with their controller. */
export const HashList = z.object({
  /** The same for lists that hash alike: they are looked up once. */
  id: z.string(),
  algorithm: z.enum(hashAlgorithms),
  of: z.enum(hashedKinds),
  trim: z.boolean(),
  lowerCase: z.boolean(),
  plus: z.boolean(),
  at: z.boolean(),
  saltBefore: z.string(),
  saltAfter: z.string(),
});
export type HashList = z.infer<typeof HashList>;

export function hashListOf(spec: HashSpec): HashList {
  const { trim = true, lowerCase = true, plus = true, at = false } = spec.normalisation ?? {};
  const salt = spec.salt ?? '';
  const list = {
    algorithm: spec.algorithm,
    of: spec.of,
    trim,
    lowerCase,
    plus,
    at,
    saltBefore: spec.saltPlace === 'after' ? '' : salt,
    saltAfter: spec.saltPlace === 'after' ? salt : '',
  };
  return { id: sha256Hex(canonicalJson(list)).slice(0, 16), ...list };
}

/** A hash as it stands in a file, as hexadecimal digits; null when it is none of that kind. */
export function readDigest(text: string, spec: HashSpec): string | null {
  const written = text.trim();
  const bytes = digestBytes[spec.algorithm];
  if ((spec.encoding ?? 'hex') === 'hex') {
    const digits = written.toLowerCase();
    return /^[0-9a-f]+$/.test(digits) && digits.length === 2 * bytes ? digits : null;
  }
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(written)) return null;
  const decoded = Buffer.from(written, 'base64');
  return decoded.length === bytes ? decoded.toString('hex') : null;
}

/** The contact point under which an entry stands. */
export function hashedIdentifier(list: Pick<HashList, 'id'>, digest: string): Identifier {
  return { kind: 'hash', normalised: `${list.id}\u0000${digest}`, numberCountry: null };
}

/**
 * Where an identifier would stand in a list: by the form in which we compare it and, because a list
 * may leave capitals as they are, by the form in which it was written.
 */
export function hashedForms(
  identifier: Identifier,
  written: string,
  list: HashList,
): readonly Identifier[] {
  if (identifier.kind !== list.of) return [];
  const texts = new Set([formOf(identifier.normalised, list)]);
  if (list.of !== 'phone') texts.add(formOf(written, list));
  return [...texts].map((text) => hashedIdentifier(list, digestOf(text, list)));
}

function formOf(text: string, list: HashList): string {
  const trimmed = list.trim ? text.trim() : text;
  if (list.of === 'phone') return list.plus ? trimmed : trimmed.replace(/^\+/, '');
  const cased = list.lowerCase ? trimmed.toLowerCase() : trimmed;
  if (list.of === 'email') return cased;
  const bare = cased.replace(/^@/, '');
  return list.at ? `@${bare}` : bare;
}

function digestOf(text: string, list: HashList): string {
  return createHash(list.algorithm)
    .update(`${list.saltBefore}${text}${list.saltAfter}`)
    .digest('hex');
}
