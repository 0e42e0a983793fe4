import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  append,
  consistencyPath,
  emptyFrontier,
  hashLeaf,
  hashNode,
  inclusionPath,
  rootFromInclusion,
  rootOf,
  rootsFromConsistency,
  type Hash,
  type Node,
  type ReadNode,
} from '../../shared/log/merkle.ts';
import { isStored, nodeIn, tileOf, withNode } from '../../shared/log/tiles.ts';

/** RFC 6962, 2.1, word for word: slow, and written without a look at the program. */
function rootByDefinition(leaves: readonly Buffer[]): Buffer {
  const sha256 = (...parts: Uint8Array[]) =>
    createHash('sha256').update(Buffer.concat(parts)).digest();
  if (leaves.length === 0) return sha256();
  const [only] = leaves;
  if (leaves.length === 1 && only !== undefined) return sha256(Buffer.from([0]), only);
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha256(
    Buffer.from([1]),
    rootByDefinition(leaves.slice(0, split)),
    rootByDefinition(leaves.slice(split)),
  );
}

const contentOf = (index: number) => Buffer.from(`leaf ${index}`);

/** A tree as it is stored: tiles, and the root of every size it ever had. */
function grow(size: number) {
  const tiles = new Map<string, Uint8Array>();
  const roots: Hash[] = [rootOf(emptyFrontier)];
  const leaves: Hash[] = [];
  let frontier = emptyFrontier;
  for (let index = 0; index < size; index++) {
    const leaf = hashLeaf(contentOf(index));
    leaves.push(leaf);
    const grown = append(frontier, leaf);
    frontier = grown.frontier;
    for (const node of grown.nodes.filter(isStored)) {
      const name = JSON.stringify(tileOf(node));
      tiles.set(name, withNode(tiles.get(name) ?? new Uint8Array(0), node));
    }
    roots.push(rootOf(frontier));
  }
  const read: ReadNode = async (place: Omit<Node, 'hash'>) => {
    const tile = tiles.get(JSON.stringify(tileOf(place)));
    if (tile === undefined) throw new Error(`no tile for ${JSON.stringify(place)}`);
    return nodeIn(tile, place);
  };
  const rootAt = (count: number) => roots[count] ?? new Uint8Array(0);
  const leafAt = (index: number) => leaves[index] ?? new Uint8Array(0);
  return { read, rootAt, leafAt, frontier };
}

const RUNS = 10_000;
const LARGE = 5000;
const large = grow(LARGE);

const sizes = fc.integer({ min: 1, max: LARGE });
/** A leaf of a tree of any size. */
const placed = sizes.chain((size) =>
  fc.record({ size: fc.constant(size), index: fc.integer({ min: 0, max: size - 1 }) }),
);

function flipped(hash: Hash, bit: number): Hash {
  const changed = Uint8Array.from(hash);
  const byte = (bit >> 3) % changed.length;
  changed[byte] = (changed[byte] ?? 0) ^ (1 << (bit & 7));
  return changed;
}

describe('a tree', () => {
  it('has the roots of the definition', () => {
    for (const size of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 32, 33, 100, 255, 256, 257]) {
      const leaves = Array.from({ length: size }, (_, index) => contentOf(index));
      expect(Buffer.from(large.rootAt(size)).equals(rootByDefinition(leaves))).toBe(true);
    }
  });

  it('has the root that others compute, too', () => {
    // The eight leaves with which the implementations of Certificate Transparency are tested.
    const inputs = [
      ...['', '00', '10', '2021', '3031', '40414243'],
      ...['5051525354555657', '606162636465666768696a6b6c6d6e6f'],
    ];
    let frontier = emptyFrontier;
    for (const input of inputs) {
      frontier = append(frontier, hashLeaf(Buffer.from(input, 'hex'))).frontier;
    }
    expect(Buffer.from(rootOf(frontier)).toString('hex')).toBe(
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    );
  });

  it('is appended to with one hash for each bit of its size', () => {
    expect(large.frontier.peaks).toHaveLength(
      [...LARGE.toString(2)].filter((b) => b === '1').length,
    );
  });

  it('tells a node from a leaf with the same content', () => {
    const [left, right] = [hashLeaf('a'), hashLeaf('b')];
    expect(hashLeaf(left, right)).not.toEqual(hashNode(left, right));
  });
});

