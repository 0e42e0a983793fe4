import * as z from 'zod';
import { InstantText } from './primitives.ts';

/** Both are written, so that `format` is a choice of links. */
export const resultFormats = ['ndjson', 'csv'] as const;
export type ResultFormat = (typeof resultFormats)[number];

export const resultKinds = ['allowed', 'denied', 'invalid', 'duplicates', 'pages'] as const;
export type ResultKind = (typeof resultKinds)[number];

const Count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

const HashText = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'is not a SHA-256 in lower-case hexadecimal')
  .meta({ description: 'SHA-256 in lower-case hexadecimal' });

/** What is signed of a file. */
export const SignedFile = z.strictObject({
  name: z.string(),
  format: z.enum([...resultFormats, 'pages']).meta({
    description:
      '`pages`: the decision pages as logged, each behind its length in four bytes, big-endian',
  }),
  rows: Count.meta({ description: 'records without the header of a CSV; of `pages`, pages' }),
  bytes: Count,
  sha256: HashText,
});
export type SignedFile = z.infer<typeof SignedFile>;

const ClearanceFile = SignedFile.extend({
  url: z.string().meta({ description: 'a time-limited download; not signed' }),
  expiresAt: InstantText.meta({ description: 'until then the link holds; not signed' }),
});

/** What stands in the manifest beside its files. */
const manifestFields = {
  campaignId: z.string(),
  controller: z.string(),
  run: z.string(),
  policy: z.strictObject({ revision: z.string() }),
  submitted: Count,
  allowedCount: Count,
  deniedCount: Count,
  duplicatesCount: Count,
  invalidCount: Count,
  merkleRoot: HashText.meta({
    description: "root of the Merkle tree (RFC 6962) over the run's decision pages",
  }),
  issuedAt: InstantText,
  notAfter: InstantText.meta({
    description: 'the earlier of `sendUntil` and 24 hours after the evaluation began',
  }),
  keyId: z.string().meta({ description: 'the key in `/.well-known/jwks.json`' }),
  format: z.enum(resultFormats),
};

function filesOf<File extends z.ZodType>(file: File) {
  const list = z.array(file);
  return z.strictObject({
    allowed: list,
    denied: list,
    invalid: list,
    duplicates: list,
    pages: list,
  });
}

/** The manifest without what is not signed: signature and links. */
export const Manifest = z.strictObject({ ...manifestFields, files: filesOf(SignedFile) });
export type Manifest = z.infer<typeof Manifest>;

export const Clearance = z
  .strictObject({
    ...manifestFields,
    files: filesOf(ClearanceFile).meta({
      description: 'a file without rows is not written; the files of a kind lie end to end',
    }),
    signature: z.string().meta({
      description:
        'JWS compact serialisation (RFC 7515) with Ed25519 and the type `clearance+jws`; its ' +
        'payload has the SHA-256 of the manifest of each format: canonical JSON (RFC 8785) of ' +
        'all members but `signature`, `url` and `expiresAt`',
    }),
  })
  .meta({ id: 'Clearance' });
export type Clearance = z.infer<typeof Clearance>;

/** The payload of the signature: short enough for any signer, whatever the number of files. */
export const ClearancePayload = z.strictObject({
  campaignId: z.string(),
  controller: z.string(),
  run: z.string(),
  merkleRoot: HashText,
  issuedAt: InstantText,
  notAfter: InstantText,
  keyId: z.string(),
  manifests: z.strictObject({ csv: HashText, ndjson: HashText }),
});
export type ClearancePayload = z.infer<typeof ClearancePayload>;

/** What the view of a campaign says of it. */
export const ClearanceSummary = z
  .object({ issuedAt: InstantText, notAfter: InstantText, merkleRoot: HashText })
  .meta({ id: 'ClearanceSummary' });

/** What is kept with the campaign. */
export const StoredClearance = z.object({
  issuedAt: z.number(),
  notAfter: z.number(),
  merkleRoot: z.string(),
  keyId: z.string(),
  signature: z.string(),
});
export type StoredClearance = z.infer<typeof StoredClearance>;
