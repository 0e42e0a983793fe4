import * as z from 'zod';
import { limits } from '../../../shared/contract/limits.ts';
import { denyCodeList } from '../../../shared/contract/reason-codes.ts';
import type { EpochMs } from '../../../shared/kernel/instant.ts';
import type { ContactKey } from '../../../shared/ledger/contact-key.ts';
import type { Gate } from '../gate.ts';
import { chunksOf } from '../ports/in-parallel.ts';
import type { Row, Write } from '../ports/tables.ts';
import { Unavailable } from '../ports/unavailable.ts';
import { readPartition } from './partition.ts';

/*
 * Table `campaigns`
 *   pk `recalls/<campaign>`   sk `<number, 10 digits>`  a recall; the numbers have no gaps
 *   pk `recalled/<campaign>`  sk `<key, 16 digits>`     the same: each recipient is recalled once
 *   pk `recalled/<campaign>`  sk `last`                 the last number that was given
 * A recall is written with the number that follows the last one, in one transaction: whoever has
 * read up to some number misses nothing behind it. What the caller called the recipient is not
 * stored: it lies in the audience file, as long as that is kept.
 */

const StoredRecall = z.object({
  number: z.number().int(),
  /** 16 digits, as on the decision page. */
  key: z.string(),
  /** Where the campaign had allowed them. */
  page: z.number().int(),
  place: z.number().int(),
  supersedes: z.string(),
  /** The logged decision that recalls. */
  decisionId: z.string(),
  code: z.enum(denyCodeList),
  codes: z.array(z.enum(denyCodeList)),
  at: z.number(),
});
export type StoredRecall = z.infer<typeof StoredRecall>;
export type NewRecall = Omit<StoredRecall, 'number' | 'at'>;

const LastNumber = z.object({ number: z.number().int(), at: z.number() });

type Reads = Pick<Gate, 'tables'>;

const NUMBER_DIGITS = 10;
/** Two rows each, and the last number: they fit a transaction of 100. */
const RECALLS_TOGETHER = 40;

function numberKey(campaignId: string, number: number) {
  return { pk: `recalls/${campaignId}`, sk: String(number).padStart(NUMBER_DIGITS, '0') };
}

function recipientKey(campaignId: string, key: string) {
  return { pk: `recalled/${campaignId}`, sk: key };
}

function recallFrom({ body }: Row): StoredRecall {
  return StoredRecall.parse(JSON.parse(String(body)));
}

