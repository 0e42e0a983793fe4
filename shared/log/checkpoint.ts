import {
  Checkpoint,
  type Jwks,
  type SignedCheckpoint,
  type SigningJwk,
} from '../contract/proofs.ts';
import { canonicalJson } from '../kernel/canonical-json.ts';
import { sha256Hex } from '../kernel/hash.ts';
import { jwsFault, jwsInput, keyIdOf, signedJws, type JwsFault } from '../kernel/jws.ts';

export { keyIdOf } from '../kernel/jws.ts';

/** Under which no signature of the same key on something else is ever taken for a checkpoint. */
const TYPE = 'log-checkpoint+jws';

/** A public key as it is published. */
export function signingJwk(x: string): SigningJwk {
  const key = { kty: 'OKP', crv: 'Ed25519', x } as const;
  return { ...key, kid: keyIdOf(key), use: 'sig', alg: 'Ed25519' };
}

/** The members that are signed, and no other that somebody has put beside them. */
function payloadOf({ controller, size, root, previous, at, keyId }: Checkpoint) {
  return { controller, size, root, previous, at, keyId };
}

/** What the signature is made of. */
export function signingInput(checkpoint: Checkpoint): string {
  return jwsInput({ keyId: checkpoint.keyId, type: TYPE }, payloadOf(checkpoint));
}

export function signedCheckpoint(checkpoint: Checkpoint, signature: Uint8Array): SignedCheckpoint {
  return { ...checkpoint, jws: signedJws(signingInput(checkpoint), signature) };
}

/** What the next checkpoint names as `previous`. */
export function checkpointHash(checkpoint: Checkpoint): string {
  return sha256Hex(canonicalJson(payloadOf(checkpoint)));
}

/** Null when the checkpoint is what one of these keys signed; else what is wrong with it. */
export function checkpointFault(signed: SignedCheckpoint, { keys }: Jwks): string | null {
  const { jws, ...checkpoint } = signed;
  const key = keys.find(({ kid }) => kid === checkpoint.keyId);
  const input = signingInput(checkpoint);
  // Made again and compared: no member of header or payload can say anything else.
  if (!jws.startsWith(`${input}.`)) return faults['other-input'];
  if (key === undefined) return `the key \`${checkpoint.keyId}\` is not among the published keys`;
  if (keyIdOf(key) !== key.kid) return `the key \`${key.kid}\` does not have its own thumbprint`;
  const fault = jwsFault(jws, input, key);
  return fault === null ? null : faults[fault];
}

const faults: Readonly<Record<JwsFault, string>> = Object.freeze({
  'other-input': 'the checkpoint is not what its JWS says',
  'not-base64url': 'the signature is not written as base64url',
  'not-valid': 'the signature of the checkpoint is not valid',
});

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
