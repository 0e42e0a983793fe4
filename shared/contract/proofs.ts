import * as z from 'zod';
import { limits } from './limits.ts';
import { ControllerId, InstantText } from './primitives.ts';
import { outcomes } from './vocabulary.ts';

const HashText = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'is not a SHA-256 in lower-case hexadecimal')
  .meta({ description: 'SHA-256 in lower-case hexadecimal' });

const Count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** What is signed: canonical JSON (RFC 8785) of these members. */
export const Checkpoint = z.strictObject({
  controller: z.string(),
  size: Count.meta({ description: 'leaves of the tree: pages of decisions' }),
  root: HashText.meta({ description: 'root of the Merkle tree over them (RFC 6962)' }),
  previous: HashText.nullable().meta({
    description: 'SHA-256 of the payload of the checkpoint before; null for the first one',
  }),
  at: InstantText,
  keyId: z.string().meta({ description: 'the key in `/.well-known/jwks.json`' }),
});
export type Checkpoint = z.infer<typeof Checkpoint>;

export const SignedCheckpoint = Checkpoint.extend({
  jws: z.string().meta({
    description:
      'the checkpoint as it was signed: JWS compact serialisation (RFC 7515) with Ed25519 ' +
      '(RFC 9864); the other members repeat its payload',
  }),
}).meta({ id: 'Checkpoint' });
export type SignedCheckpoint = z.infer<typeof SignedCheckpoint>;

export const CheckpointPage = z
  .object({ items: z.array(SignedCheckpoint), nextCursor: z.string().nullable() })
  .meta({ id: 'CheckpointPage' });
export type CheckpointPage = z.infer<typeof CheckpointPage>;

export const CheckpointQuery = z.strictObject({
  controller: ControllerId.optional(),
  limit: z.coerce.number().int().min(1).max(limits.listLimitMax).optional(),
  cursor: z.string().min(1).max(1024).optional(),
});

/** A public key for signatures (RFC 8037), named by its thumbprint (RFC 7638). */
export const SigningJwk = z
  .strictObject({
    kty: z.literal('OKP'),
    crv: z.literal('Ed25519'),
    x: z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'is not a public key of 32 bytes'),
    kid: z.string(),
    use: z.literal('sig'),
    alg: z.literal('Ed25519'),
  })
  .meta({ id: 'SigningKey' });
export type SigningJwk = z.infer<typeof SigningJwk>;

export const Jwks = z.object({ keys: z.array(SigningJwk) }).meta({ id: 'Jwks' });
export type Jwks = z.infer<typeof Jwks>;

/** Everything that shows that a decision is in the log; verifiable without the gate. */
export const DecisionProof = z
  .strictObject({
    decision: z
      .strictObject({
        id: z.string(),
        run: z.string(),
        page: Count,
        place: Count,
        key: z
          .string()
          .regex(/^[0-9a-f]{16}$/)
          .meta({ description: 'the first 64 bits of the key of the contact point' }),
        outcome: z.enum(outcomes),
        basis: z.string().nullable(),
        codes: z.array(z.string()),
      })
      .meta({ description: 'what the page says at this place' }),
    page: z.string().meta({ description: 'the stored page, base64: the content of the leaf' }),
    leaf: z.strictObject({ index: Count, hash: HashText }),
    path: z.array(HashText).max(64).meta({ description: 'from the leaf to the root' }),
    treeSize: Count,
    checkpoint: SignedCheckpoint,
    previousCheckpoint: SignedCheckpoint.nullable(),
    consistency: z
      .array(HashText)
      .max(128)
      .meta({ description: 'shows the tree of the checkpoint before inside this one' }),
  })
  .meta({ id: 'DecisionProof' });
export type DecisionProof = z.infer<typeof DecisionProof>;
