import { createPublicKey, sign, type KeyObject } from 'node:crypto';
import { assert } from '../../../shared/kernel/assert.ts';
import { keyIdOf, signingJwk } from '../../../shared/log/checkpoint.ts';
import type { Signer } from './signer.ts';

/** Signs with an Ed25519 key that lies in this process: the embedded home, and tests. */
export function createLocalSigner(privateKey: KeyObject): Signer {
  assert(privateKey.asymmetricKeyType === 'ed25519', 'checkpoints are signed with Ed25519');
  const jwk = publicJwkOf(createPublicKey(privateKey));
  const signer: Signer = {
    keyId: keyIdOf(jwk),
    algorithm: 'Ed25519',
    sign: async (bytes) => sign(null, bytes, privateKey),
    publicJwk: () => jwk,
  };
  return Object.freeze(signer);
}

/** A public key as it is published. */
export function publicJwkOf(publicKey: KeyObject) {
  const { x } = publicKey.export({ format: 'jwk' });
  assert(publicKey.asymmetricKeyType === 'ed25519' && x !== undefined, 'the key is of Ed25519');
  return signingJwk(x);
}
