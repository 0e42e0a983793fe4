import * as z from 'zod';
import { SignedCheckpoint, SigningJwk, type Jwks } from '../../../shared/contract/proofs.ts';
import { assert } from '../../../shared/kernel/assert.ts';
import {
  emptyFrontier,
  type Frontier,
  type Node,
  type ReadNode,
} from '../../../shared/log/merkle.ts';
import { hexOf } from '../../../shared/log/proof.ts';
import {
  bytesBefore,
  isStored,
  nodeIn,
  tileOf,
  withNode,
  type TilePlace,
} from '../../../shared/log/tiles.ts';
import type { Gate } from '../gate.ts';
import type { Row, Write } from '../ports/tables.ts';
import { readPartition } from './partition.ts';
import type { PagePlace } from './unsealed-store.ts';

/*
 * Table `seals`, append-only: a Merkle tree over the decision pages of each controller. One
 * transaction seals: all rows with (*) go together, under the version of the head.
 *   pk `head/<controller>`    sk `head`                        (*) the right-hand edge of the tree
 *   pk `totals/<controller>`  sk `totals`                      (*) what its leaves say, in sum
 *   pk `tree/<controller>`    sk `<level>/<index, 12 digits>`  (*) a tile of hashes
 *   pk `leaves/<controller>`  sk `<first index, 15 digits>`    (*) which pages were sealed together
 *   pk `checkpoints`          sk `<controller>/<size>`         (*) signed; size in 15 digits
 *   pk `page/<run>`           sk `<page, 6 digits>`            the leaf of a page; follows
 *   pk `keys`                 sk `<key id>`                    a public key, before its first use
 */

const Peak = z.string().regex(/^[0-9a-f]{64}$/);

const Head = z.object({
  size: z.number().int(),
  peaks: z.array(Peak),
  /** The first leaf that the last checkpoint added. */
  addedFrom: z.number().int(),
  last: SignedCheckpoint,
  before: SignedCheckpoint.nullable(),
});
export type Head = z.infer<typeof Head>;

export interface StoredHead {
  readonly version: number;
  /** Null before the first checkpoint. */
  readonly value: Head | null;
}

export const Totals = z.object({
  pages: z.number().int(),
  decisions: z.number().int(),
  allowed: z.number().int(),
  denied: z.number().int(),
  codes: z.record(z.string(), z.number().int()),
});
export type Totals = z.infer<typeof Totals>;

export const noTotals: Totals = Object.freeze({
  ...{ pages: 0, decisions: 0, allowed: 0, denied: 0 },
  codes: Object.freeze({}),
});

const headKey = (controller: string) => ({ pk: `head/${controller}`, sk: 'head' });
const totalsKey = (controller: string) => ({ pk: `totals/${controller}`, sk: 'totals' });
const pageKey = ({ run, page }: PagePlace) => ({ pk: `page/${run}`, sk: digits(page, 6) });
const checkpointKey = (controller: string, size: number) => ({
  pk: 'checkpoints',
  sk: `${controller}/${digits(size, 15)}`,
});
const leavesKey = (controller: string, from: number) => ({
  pk: `leaves/${controller}`,
  sk: digits(from, 15),
});
const tileKey = (controller: string, { level, index }: TilePlace) => ({
  pk: `tree/${controller}`,
  sk: `${level}/${digits(index, 12)}`,
});

function digits(value: number, count: number): string {
  return String(value).padStart(count, '0');
}

export async function readHead(
  gate: Pick<Gate, 'tables'>,
  controller: string,
): Promise<StoredHead> {
  const row = await gate.tables.get('seals', headKey(controller));
  if (row === null) return { version: 0, value: null };
  return { version: row.version, value: Head.parse(JSON.parse(String(row.body))) };
}

export function frontierOf({ value }: StoredHead): Frontier {
  if (value === null) return emptyFrontier;
  return { size: value.size, peaks: value.peaks.map((hex) => Buffer.from(hex, 'hex')) };
}

export async function readTotals(gate: Pick<Gate, 'tables'>, controller: string): Promise<Totals> {
  const row = await gate.tables.get('seals', totalsKey(controller));
  return row === null ? noTotals : Totals.parse(JSON.parse(String(row.body)));
}

/** What one checkpoint adds. */
export interface Seal {
  readonly before: StoredHead;
  readonly frontier: Frontier;
  readonly nodes: readonly Node[];
  readonly places: readonly PagePlace[];
  readonly checkpoint: SignedCheckpoint;
  readonly totals: Totals;
}

/** All or nothing, and by one of two sealers at once; false when another one was faster. */
export async function writeSeal(gate: Pick<Gate, 'tables'>, seal: Seal): Promise<boolean> {
  const { before, frontier, checkpoint } = seal;
  const { controller } = checkpoint;
  const from = before.value?.size ?? 0;
  const head: Head = {
    size: frontier.size,
    peaks: frontier.peaks.map(hexOf),
    addedFrom: from,
    last: checkpoint,
    before: before.value?.last ?? null,
  };
  const version = before.version + 1;
  const tiles = await tileWrites(gate, controller, seal.nodes);
  if (tiles === null) return false;
  const leaves = seal.places.map(({ run, page }) => [run, page]);
  const outcome = await gate.tables.transact([
    put({ ...headKey(controller), version, body: JSON.stringify(head) }),
    put({ ...totalsKey(controller), version, body: JSON.stringify(seal.totals) }),
    put({
      ...checkpointKey(controller, checkpoint.size),
      version: 1,
      body: JSON.stringify(checkpoint),
    }),
    put({ ...leavesKey(controller, from), version: 1, body: JSON.stringify(leaves) }),
    ...tiles,
  ]);
  return outcome.done;
}

