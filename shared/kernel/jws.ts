import { createPublicKey, verify } from 'node:crypto';
import { canonicalJson, type Json } from './canonical-json.ts';
import { sha256Bytes } from './hash.ts';

/*
 * JWS in compact serialisation (RFC 7515) with Ed25519 (RFC 9864), header and payload in canonical
 * JSON. The type in the header (RFC 8725, 3.11) keeps a signature of the same key on one kind of
 * thing from ever being read as one on another.
 */

const ALGORITHM = 'Ed25519';

/** A public key on the curve Ed25519 (RFC 8037). */
export interface Ed25519Jwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
}

function base64url(data: string | Uint8Array): string {
  return Buffer.from(data).toString('base64url');
}

/** The thumbprint of a public key (RFC 7638): its name in signatures, the same everywhere. */
export function keyIdOf({ crv, kty, x }: Ed25519Jwk): string {
  return base64url(sha256Bytes(canonicalJson({ crv, kty, x })));
}

/** What the signature is made of. */
export function jwsInput(
  header: { readonly keyId: string; readonly type: string },
  payload: Json,
): string {
  const { keyId, type } = header;
  const protectedHeader = canonicalJson({ alg: ALGORITHM, kid: keyId, typ: type });
  return `${base64url(protectedHeader)}.${base64url(canonicalJson(payload))}`;
}

export function signedJws(input: string, signature: Uint8Array): string {
  return `${input}.${base64url(signature)}`;
}

/** The text of the payload, whoever signed it; null when there is none. */
export function jwsPayload(jws: string): string | null {
  const [, payload, signature] = jws.split('.');
  if (payload === undefined || signature === undefined) return null;
  return Buffer.from(payload, 'base64url').toString('utf8');
}

export type JwsFault = 'other-input' | 'not-base64url' | 'not-valid';

/** Null when this is the signature of that key on this input; it is compared, not believed. */
export function jwsFault(jws: string, input: string, key: Ed25519Jwk): JwsFault | null {
  if (!jws.startsWith(`${input}.`)) return 'other-input';
  const bytes = Buffer.from(jws.slice(input.length + 1), 'base64url');
  // The last letter has spare bits, which would let a signature be written in several ways.
  if (jws !== signedJws(input, bytes)) return 'not-base64url';
  const { kty, crv, x } = key;
  const publicKey = createPublicKey({ key: { kty, crv, x }, format: 'jwk' });
  return verify(null, Buffer.from(input), publicKey, bytes) ? null : 'not-valid';
}
