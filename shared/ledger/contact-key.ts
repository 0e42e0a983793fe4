import type { KeyObject } from 'node:crypto';
import type { ContactPointKind } from '../contract/vocabulary.ts';
import { hmacSha256Hex } from '../kernel/hmac.ts';
import type { Identifier } from './identifier.ts';

/**
 * The name of a contact point at rest: 32 hexadecimal digits, the first 128 bits of HMAC-SHA-256
 * over controller, kind and normalised identifier (RFC 2104, section 5 allows half the output).
 */
export type ContactKey = string;

/** A contact point of a subject: what kind it is, and its key. */
export interface ContactPointName {
  readonly kind: ContactPointKind;
  readonly key: ContactKey;
}

export const CONTACT_KEY_BYTES = 16;
/** Digits of a key that name its partition: 4,096 buckets for each controller. */
export const CONTACT_BUCKET_DIGITS = 3;

export function contactKey(
  secret: KeyObject,
  controller: string,
  identifier: Identifier,
): ContactKey {
  const { kind, normalised } = identifier;
  const digest = hmacSha256Hex(secret, `${controller}\u0000${kind}\u0000${normalised}`);
  return digest.slice(0, CONTACT_KEY_BYTES * 2);
}

/** The digits that name a key's bucket. */
export function bucketOf(key: ContactKey): string {
  return key.slice(0, CONTACT_BUCKET_DIGITS);
}

/** Where a contact point lies: buckets keep neighbours together, so a page can read them as one. */
export function contactAddress(
  controller: string,
  key: ContactKey,
): { readonly pk: string; readonly sk: string } {
  return {
    pk: `${controller}/${bucketOf(key)}`,
    sk: key.slice(CONTACT_BUCKET_DIGITS),
  };
}

/** Buckets of each controller: all its contact points lie in them. */
export const CONTACT_BUCKETS = 16 ** CONTACT_BUCKET_DIGITS;

/** The partition of a bucket, by its number from 0 on. */
export function bucketPartition(controller: string, bucket: number): string {
  return `${controller}/${bucket.toString(16).padStart(CONTACT_BUCKET_DIGITS, '0')}`;
}

/** The inverse of contactAddress. */
export function contactKeyOf(address: { readonly pk: string; readonly sk: string }): ContactKey {
  return address.pk.slice(-CONTACT_BUCKET_DIGITS) + address.sk;
}
