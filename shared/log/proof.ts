import type { DecisionProof, Jwks, SignedCheckpoint } from '../contract/proofs.ts';
import { allowCodeList, denyCodeList } from '../contract/reason-codes.ts';
import { chainFault, checkpointFault, checkpointHash } from './checkpoint.ts';
import { decisionId, type DecisionPlace } from './decision-id.ts';
import { hashLeaf, rootFromInclusion, rootsFromConsistency, type Hash } from './merkle.ts';
import { isAllowedRuling, readStoredPage, type PageHeader } from './page-bytes.ts';

/*
 * Proofs that a decision stands in the log. What is proved is a whole page: the leaf is its place
 * (run and page number) and its stored bytes, so neither can be exchanged for another.
 */

/** The leaf of a stored page. */
export function leafOf(place: Pick<DecisionPlace, 'run' | 'page'>, bytes: Uint8Array): Hash {
  return hashLeaf(`${place.run}/${place.page}\n`, bytes);
}

export function hexOf(hash: Hash): string {
  return Buffer.from(hash).toString('hex');
}

function hashFrom(hex: string): Hash {
  return Buffer.from(hex, 'hex');
}

/** What a stored page says at a place; null when it has no such place. */
export function provenDecision(
  place: DecisionPlace,
  bytes: Uint8Array,
): { readonly decision: DecisionProof['decision']; readonly header: PageHeader } | null {
  const { header, entries, rulings } = readStoredPage(bytes);
  const entry = entries[place.place];
  const ruling = entry === undefined ? undefined : rulings[entry.ruling];
  if (entry === undefined || ruling === undefined) return null;
  const allowed = isAllowedRuling(ruling);
  const codes = ruling.findings.flatMap((finding) => finding.codes);
  const decision: DecisionProof['decision'] = {
    id: decisionId(place),
    ...place,
    key: entry.key,
    outcome: allowed ? 'allow' : 'deny',
    basis: allowed ? (allowCodeList[ruling.basis - 1] ?? 'unknown') : null,
    codes: codes.map((code) => denyCodeList[code] ?? 'unknown'),
  };
  return { decision, header };
}

export type Verification =
  | {
      readonly ok: true;
      readonly decision: DecisionProof['decision'];
      readonly header: PageHeader;
      /** Links of the chain that were checked. */
      readonly links: number;
    }
  | { readonly ok: false; readonly fault: string };

/**
 * Checks a proof by nothing but itself and the published keys: page, leaf, path, signature, and
 * that the checkpoint before is contained in this one. With the published checkpoints of the
 * controller their whole chain is checked, and that the proof's checkpoint belongs to it.
 */
export function verifyProof(
  proof: DecisionProof,
  keys: Jwks,
  published: readonly SignedCheckpoint[] | null = null,
): Verification {
  const bytes = Buffer.from(proof.page, 'base64');
  if (bytes.toString('base64') !== proof.page) return failed('the page is not written as base64');
  const fault =
    leafFault(proof, bytes) ?? pathFault(proof) ?? chainOfProofFault(proof, keys, published);
  if (fault !== null) return failed(fault);
  // Read only now: bytes that nobody signed might be anything.
  const { run, page, place } = proof.decision;
  const proven = provenDecision({ run, page, place }, bytes);
  if (proven === null) return failed('the page has no decision at this place');
  if (JSON.stringify(proven.decision) !== JSON.stringify(inOrder(proof.decision))) {
    return failed('the decision is not what the page says');
  }
  if (proven.header.controller !== proof.checkpoint.controller) {
    return failed('the page is of another controller than the checkpoint');
  }
  return { ok: true, ...proven, links: published?.length ?? 1 };
}

function failed(fault: string): Verification {
  return { ok: false, fault };
}

function inOrder(decision: DecisionProof['decision']): DecisionProof['decision'] {
  const { id, run, page, place, key, outcome, basis, codes } = decision;
  return { id, run, page, place, key, outcome, basis, codes };
}

function leafFault({ decision, leaf }: DecisionProof, bytes: Uint8Array): string | null {
  return hexOf(leafOf(decision, bytes)) === leaf.hash
    ? null
    : 'the hash of the leaf is not that of the page and its place';
}

function pathFault({ leaf, path, treeSize, checkpoint }: DecisionProof): string | null {
  if (treeSize !== checkpoint.size) return 'the tree has another size than the checkpoint';
  const root = rootFromInclusion({
    leaf: hashFrom(leaf.hash),
    index: leaf.index,
    size: treeSize,
    path: path.map(hashFrom),
  });
  if (root === null) return 'the path does not fit a tree of this size';
  return hexOf(root) === checkpoint.root ? null : 'the path does not lead to the signed root';
}

function chainOfProofFault(
  proof: DecisionProof,
  keys: Jwks,
  published: readonly SignedCheckpoint[] | null,
): string | null {
  const { checkpoint, previousCheckpoint: before } = proof;
  const fault = checkpointFault(checkpoint, keys) ?? consistencyFault(proof, keys);
  if (fault !== null || published === null) return fault;
  const own = published.filter(({ controller }) => controller === checkpoint.controller);
  const known = new Set(own.map(checkpointHash));
  const named = [checkpoint, ...(before === null ? [] : [before])];
  if (!named.every((each) => known.has(checkpointHash(each)))) {
    return 'the checkpoint is not among the published ones';
  }
  return chainFault(own, keys);
}

function consistencyFault(
  { checkpoint, previousCheckpoint: before, consistency }: DecisionProof,
  keys: Jwks,
): string | null {
  if (before === null) {
    if (checkpoint.previous !== null) return 'the checkpoint before is missing';
    return consistency.length === 0 ? null : 'there is no checkpoint before to be contained';
  }
  if (checkpoint.previous !== checkpointHash(before)) {
    return 'the checkpoint does not name the one before';
  }
  if (checkpoint.controller !== before.controller) return 'the checkpoint before is not its own';
  const fault = checkpointFault(before, keys);
  if (fault !== null) return `${fault} (the checkpoint before)`;
  const roots = rootsFromConsistency({
    before: before.size,
    size: checkpoint.size,
    rootBefore: hashFrom(before.root),
    path: consistency.map(hashFrom),
  });
  const contained =
    roots !== null && hexOf(roots.before) === before.root && hexOf(roots.after) === checkpoint.root;
  return contained ? null : 'the tree of the checkpoint before is not contained in this one';
}
