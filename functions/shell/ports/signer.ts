import type { SigningJwk } from '../../../shared/contract/proofs.ts';

/**
 * The key that checkpoints and clearances are signed with. Nobody gets hold of it through here,
 * and what is signed begins with a header that says what it is.
 */
export interface Signer {
  /** The thumbprint of the public key (RFC 7638). */
  readonly keyId: string;
  readonly algorithm: 'Ed25519';
  /** 64 bytes (RFC 8032). At most 4,096 bytes are signed at once, which is what KMS takes. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
  publicJwk(): SigningJwk;
}