/** The recalls of these recipients, as far as there are any. */
export async function readRecalled(
  gate: Reads,
  campaignId: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, StoredRecall>> {
  const wanted = [...new Set(keys)].map((key) => recipientKey(campaignId, key));
  const rows = await gate.tables.batchGet('campaigns', wanted);
  return new Map(rows.map((row) => [row.sk, recallFrom(row)]));
}

/** Keeps recalls, each recipient's once; answers them all as they are kept now. */
export async function keepRecalls(
  gate: Pick<Gate, 'tables' | 'clock'>,
  campaignId: string,
  recalls: readonly NewRecall[],
): Promise<readonly StoredRecall[]> {
  const kept: StoredRecall[] = [];
  for (const some of chunksOf(recalls, RECALLS_TOGETHER)) {
    kept.push(...(await keepSome(gate, campaignId, some)));
  }
  return kept;
}

async function keepSome(
  gate: Pick<Gate, 'tables' | 'clock'>,
  campaignId: string,
  recalls: readonly NewRecall[],
): Promise<readonly StoredRecall[]> {
  const keys = recalls.map(({ key }) => key);
  for (let attempt = 0; attempt < limits.conflictRetries; attempt++) {
    const lastKey = recipientKey(campaignId, 'last');
    const lastRow = await gate.tables.get('campaigns', lastKey);
    const last =
      lastRow === null ? { number: 0, at: 0 } : LastNumber.parse(JSON.parse(String(lastRow.body)));
    const known = await readRecalled(gate, campaignId, keys);
    const fresh = recalls.filter(({ key }) => !known.has(key));
    if (fresh.length === 0) return [...known.values()];
    // The feed is in the order of its instants, whatever the clocks of two writers say.
    const at: EpochMs = Math.max(gate.clock.now(), last.at);
    const numbered = fresh.map((recall, index): StoredRecall => {
      return { ...recall, number: last.number + index + 1, at };
    });
    const version = (lastRow?.version ?? 0) + 1;
    const body = JSON.stringify({ number: last.number + numbered.length, at });
    const outcome = await gate.tables.transact([
      { kind: 'put-if-version', table: 'campaigns', row: { ...lastKey, version, body } },
      ...numbered.flatMap((recall) => recallWrites(campaignId, recall)),
    ]);
    if (outcome.done) return [...known.values(), ...numbered];
  }
  throw new Unavailable('the recalls of a campaign are being written too often at once');
}

function recallWrites(campaignId: string, recall: StoredRecall): readonly Write[] {
  const row = { version: 1, body: JSON.stringify(recall) };
  const put = (key: { readonly pk: string; readonly sk: string }): Write => {
    return { kind: 'put-if-absent', table: 'campaigns', row: { ...key, ...row } };
  };
  return [put(numberKey(campaignId, recall.number)), put(recipientKey(campaignId, recall.key))];
}

/** Recalls behind a number, in their order. */
export async function listStoredRecalls(
  gate: Reads,
  query: { readonly campaignId: string; readonly after: number; readonly limit: number },
): Promise<{ readonly recalls: readonly StoredRecall[]; readonly more: boolean }> {
  const { pk, sk } = numberKey(query.campaignId, query.after);
  const { rows, next } = await gate.tables.range({
    ...{ table: 'campaigns', pk, after: sk, limit: query.limit },
  });
  return { recalls: rows.map(recallFrom), more: next !== null };
}

/** Every recall of a campaign. */
export async function readAllRecalls(
  gate: Reads,
  campaignId: string,
): Promise<readonly StoredRecall[]> {
  return (await readPartition(gate, 'campaigns', `recalls/${campaignId}`)).map(recallFrom);
}

/*
 *   pk `noted/<campaign>`     sk `<key, 32 digits>`  changed while the campaign was being evaluated
 *   pk `searched/<campaign>`  sk `<key, 32 digits>`  to be searched for on all pages
 * Either row goes once it is settled, by its version: noted again in between, it stays.
 */

/** A key that is looked for in the rows of others. */
const Searched = z.object({
  /** Many recipients share it: a domain, or an entry of a list of hashes. */
  listing: z.boolean(),
});

/** What has changed: a recipient's own key, one that is searched for, or both. */
const Note = z.object({ own: z.boolean(), searched: Searched.nullable() });
export type Note = z.infer<typeof Note>;

export interface StoredNote extends Note {
  readonly key: ContactKey;
  readonly version: number;
}

export type NewNote = Omit<StoredNote, 'version'>;

function noteKey(campaignId: string, key: ContactKey) {
  return { pk: `noted/${campaignId}`, sk: key };
}

function noteFrom({ sk, version, body }: Row): StoredNote {
  return { key: sk, version, ...Note.parse(JSON.parse(String(body))) };
}

/** Writes that note changes, each over what was noted of the same key before. */
export async function noteWrites(
  gate: Reads,
  campaignId: string,
  notes: readonly NewNote[],
): Promise<readonly Write[]> {
  const rows = await gate.tables.batchGet(
    'campaigns',
    notes.map(({ key }) => noteKey(campaignId, key)),
  );
  const known = new Map(rows.map((row) => [row.sk, noteFrom(row)]));
  return notes.map(({ key, own, searched }): Write => {
    const before = known.get(key);
    const version = (before?.version ?? 0) + 1;
    const note: Note = {
      own: own || before?.own === true,
      searched: searched ?? before?.searched ?? null,
    };
    const row: Row = { ...noteKey(campaignId, key), version, body: JSON.stringify(note) };
    return { kind: 'put-if-version', table: 'campaigns', row };
  });
}

export async function readChangeNotes(
  gate: Reads,
  campaignId: string,
): Promise<readonly StoredNote[]> {
  return (await readPartition(gate, 'campaigns', `noted/${campaignId}`)).map(noteFrom);
}

export async function hasNotes(gate: Reads, campaignId: string): Promise<boolean> {
  const query = { table: 'campaigns', pk: `noted/${campaignId}`, limit: 1 } as const;
  return (await gate.tables.range(query)).rows.length > 0;
}

export async function endNote(
  gate: Reads,
  campaignId: string,
  { key, version }: StoredNote,
): Promise<void> {
  const address = noteKey(campaignId, key);
  await gate.tables.write({ kind: 'delete-if-version', table: 'campaigns', key: address, version });
}

/** How far a search has come: the next page, and how many are left until it was on all of them. */
const Search = z.object({
  ...Searched.shape,
  /** Null: it has not begun. */
  at: z.object({ next: z.number().int(), left: z.number().int() }).nullable(),
});
export type Search = z.infer<typeof Search>;

export interface StoredSearch extends Search {
  readonly key: ContactKey;
  readonly version: number;
}

function searchKey(campaignId: string, key: ContactKey) {
  return { pk: `searched/${campaignId}`, sk: key };
}

function searchWrite(
  campaignId: string,
  { key, version }: Pick<StoredSearch, 'key' | 'version'>,
  { listing, at }: Search,
): Write {
  const body = JSON.stringify({ listing, at });
  const row: Row = { ...searchKey(campaignId, key), version: version + 1, body };
  return { kind: 'put-if-version', table: 'campaigns', row };
}

/** As many as one transaction holds. */
const SEARCHES_TOGETHER = 100;

/** Searches on all pages, also for a key of which some pages were searched before. */
export async function beginSearches(
  gate: Reads,
  campaignId: string,
  searches: readonly NewSearch[],
): Promise<void> {
  for (const some of chunksOf(searches, SEARCHES_TOGETHER)) {
    await beginTogether(gate, campaignId, some, 0);
  }
}

type NewSearch = Pick<StoredSearch, 'key' | 'listing'>;

/**
 * Together they cost one transaction, and need not begin together: where a worker has moved one of
 * many on, each half is tried by itself.
 */
async function beginTogether(
  gate: Reads,
  campaignId: string,
  searches: readonly NewSearch[],
  attempt: number,
): Promise<void> {
  if (attempt === limits.conflictRetries) throw new Unavailable('a search keeps changing');
  const addresses = searches.map(({ key }) => searchKey(campaignId, key));
  const rows = await gate.tables.batchGet('campaigns', addresses);
  const versions = new Map(rows.map(({ sk, version }) => [sk, version]));
  const outcome = await gate.tables.transact(
    searches.map(({ key, listing }) =>
      searchWrite(campaignId, { key, version: versions.get(key) ?? 0 }, { listing, at: null }),
    ),
  );
  if (outcome.done) return;
  for (const half of chunksOf(searches, Math.ceil(searches.length / 2))) {
    await beginTogether(gate, campaignId, half, attempt + 1);
  }
}

/** Nothing happens where somebody else has changed it: who began it anew starts all over. */
export async function keepPlace(
  gate: Reads,
  campaignId: string,
  search: StoredSearch,
): Promise<void> {
  await gate.tables.write(searchWrite(campaignId, search, search));
}

export async function readSearches(
  gate: Reads,
  campaignId: string,
): Promise<readonly StoredSearch[]> {
  const rows = await readPartition(gate, 'campaigns', `searched/${campaignId}`);
  return rows.map(({ sk, version, body }) => {
    return { key: sk, version, ...Search.parse(JSON.parse(String(body))) };
  });
}

/*
 *   pk `campaign/<id>`  sk `<run>/search`  when a search of more than one call has moved last
 */

const SearchMove = z.object({ at: z.number() });

function moveKey({ id, run }: { readonly id: string; readonly run: string }) {
  return { pk: `campaign/${id}`, sk: `${run}/search` };
}

/** Kept beside the searches, because these go at their end. Losing to another move is as good. */
export async function noteSearchMove(
  gate: Pick<Gate, 'tables' | 'clock'>,
  campaign: { readonly id: string; readonly run: string },
): Promise<void> {
  const key = moveKey(campaign);
  const version = ((await gate.tables.get('campaigns', key))?.version ?? 0) + 1;
  const row: Row = { ...key, version, body: JSON.stringify({ at: gate.clock.now() }) };
  await gate.tables.write({ kind: 'put-if-version', table: 'campaigns', row });
}

/** 0 where no search of the run has taken more than one call. */
export async function searchMovedAt(
  gate: Reads,
  campaign: { readonly id: string; readonly run: string },
): Promise<EpochMs> {
  const row = await gate.tables.get('campaigns', moveKey(campaign));
  return row === null ? 0 : SearchMove.parse(JSON.parse(String(row.body))).at;
}

export async function endSearch(
  gate: Reads,
  campaignId: string,
  { key, version }: Pick<StoredSearch, 'key' | 'version'>,
): Promise<void> {
  const address = searchKey(campaignId, key);
  await gate.tables.write({ kind: 'delete-if-version', table: 'campaigns', key: address, version });
}
