import * as z from 'zod';
import { limits } from '../../../shared/contract/limits.ts';
import { FIRST_KEY_DIGITS } from '../../../shared/campaign/audience-plan.ts';
import { assert } from '../../../shared/kernel/assert.ts';
import { MINUTE_MS } from '../../../shared/kernel/instant.ts';
import {
  decodePage,
  encodePage,
  pageKey,
  type DecisionPage,
} from '../../../shared/log/decision-page.ts';
import type { Gate } from '../gate.ts';
import { inParallel } from '../ports/in-parallel.ts';
import type { Row } from '../ports/tables.ts';
import { announcePage, type PagePlace } from './unsealed-store.ts';

/*
 * Table `decisions`
 *   pk `page/<run>`                sk `<page, 6 digits>`  a packed page of decisions
 *   pk `runs/<controller>/<shard>` sk `<run>`             the directory of runs and keys
 * A check of one recipient is listed in one of sixteen shards by its key, so that a search for a
 * person reads a sixteenth of them; every other run is listed in the shard `m`.
 */

export const Run = z.object({
  run: z.string(),
  controller: z.string(),
  campaignId: z.string().nullable(),
  evaluatedAt: z.number(),
  /**
   * First key of each page, or its first digits where no two pages share them: which page may hold
   * a person is seen without reading any. Those of many pages are packed, 5 bytes each.
   */
  firstKeys: z.union([z.array(z.string()), z.string().transform(unpackKeys)]),
});
export type Run = z.infer<typeof Run>;

const PACKED_KEY_BYTES = FIRST_KEY_DIGITS / 2;

function packKeys(keys: readonly string[]): string {
  return Buffer.from(keys.join(''), 'hex').toString('base64');
}

function unpackKeys(text: string): string[] {
  const bytes = Buffer.from(text, 'base64');
  const count = bytes.length / PACKED_KEY_BYTES;
  return Array.from({ length: count }, (_, index) =>
    bytes.toString('hex', index * PACKED_KEY_BYTES, (index + 1) * PACKED_KEY_BYTES),
  );
}

const SHARED_SHARD = 'm';
const SINGLE_SHARDS = [...'0123456789abcdef'];

/** The shards that may list a run with one of these keys; without keys, all of them. */
export function runShards(keys: readonly string[] | null): readonly string[] {
  const singles = keys === null ? SINGLE_SHARDS : [...new Set(keys.map((key) => key.slice(0, 1)))];
  return [SHARED_SHARD, ...singles];
}

function shardOf(run: Run, isSingle: boolean): string {
  return isSingle ? (run.firstKeys[0] ?? '').slice(0, 1) : SHARED_SHARD;
}

export function runRow(run: Run, isSingle: boolean): Row {
  const pk = `runs/${run.controller}/${shardOf(run, isSingle)}`;
  const isPacked = run.firstKeys.every((key) => key.length === FIRST_KEY_DIGITS);
  const firstKeys = isPacked ? packKeys(run.firstKeys) : run.firstKeys;
  return { pk, sk: run.run, version: 1, body: JSON.stringify({ ...run, firstKeys }) };
}

/** A campaign's run as the directory lists it; null when it is not there. */
export async function readRun(
  gate: Pick<Gate, 'tables'>,
  { controller, run }: { readonly controller: string; readonly run: string },
): Promise<Run | null> {
  const key = { pk: `runs/${controller}/${SHARED_SHARD}`, sk: run };
  const row = await gate.tables.get('decisions', key);
  return row === null ? null : Run.parse(JSON.parse(String(row.body)));
}

/** Runs of one shard, newest first, older than `before` (exclusive). */
export async function listRuns(
  gate: Pick<Gate, 'tables'>,
  query: {
    readonly controller: string;
    readonly shard: string;
    readonly before: string | null;
    readonly limit: number;
  },
): Promise<{ readonly runs: readonly Run[]; readonly more: boolean }> {
  const { rows, next } = await gate.tables.range({
    table: 'decisions',
    pk: `runs/${query.controller}/${query.shard}`,
    order: 'descending',
    limit: query.limit,
    ...(query.before === null ? {} : { after: query.before }),
  });
  const runs = rows.map((row) => Run.parse(JSON.parse(String(row.body))));
  return { runs, more: next !== null };
}

