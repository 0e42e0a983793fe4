import { assert } from '../kernel/assert.ts';
import { HASH_BYTES, hashNode, type Hash, type Node } from './merkle.ts';

/*
 * Complete subtrees are stored in tiles of sixteen neighbours of every fourth level; the levels in
 * between are hashed again when they are asked for. A tile is half a kilobyte, one write unit, and
 * a path through a million leaves reads some ten of them. A tile only ever grows at its end, so
 * one that has grown since answers for every smaller tree as well.
 */

const TILE_LEVELS = 4;
const TILE_WIDTH = 2 ** TILE_LEVELS;

export interface TilePlace {
  readonly level: number;
  readonly index: number;
}

/** Whether nodes of this level are stored, and not hashed again. */
export function isStored({ level }: Pick<Node, 'level'>): boolean {
  return level % TILE_LEVELS === 0;
}

/** The tile that a node is stored in, or hashed from. */
export function tileOf({ level, index }: Omit<Node, 'hash'>): TilePlace {
  const above = level % TILE_LEVELS;
  return {
    level: (level - above) / TILE_LEVELS,
    index: Math.floor((index * 2 ** above) / TILE_WIDTH),
  };
}

/** How long a tile is before a node comes in. */
export function bytesBefore({ index }: Pick<Node, 'index'>): number {
  return (index % TILE_WIDTH) * HASH_BYTES;
}

/** A tile with one more hash at its end. */
export function withNode(tile: Uint8Array, { index, hash }: Node): Uint8Array {
  assert(tile.length === bytesBefore({ index }), 'a tile grows at its end');
  return Buffer.concat([tile, hash]);
}

/** The hash of a node, out of its tile. */
export function nodeIn(tile: Uint8Array, { level, index }: Omit<Node, 'hash'>): Hash {
  const width = 2 ** (level % TILE_LEVELS);
  const first = (index * width) % TILE_WIDTH;
  return rangeIn(tile, first, width);
}

function rangeIn(tile: Uint8Array, first: number, width: number): Hash {
  if (width > 1) {
    const half = width / 2;
    return hashNode(rangeIn(tile, first, half), rangeIn(tile, first + half, half));
  }
  const hash = tile.subarray(first * HASH_BYTES, (first + 1) * HASH_BYTES);
  assert(hash.length === HASH_BYTES, 'a complete subtree is in its tile');
  return hash;
}
