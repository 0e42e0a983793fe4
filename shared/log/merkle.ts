import { createHash } from 'node:crypto';
import { assert } from '../kernel/assert.ts';

/*
 * The Merkle tree of RFC 6962, section 2.1 (and RFC 9162, section 2.1), over SHA-256: leaves and
 * nodes are hashed under different prefixes, so that no node can be passed off as a leaf.
 */

export type Hash = Uint8Array;

export const HASH_BYTES = 32;
const LEAF_PREFIX = new Uint8Array([0x00]);
const NODE_PREFIX = new Uint8Array([0x01]);

export function hashLeaf(...parts: readonly (string | Uint8Array)[]): Hash {
  const hash = createHash('sha256').update(LEAF_PREFIX);
  for (const part of parts) hash.update(part);
  return hash.digest();
}

export function hashNode(left: Hash, right: Hash): Hash {
  return createHash('sha256').update(NODE_PREFIX).update(left).update(right).digest();
}

/** The root of a tree without leaves (RFC 6962, 2.1): the hash of nothing. */
const EMPTY_ROOT: Hash = createHash('sha256').digest();

/**
 * The right-hand edge of a tree: the roots of its largest complete subtrees, from left to right,
 * one for each bit of the size. It is all that is needed to append, and to know the root.
 */
export interface Frontier {
  readonly size: number;
  readonly peaks: readonly Hash[];
}

export const emptyFrontier: Frontier = Object.freeze({ size: 0, peaks: Object.freeze([]) });

/** A complete subtree: 2^level leaves, from the leaf `index` times 2^level on. */
export interface Node {
  readonly level: number;
  readonly index: number;
  readonly hash: Hash;
}

/** The tree with one more leaf, and every subtree that this leaf completes, itself first. */
export function append(
  { size, peaks }: Frontier,
  leaf: Hash,
): { readonly frontier: Frontier; readonly nodes: readonly Node[] } {
  const nodes: Node[] = [{ level: 0, index: size, hash: leaf }];
  const rest = [...peaks];
  let [hash, index, level] = [leaf, size, 0];
  while (index % 2 === 1) {
    const left = rest.pop();
    assert(left !== undefined, 'a frontier has a peak for each bit of its size');
    hash = hashNode(left, hash);
    index = (index - 1) / 2;
    level++;
    nodes.push({ level, index, hash });
  }
  return { frontier: { size: size + 1, peaks: [...rest, hash] }, nodes };
}

/** The root over all leaves: the peaks, joined from the right. */
export function rootOf({ peaks }: Frontier): Hash {
  const [last, ...others] = peaks.toReversed();
  if (last === undefined) return EMPTY_ROOT;
  return others.reduce((right, left) => hashNode(left, right), last);
}

/** Half-open range of leaves. */
interface Leaves {
  readonly from: number;
  readonly to: number;
}

/** The largest power of two that is smaller than a count of at least 2 (RFC 6962: k). */
function splitOf(count: number): number {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
}

/** The level of a complete subtree with this many leaves; null when there is none. */
function levelOf(count: number): number | null {
  let [rest, level] = [count, 0];
  while (rest > 1 && rest % 2 === 0) [rest, level] = [rest / 2, level + 1];
  return rest === 1 ? level : null;
}

/** The ranges whose roots lead from one leaf up to the root, lowest first (RFC 6962, 2.1.1). */
function inclusionRanges(index: number, { from, to }: Leaves): readonly Leaves[] {
  if (to - from === 1) return [];
  const middle = from + splitOf(to - from);
  return index < middle
    ? [...inclusionRanges(index, { from, to: middle }), { from: middle, to }]
    : [...inclusionRanges(index, { from: middle, to }), { from, to: middle }];
}