/** Runs of one shard behind a run, the oldest first. */
export async function listOldestRuns(
  gate: Pick<Gate, 'tables'>,
  query: {
    readonly controller: string;
    readonly shard: string;
    readonly after: string | null;
    readonly limit: number;
  },
): Promise<readonly Run[]> {
  const { rows } = await gate.tables.range({
    table: 'decisions',
    pk: `runs/${query.controller}/${query.shard}`,
    limit: query.limit,
    ...(query.after === null ? {} : { after: query.after }),
  });
  return rows.map((row) => Run.parse(JSON.parse(String(row.body))));
}

/** Deletes a run: its pages first, so that what was begun is found again in the directory. */
export async function deleteRun(
  gate: Pick<Gate, 'tables'>,
  run: Run & { readonly shard: string },
): Promise<void> {
  const away = (key: { readonly pk: string; readonly sk: string }) =>
    gate.tables.write({ kind: 'delete-if-version', table: 'decisions', key, version: 1 });
  const pages = [...run.firstKeys.keys()];
  await inParallel(pages, limits.parallelSubjects, (page) =>
    away(pageAddress({ run: run.run, page })),
  );
  await away({ pk: `runs/${run.controller}/${run.shard}`, sk: run.run });
}

/** The page of a run on which a key would stand; null when it sorts before all of them. */
export function pageOfKey(run: Run, contactKey: string): number | null {
  const key = pageKey(contactKey);
  let low = 0;
  let high = run.firstKeys.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    // A beginning sorts before whatever begins with it.
    if ((run.firstKeys[middle] ?? '') <= key) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? null : low - 1;
}

/**
 * Writes a page unless it is there: the first writer decides, everybody else reads what was
 * decided.
 */
export async function keepPage(
  gate: Pick<Gate, 'tables' | 'clock'>,
  place: PagePlace,
  page: DecisionPage,
): Promise<DecisionPage> {
  const own = { controller: page.header.controller, bytes: encodePage(page) };
  return (await keepPageBytes(gate, place, own)) ? page : mustReadPage(gate, place);
}

/**
 * The same of a page that is encoded; false when another one is there. No decision leaves the gate
 * before this has ended. The page is announced to the sealer first, so there is none that it does
 * not hear of; in one transaction both would cost twice as much. Announcements of pages that never
 * came are forgotten after a day, so whoever was held up between the two steps announces again.
 */
export async function keepPageBytes(
  gate: Pick<Gate, 'tables' | 'clock'>,
  place: PagePlace,
  { controller, bytes }: { readonly controller: string; readonly bytes: Uint8Array },
): Promise<boolean> {
  const announcedAt = gate.clock.now();
  await announcePage(gate, controller, place);
  const row: Row = { ...pageAddress(place), version: 1, body: bytes };
  const outcome = await gate.tables.write({ kind: 'put-if-absent', table: 'decisions', row });
  const tookMs = gate.clock.now() - announcedAt;
  if (tookMs > limits.announceAgainMinutes * MINUTE_MS) await announcePage(gate, controller, place);
  return outcome.done;
}

/** A page that could not be written, because it is there. */
export async function mustReadPage(
  gate: Pick<Gate, 'tables'>,
  place: PagePlace,
): Promise<DecisionPage> {
  const kept = await readPage(gate, place);
  assert(kept !== null, 'a page that could not be written is there');
  return kept;
}

export async function readPage(
  gate: Pick<Gate, 'tables'>,
  place: { readonly run: string; readonly page: number },
): Promise<DecisionPage | null> {
  const bytes = await readPageBytes(gate, place);
  return bytes === null ? null : decodePage(bytes);
}

/** A page as it is stored. */
export async function readPageBytes(
  gate: Pick<Gate, 'tables'>,
  place: PagePlace,
): Promise<Uint8Array | null> {
  const row = await gate.tables.get('decisions', pageAddress(place));
  return row === null ? null : bytesOf(row);
}

/** Many of them, in the order of their places; null for those that are not there. */
export async function readManyPages(
  gate: Pick<Gate, 'tables'>,
  places: readonly PagePlace[],
): Promise<readonly (Uint8Array | null)[]> {
  const rows = await gate.tables.batchGet('decisions', places.map(pageAddress));
  const found = new Map(rows.map((row) => [`${row.pk} ${row.sk}`, bytesOf(row)]));
  return places.map((place) => {
    const { pk, sk } = pageAddress(place);
    return found.get(`${pk} ${sk}`) ?? null;
  });
}

function bytesOf({ body }: Row): Uint8Array {
  assert(typeof body !== 'string', 'a page is stored as bytes');
  return body;
}

function pageAddress({ run, page }: PagePlace) {
  return { pk: `page/${run}`, sk: String(page).padStart(6, '0') };
}
