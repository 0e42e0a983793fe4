import {
  ClearancePayload,
  type Clearance,
  type Manifest,
  type ResultFormat,
  type SignedFile,
} from '../contract/clearances.ts';
import type { Jwks } from '../contract/proofs.ts';
import { canonicalJson } from '../kernel/canonical-json.ts';
import { sha256Hex } from '../kernel/hash.ts';
import { jwsFault, jwsInput, jwsPayload, keyIdOf, type JwsFault } from '../kernel/jws.ts';

/*
 * A clearance has a manifest for each format of its files. What is signed is short, because a
 * signer takes 4,096 bytes and a manifest may name hundreds of files: the hash of either manifest,
 * and what a reader wants to know without them.
 */

/** Under which no signature of the same key on something else is ever taken for a clearance. */
export const CLEARANCE_TYPE = 'clearance+jws';

/** SHA-256 of a manifest's canonical JSON (RFC 8785). */
export function manifestHash(manifest: Manifest): string {
  return sha256Hex(canonicalJson(manifest));
}

/** The payload for the manifests of both formats, which are of one clearance. */
export function clearancePayload(
  manifests: Readonly<Record<ResultFormat, Manifest>>,
): ClearancePayload {
  const { campaignId, controller, run, merkleRoot, issuedAt, notAfter, keyId } = manifests.ndjson;
  return {
    ...{ campaignId, controller, run, merkleRoot, issuedAt, notAfter, keyId },
    manifests: { csv: manifestHash(manifests.csv), ndjson: manifestHash(manifests.ndjson) },
  };
}

/** What the signature is made of. */
export function clearanceInput(payload: ClearancePayload): string {
  return jwsInput({ keyId: payload.keyId, type: CLEARANCE_TYPE }, payload);
}

/** The manifest that a clearance shows, without links and signature. */
export function manifestOf({ signature: _signature, files, ...fields }: Clearance): Manifest {
  const { allowed, denied, invalid, duplicates, pages } = files;
  return {
    ...fields,
    files: {
      allowed: allowed.map(signedPart),
      denied: denied.map(signedPart),
      invalid: invalid.map(signedPart),
      duplicates: duplicates.map(signedPart),
      pages: pages.map(signedPart),
    },
  };
}

function signedPart({ name, format, rows, bytes, sha256 }: SignedFile): SignedFile {
  return { name, format, rows, bytes, sha256 };
}

const faults: Readonly<Record<JwsFault, string>> = Object.freeze({
  'other-input': 'the header of the signature is not that of a clearance',
  'not-base64url': 'the signature is not written as base64url',
  'not-valid': 'the signature is not valid',
});

/** Null when the clearance is what one of these keys signed; else what is wrong with it. */
export function clearanceFault(clearance: Clearance, { keys }: Jwks): string | null {
  const payload = payloadOf(clearance.signature);
  if (payload === null) return 'the signature has no payload of a clearance';
  const key = keys.find(({ kid }) => kid === payload.keyId);
  if (key === undefined) return `the key \`${payload.keyId}\` is not among the published keys`;
  if (keyIdOf(key) !== key.kid) return `the key \`${key.kid}\` does not have its own thumbprint`;
  // Made again and compared: no member of header or payload can say anything else.
  const fault = jwsFault(clearance.signature, clearanceInput(payload), key);
  if (fault !== null) return faults[fault];
  return contentFault(clearance, payload);
}

function contentFault(clearance: Clearance, payload: ClearancePayload): string | null {
  const manifest = manifestOf(clearance);
  const { manifests, ...named } = payload;
  const shown = { ...named, ...pick(manifest) };
  if (canonicalJson(shown) !== canonicalJson(named)) {
    return 'the manifest is of another clearance than the signature';
  }
  if (manifestHash(manifest) === manifests[manifest.format]) return null;
  return 'the manifest is not the one that was signed';
}

function pick(manifest: Manifest): Omit<ClearancePayload, 'manifests'> {
  const { campaignId, controller, run, merkleRoot, issuedAt, notAfter, keyId } = manifest;
  return { campaignId, controller, run, merkleRoot, issuedAt, notAfter, keyId };
}

function payloadOf(signature: string): ClearancePayload | null {
  const text = jwsPayload(signature);
  if (text === null) return null;
  try {
    return ClearancePayload.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** Why the counts of a manifest cannot be those of its files; null when they are. */
export function countsFault({ files, ...counts }: Manifest): string | null {
  const sums = [
    ['allowed', counts.allowedCount, files.allowed],
    ['denied', counts.deniedCount, files.denied],
    ['invalid', counts.invalidCount, files.invalid],
    ['duplicates', counts.duplicatesCount, files.duplicates],
  ] as const;
  for (const [kind, count, list] of sums) {
    const rows = list.reduce((sum, file) => sum + file.rows, 0);
    if (rows !== count) return `the files of \`${kind}\` have ${rows} rows, and not ${count}`;
  }
  const total = sums.reduce((sum, [, count]) => sum + count, 0);
  if (total === counts.submitted) return null;
  return `${counts.submitted} were submitted, and ${total} are accounted for`;
}