function put(row: Row): Write {
  return { kind: 'put-if-version', table: 'seals', row };
}

/**
 * Tiles with their new nodes; those that have begun already are read and replaced. Null when one of
 * them has grown since the head was read: another sealer was faster.
 */
async function tileWrites(
  gate: Pick<Gate, 'tables'>,
  controller: string,
  nodes: readonly Node[],
): Promise<readonly Write[] | null> {
  const tiles = new Map<string, { place: TilePlace; nodes: Node[] }>();
  for (const node of nodes.filter(isStored)) {
    const place = tileOf(node);
    const name = tileKey(controller, place).sk;
    const tile = tiles.get(name) ?? { place, nodes: [] };
    tiles.set(name, tile);
    tile.nodes.push(node);
  }
  const keys = [...tiles.values()].map(({ place }) => tileKey(controller, place));
  const begun = new Map((await gate.tables.batchGet('seals', keys)).map((row) => [row.sk, row]));
  const writes: Write[] = [];
  for (const [name, tile] of tiles) {
    const row = begun.get(name);
    const start = row === undefined ? new Uint8Array(0) : bytesOf(row);
    const [first] = tile.nodes;
    if (first !== undefined && start.length > bytesBefore(first)) return null;
    const body = tile.nodes.reduce(withNode, start);
    const version = (row?.version ?? 0) + 1;
    writes.push(put({ ...tileKey(controller, tile.place), version, body }));
  }
  return writes;
}

function bytesOf({ body }: Row): Uint8Array {
  assert(typeof body !== 'string', 'a tile is stored as bytes');
  return body;
}

/** Reads nodes of a controller's tree; each tile once. */
export function readingNodes(gate: Pick<Gate, 'tables'>, controller: string): ReadNode {
  const tiles = new Map<string, Promise<Row | null>>();
  return async (place) => {
    const key = tileKey(controller, tileOf(place));
    const reading = tiles.get(key.sk) ?? gate.tables.get('seals', key);
    tiles.set(key.sk, reading);
    const row = await reading;
    assert(row !== null, 'the tiles of a sealed tree are there');
    return nodeIn(bytesOf(row), place);
  };
}

const Leaves = z.array(z.tuple([z.string(), z.number().int()]));

/** The pages that became leaves together, in the order of the leaves. */
export async function readLeaves(
  gate: Pick<Gate, 'tables'>,
  controller: string,
  from: number,
): Promise<readonly PagePlace[]> {
  const row = await gate.tables.get('seals', leavesKey(controller, from));
  assert(row !== null, 'the leaves of a checkpoint are listed');
  return Leaves.parse(JSON.parse(String(row.body))).map(([run, page]) => ({ run, page }));
}

/** Says which leaf a page is; saying it again changes nothing. */
export async function writeLeafOfPage(
  gate: Pick<Gate, 'tables'>,
  place: PagePlace,
  leaf: number,
): Promise<void> {
  const row: Row = { ...pageKey(place), version: 1, body: String(leaf) };
  await gate.tables.write({ kind: 'put-if-absent', table: 'seals', row });
}

export async function readLeafOfPage(
  gate: Pick<Gate, 'tables'>,
  place: PagePlace,
): Promise<number | null> {
  const row = await gate.tables.get('seals', pageKey(place));
  return row === null ? null : Number(row.body);
}

/** Those of the pages that are leaves. */
export async function sealedAmong<Place extends PagePlace>(
  gate: Pick<Gate, 'tables'>,
  places: readonly Place[],
): Promise<ReadonlySet<Place>> {
  const rows = await gate.tables.batchGet('seals', places.map(pageKey));
  const found = new Set(rows.map(({ pk, sk }) => `${pk} ${sk}`));
  const isSealed = (place: Place) => {
    const { pk, sk } = pageKey(place);
    return found.has(`${pk} ${sk}`);
  };
  return new Set(places.filter(isSealed));
}

/** Checkpoints, controller by controller, each chain newest first. */
export async function listCheckpoints(
  gate: Pick<Gate, 'tables'>,
  query: {
    readonly controller: string | null;
    readonly limit: number;
    readonly after: string | null;
  },
): Promise<{ readonly checkpoints: readonly SignedCheckpoint[]; readonly next: string | null }> {
  const { controller, limit, after } = query;
  const { rows, next } = await gate.tables.range({
    table: 'seals',
    pk: 'checkpoints',
    order: 'descending',
    limit,
    ...(controller === null ? {} : { from: `${controller}/`, to: `${controller}/~` }),
    ...(after === null ? {} : { after }),
  });
  const checkpoints = rows.map(({ body }) => SignedCheckpoint.parse(JSON.parse(String(body))));
  return { checkpoints, next };
}

const published = new WeakMap<Gate['tables'], string>();

/** The key is published before anything is signed with it. */
export async function publishSigner({
  tables,
  signer,
}: Pick<Gate, 'tables' | 'signer'>): Promise<void> {
  if (published.get(tables) === signer.keyId) return;
  await publishKey({ tables }, signer.publicJwk());
  published.set(tables, signer.keyId);
}

async function publishKey(gate: Pick<Gate, 'tables'>, jwk: SigningJwk): Promise<void> {
  const row: Row = { pk: 'keys', sk: jwk.kid, version: 1, body: JSON.stringify(jwk) };
  await gate.tables.write({ kind: 'put-if-absent', table: 'seals', row });
}

/** Every key that ever signed: old checkpoints are to be verified as well. */
export async function readKeys(gate: Pick<Gate, 'tables'>): Promise<Jwks> {
  const rows = await readPartition(gate, 'seals', 'keys');
  return { keys: rows.map(({ body }) => SigningJwk.parse(JSON.parse(String(body)))) };
}
