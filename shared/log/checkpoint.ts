import { createPublicKey, verify } from 'node:crypto';
import {
  Checkpoint,
  type Jwks,
  type SignedCheckpoint,
  type SigningJwk,
} from '../contract/proofs.ts';
import { canonicalJson } from '../kernel/canonical-json.ts';
import { sha256Bytes, sha256Hex } from '../kernel/hash.ts';

/*
 * A checkpoint is signed as JWS in compact serialisation (RFC 7515), its payload canonical JSON.
 * The type in the header (RFC 8725, 3.11) keeps a signature of the same key on something else from
 * ever being read as a checkpoint.
 */

const TYPE = 'log-checkpoint+jws';
const ALGORITHM = 'Ed25519';

function base64url(data: string | Uint8Array): string {
  return Buffer.from(data).toString('base64url');
}

/** The thumbprint of a public key (RFC 7638): its name in signatures, the same everywhere. */
export function keyIdOf({ crv, kty, x }: Pick<SigningJwk, 'crv' | 'kty' | 'x'>): string {
  return base64url(sha256Bytes(canonicalJson({ crv, kty, x })));
}

/** A public key as it is published. */
export function signingJwk(x: string): SigningJwk {
  const key = { kty: 'OKP', crv: 'Ed25519', x } as const;
  return { ...key, kid: keyIdOf(key), use: 'sig', alg: ALGORITHM };
}

/** The members that are signed, and no other that somebody has put beside them. */
function payloadOf({ controller, size, root, previous, at, keyId }: Checkpoint): string {
  return canonicalJson({ controller, size, root, previous, at, keyId });
}

/** What the signature is made of. */
export function signingInput(checkpoint: Checkpoint): string {
  const header = canonicalJson({ alg: ALGORITHM, kid: checkpoint.keyId, typ: TYPE });
  return `${base64url(header)}.${base64url(payloadOf(checkpoint))}`;
}

export function signedCheckpoint(checkpoint: Checkpoint, signature: Uint8Array): SignedCheckpoint {
  return { ...checkpoint, jws: `${signingInput(checkpoint)}.${base64url(signature)}` };
}

/** What the next checkpoint names as `previous`. */
export function checkpointHash(checkpoint: Checkpoint): string {
  return sha256Hex(payloadOf(checkpoint));
}

/** Null when the checkpoint is what one of these keys signed; else what is wrong with it. */
export function checkpointFault(signed: SignedCheckpoint, { keys }: Jwks): string | null {
  const { jws, ...checkpoint } = signed;
  const [header = '', payload = '', signature = ''] = jws.split('.');
  const input = `${header}.${payload}`;
  // Made again and compared: no member of header or payload can say anything else.
  if (input !== signingInput(checkpoint)) return 'the checkpoint is not what its JWS says';
  const bytes = Buffer.from(signature, 'base64url');
  // The last letter has spare bits, which would let a signature be written in several ways.
  if (jws !== `${input}.${base64url(bytes)}`) return 'the signature is not written as base64url';
  const key = keys.find(({ kid }) => kid === checkpoint.keyId);
  if (key === undefined) return `the key \`${checkpoint.keyId}\` is not among the published keys`;
  if (keyIdOf(key) !== key.kid) return `the key \`${key.kid}\` does not have its own thumbprint`;
  const { kty, crv, x } = key;
  const publicKey = createPublicKey({ key: { kty, crv, x }, format: 'jwk' });
  return verify(null, Buffer.from(input), publicKey, bytes)
    ? null
    : 'the signature of the checkpoint is not valid';
}

/**
 * Null when checkpoints of one controller are a chain, each naming the one before; else what is
 * wrong. Order does not matter; the first of them may itself have predecessors.
 */
export function chainFault(checkpoints: readonly SignedCheckpoint[], keys: Jwks): string | null {
  const sorted = [...checkpoints].sort((a, b) => a.size - b.size);
  for (const [place, checkpoint] of sorted.entries()) {
    const at = `of size ${checkpoint.size}`;
    const fault = checkpointFault(checkpoint, keys);
    if (fault !== null) return `${fault} (${at})`;
    const before = sorted[place - 1];
    if (before === undefined) continue;
    if (before.controller !== checkpoint.controller) return 'there are two controllers in a chain';
    if (before.size === checkpoint.size) return `there are two checkpoints ${at}`;
    if (checkpoint.previous !== checkpointHash(before)) {
      return `the checkpoint ${at} does not name the one before`;
    }
  }
  return null;
}