/** The ranges that show a tree of `size` inside a larger one (RFC 6962, 2.1.2). */
function consistencyRanges(size: number, { from, to }: Leaves, whole: boolean): readonly Leaves[] {
  if (size === to - from) return whole ? [] : [{ from, to }];
  const split = splitOf(to - from);
  const middle = from + split;
  return size <= split
    ? [...consistencyRanges(size, { from, to: middle }, whole), { from: middle, to }]
    : [...consistencyRanges(size - split, { from: middle, to }, false), { from, to: middle }];
}

/** Where hashes of complete subtrees are kept. */
export type ReadNode = (place: Omit<Node, 'hash'>) => Promise<Hash>;

/** The root of a range of leaves, of the complete subtrees that it is made of. */
async function rangeRoot({ from, to }: Leaves, read: ReadNode): Promise<Hash> {
  const count = to - from;
  const level = levelOf(count);
  if (level !== null) return read({ level, index: from / count });
  const middle = from + splitOf(count);
  const [left, right] = await Promise.all([
    rangeRoot({ from, to: middle }, read),
    rangeRoot({ from: middle, to }, read),
  ]);
  return hashNode(left, right);
}

/** The path from a leaf to the root of a tree of `size` leaves. */
export function inclusionPath(index: number, size: number, read: ReadNode): Promise<Hash[]> {
  assert(index >= 0 && index < size, 'a leaf lies in its tree');
  const ranges = inclusionRanges(index, { from: 0, to: size });
  return Promise.all(ranges.map((range) => rangeRoot(range, read)));
}

/** The path that shows that the first `before` leaves of a tree of `size` are as they were. */
export function consistencyPath(before: number, size: number, read: ReadNode): Promise<Hash[]> {
  assert(before >= 1 && before <= size, 'a tree grows, and nothing is proved of an empty one');
  const ranges = consistencyRanges(before, { from: 0, to: size }, true);
  return Promise.all(ranges.map((range) => rangeRoot(range, read)));
}

/**
 * The root that a leaf and its path lead to, or null when the path is not as long as a path of
 * that leaf has to be (RFC 9162, 2.1.3.2).
 */
export function rootFromInclusion(proof: {
  readonly leaf: Hash;
  readonly index: number;
  readonly size: number;
  readonly path: readonly Hash[];
}): Hash | null {
  const { leaf, index, size, path } = proof;
  if (!isCount(index) || !isCount(size) || index >= size) return null;
  let [node, last, hash] = [index, size - 1, leaf];
  for (const sibling of path) {
    if (last === 0) return null;
    if (node % 2 === 1 || node === last) {
      hash = hashNode(sibling, hash);
      while (node % 2 === 0 && node !== 0) {
        node /= 2;
        last = Math.floor(last / 2);
      }
    } else hash = hashNode(hash, sibling);
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? hash : null;
}

/**
 * The roots of the smaller and of the larger tree that a consistency path leads to, or null when
 * it cannot be a path between these sizes (RFC 9162, 2.1.4.2).
 */
export function rootsFromConsistency(proof: {
  readonly before: number;
  readonly size: number;
  readonly rootBefore: Hash;
  readonly path: readonly Hash[];
}): { readonly before: Hash; readonly after: Hash } | null {
  const { before, size, rootBefore, path } = proof;
  if (!isCount(before) || !isCount(size) || before < 1 || before > size) return null;
  if (before === size) return path.length === 0 ? { before: rootBefore, after: rootBefore } : null;
  // A tree that is complete by itself is the first step of the path, which then leaves it out.
  const [first, ...rest] = levelOf(before) !== null ? [rootBefore, ...path] : path;
  if (first === undefined) return null;
  let [node, last] = [before - 1, size - 1];
  while (node % 2 === 1) {
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  let [left, right] = [first, first];
  for (const step of rest) {
    if (last === 0) return null;
    if (node % 2 === 1 || node === last) {
      left = hashNode(step, left);
      right = hashNode(step, right);
      while (node % 2 === 0 && node !== 0) {
        node /= 2;
        last = Math.floor(last / 2);
      }
    } else right = hashNode(right, step);
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? { before: left, after: right } : null;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