describe('an inclusion path', () => {
  it('leads from every leaf of every size to 200 to the root', async () => {
    for (let size = 1; size <= 200; size++) {
      for (let index = 0; index < size; index++) {
        const path = await inclusionPath(index, size, large.read);
        const root = rootFromInclusion({ leaf: large.leafAt(index), index, size, path });
        expect(root, `leaf ${index} of ${size}`).toEqual(large.rootAt(size));
      }
    }
  });

  it('is no longer than the tree is high', async () => {
    await fc.assert(
      fc.asyncProperty(placed, async ({ index, size }) => {
        const path = await inclusionPath(index, size, large.read);
        expect(path.length).toBeLessThanOrEqual(Math.ceil(Math.log2(size)));
        const root = rootFromInclusion({ leaf: large.leafAt(index), index, size, path });
        expect(root).toEqual(large.rootAt(size));
      }),
      { numRuns: RUNS },
    );
  });

  it('proves nothing when leaf, place or any part of it is changed', async () => {
    const change = fc.constantFrom('leaf', 'step', 'missing', 'more', 'index', 'root');
    const bits = fc.nat(255);
    await fc.assert(
      fc.asyncProperty(placed, change, bits, fc.nat(), async (place, kind, bit, nth) => {
        const { index, size } = place;
        const path = await inclusionPath(index, size, large.read);
        const proof = { leaf: large.leafAt(index), index, size, path };
        const at = path.length === 0 ? 0 : nth % path.length;
        const step = path[at];
        const wrong = { ...proof };
        let due = large.rootAt(size);
        if (kind === 'leaf' || (kind === 'step' && step === undefined)) {
          wrong.leaf = flipped(proof.leaf, bit);
        } else if (kind === 'step' && step !== undefined) {
          wrong.path = path.with(at, flipped(step, bit));
        } else if (kind === 'missing' && step !== undefined) wrong.path = path.toSpliced(at, 1);
        else if (kind === 'more') wrong.path = path.toSpliced(at, 0, large.leafAt(nth % LARGE));
        else if (kind === 'index')
          wrong.index = size === 1 ? 1 : (index + 1 + (nth % (size - 1))) % size;
        else due = flipped(due, bit);
        expect(rootFromInclusion(wrong)).not.toEqual(due);
      }),
      { numRuns: RUNS },
    );
  });

  it('is refused for what is no place in a tree', () => {
    const leaf = large.leafAt(0);
    for (const [index, size] of [
      [0, 0],
      [1, 1],
      [-1, 1],
      [0.5, 2],
      [0, Number.NaN],
      [2 ** 53, 2 ** 54],
    ] as const) {
      expect(rootFromInclusion({ leaf, index, size, path: [] })).toBeNull();
    }
  });
});

describe('a consistency path', () => {
  const check = async (before: number, size: number) => {
    const path = await consistencyPath(before, size, large.read);
    const rootBefore = large.rootAt(before);
    return { path, roots: rootsFromConsistency({ before, size, rootBefore, path }) };
  };

  it('leads from every size to every later one, to 150', async () => {
    for (let size = 1; size <= 150; size++) {
      for (let before = 1; before <= size; before++) {
        const { roots } = await check(before, size);
        const due = { before: large.rootAt(before), after: large.rootAt(size) };
        expect(roots, `${before} in ${size}`).toEqual(due);
      }
    }
  });

  const twoSizes = fc
    .tuple(sizes, sizes)
    .map(([a, b]) => ({ before: Math.min(a, b), size: Math.max(a, b) }));

  it('holds between any two sizes', async () => {
    await fc.assert(
      fc.asyncProperty(twoSizes, async ({ before, size }) => {
        const { roots } = await check(before, size);
        expect(roots).toEqual({ before: large.rootAt(before), after: large.rootAt(size) });
      }),
      { numRuns: RUNS },
    );
  });

  it('holds for no other tree: one changed leaf is seen', async () => {
    const changed = 777;
    const small = grow(1000);
    let other = emptyFrontier;
    const others: Hash[] = [rootOf(other)];
    for (let index = 0; index < 1000; index++) {
      const leaf = hashLeaf(index === changed ? 'something else' : contentOf(index));
      other = append(other, leaf).frontier;
      others.push(rootOf(other));
    }
    for (let before = changed + 1; before <= 1000; before++) {
      const path = await consistencyPath(before, 1000, small.read);
      const rootBefore = others[before] ?? new Uint8Array(0);
      const roots = rootsFromConsistency({ before, size: 1000, rootBefore, path });
      const holds =
        roots !== null &&
        Buffer.compare(roots.before, rootBefore) === 0 &&
        Buffer.compare(roots.after, small.rootAt(1000)) === 0;
      expect(holds, `of size ${before}`).toBe(false);
    }
  });

  it('shows nothing when any part of it is changed', async () => {
    await fc.assert(
      fc.asyncProperty(
        twoSizes.filter(({ before, size }) => before < size),
        fc.constantFrom('step', 'missing', 'more', 'root'),
        fc.nat(255),
        fc.nat(),
        async ({ before, size }, kind, bit, nth) => {
          const path = await consistencyPath(before, size, large.read);
          const at = nth % path.length;
          const step = path[at] ?? new Uint8Array(32);
          const rootBefore = large.rootAt(before);
          const due = { before: rootBefore, after: large.rootAt(size) };
          const wrong = { before, size, rootBefore, path: [...path] };
          if (kind === 'step') wrong.path = path.with(at, flipped(step, bit));
          else if (kind === 'missing') wrong.path = path.toSpliced(at, 1);
          else if (kind === 'more') wrong.path = path.toSpliced(at, 0, large.leafAt(nth % LARGE));
          else due.after = flipped(due.after, bit);
          expect(rootsFromConsistency(wrong)).not.toEqual(due);
        },
      ),
      { numRuns: RUNS },
    );
  });
});
