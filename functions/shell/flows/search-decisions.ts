import * as z from 'zod';
import type { Decision, DecisionSearch } from '../../../shared/contract/decisions.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { parseInstant } from '../../../shared/kernel/instant.ts';
import { pageKey } from '../../../shared/log/decision-page.ts';
import { codesOf, isAllowed } from '../../../shared/policy/decide.ts';
import type { ContactKey } from '../../../shared/ledger/contact-key.ts';
import { compareText } from '../../../shared/ledger/reach.ts';
import { mayActFor, type Actor } from '../actor.ts';
import { idOf, readCursor, writeCursor } from '../cursor.ts';
import type { Gate } from '../gate.ts';
import { inParallel } from '../ports/in-parallel.ts';
import { notFound } from '../problem.ts';
import { readCampaign } from '../stores/campaign-store.ts';
import { listControllers } from '../stores/controller-store.ts';
import { listRuns, pageOfKey, runShards, type Run } from '../stores/decision-store.ts';
import {
  explainDecision,
  loggedAt,
  preparingOnce,
  readLogged,
  type Logged,
} from './explain-decision.ts';
import { personKeys } from './person-keys.ts';

/** Where to go on: behind this decision, in the order of the answer. */
const Cursor = z.strictObject({
  run: idOf('run'),
  page: z.number().int().min(0),
  place: z.number().int().min(0),
});
type Cursor = z.infer<typeof Cursor>;

/** Explanations that are derived at the same time. */
const PARALLEL_EXPLANATIONS = 8;

interface Search {
  readonly controller: string;
  readonly filter: DecisionSearch;
  /** Keys of the person that is looked for, or null for everybody. */
  readonly keys: readonly string[] | null;
  readonly limit: number;
  readonly cursor: Cursor | null;
}

export interface SearchResult {
  readonly items: readonly Decision[];
  readonly nextCursor: string | null;
  /** Whose decisions were asked for, with each controller that was searched; for the audit. */
  readonly lookedUp: readonly LookUp[];
}

export interface LookUp {
  readonly controller: string;
  readonly persons: readonly ContactKey[];
}

/** Logged decisions, newest run first and in page order within a run. */
export async function searchDecisions(
  gate: Gate,
  actor: Actor,
  filter: DecisionSearch,
): Promise<SearchResult> {
  const limit = filter.limit ?? limits.listLimitDefault;
  const cursor = readCursor(Cursor, filter.cursor ?? null, '/cursor');
  const searches = await searchesFor(gate, actor, filter, { limit, cursor });
  const parts: Part[] = [];
  for (const search of searches) parts.push(await searchController(gate, search));
  const { shown, next } = newestOf(parts, limit);
  const prepareAgain = preparingOnce(gate);
  const items = await inParallel(shown, PARALLEL_EXPLANATIONS, async (logged) => {
    return (await explainDecision(gate, logged, prepareAgain)).decision;
  });
  const lookedUp = searches.flatMap(({ controller, keys }) =>
    keys === null ? [] : [{ controller, persons: keys }],
  );
  return { items, nextCursor: next === null ? null : writeCursor(next), lookedUp };
}

/** What one controller's log holds, as far as it was looked at. */
interface Part {
  readonly found: readonly Logged[];
  /** Older runs than this one were not looked at; null when there are none. */
  readonly oldest: string | null;
}

/** Behind every decision of a run: the search goes on with the run before it. */
const END_OF_RUN = { page: 0xffff_ffff, place: 0 } as const;

/** The newest of all parts; nothing that is older than what some part has not looked at yet. */
function newestOf(
  parts: readonly Part[],
  limit: number,
): { readonly shown: readonly Logged[]; readonly next: Cursor | null } {
  const horizon = parts.reduce<string | null>((newest, { oldest }) => {
    if (newest === null || oldest === null) return newest ?? oldest;
    return compareText(oldest, newest) > 0 ? oldest : newest;
  }, null);
  const found = parts
    .flatMap((part) => part.found)
    .filter(({ place }) => horizon === null || compareText(place.run, horizon) >= 0)
    .sort((a, b) => compareText(b.place.run, a.place.run));
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  if (last !== undefined && found.length > limit) return { shown, next: last.place };
  return { shown, next: horizon === null ? null : { run: horizon, ...END_OF_RUN } };
}

/** One search for each controller that is asked about and that the token acts for. */
async function searchesFor(
  gate: Gate,
  actor: Actor,
  filter: DecisionSearch,
  page: { readonly limit: number; readonly cursor: Cursor | null },
): Promise<readonly Search[]> {
  const controllers = await controllersFor(gate, actor, filter);
  return Promise.all(
    controllers.map(async (controller) => ({
      ...page,
      controller,
      filter,
      keys: filter.recipient == null ? null : await personKeys(gate, controller, filter.recipient),
    })),
  );
}

async function controllersFor(
  gate: Gate,
  actor: Actor,
  filter: DecisionSearch,
): Promise<readonly string[]> {
  if (filter.campaignId != null) {
    const campaign = await readCampaign(gate, filter.campaignId);
    const controller = campaign?.value.fields.controller;
    const named = filter.controller ?? controller;
    if (controller === undefined || named !== controller || !mayActFor(actor, controller)) {
      throw notFound('campaign of that id');
    }
    return [controller];
  }
  if (filter.controller != null) {
    if (!mayActFor(actor, filter.controller)) throw notFound('controller of that id');
    return [filter.controller];
  }
  const all = await listControllers(gate);
  return all.filter((controller) => mayActFor(actor, controller));
}

async function searchController(gate: Gate, search: Search): Promise<Part> {
  const found: Logged[] = [];
  const { runs, oldest } = await runsOf(gate, search);
  for (const run of runs) {
    for (const logged of await searchRun(gate, run, search)) found.push(logged);
    // More than one page of answers: where the next one begins, their own order says.
    if (found.length > search.limit) break;
  }
  return { found, oldest };
}

async function runsOf(
  gate: Gate,
  search: Search,
): Promise<{ readonly runs: readonly Run[]; readonly oldest: string | null }> {
  const { filter, cursor, controller } = search;
  if (filter.campaignId != null) {
    const campaign = await readCampaign(gate, filter.campaignId);
    if (campaign === null) return { runs: [], oldest: null };
    const { run, evaluatedAt, pages } = campaign.value;
    const firstKeys = Array.from({ length: pages }, () => '');
    const only: Run = { run, controller, campaignId: filter.campaignId, evaluatedAt, firstKeys };
    return { runs: [only], oldest: null };
  }
  const before = cursor === null ? null : `${cursor.run}~`;
  const shards = runShards(search.keys);
  const parts = await Promise.all(
    shards.map((shard) =>
      listRuns(gate, { controller, shard, before, limit: limits.searchRunsPerPage }),
    ),
  );
  // A shard that goes on hides what it holds behind its last run, whatever the others show.
  const ends = parts.flatMap(({ more, runs }) => (more ? runs.slice(-1) : []));
  const oldest =
    ends
      .map(({ run }) => run)
      .sort(compareText)
      .at(-1) ?? null;
  const runs = parts
    .flatMap((part) => part.runs)
    .filter(({ run }) => oldest === null || compareText(run, oldest) >= 0)
    .filter((run) => !isAfter(run.evaluatedAt, filter.to))
    .filter((run) => run.campaignId !== null || !isBefore(run.evaluatedAt, filter.from))
    .sort((a, b) => compareText(b.run, a.run));
  return { runs, oldest };
}

/** A campaign's run is listed with its beginning; its pages are decided then or later. */
function isAfter(instant: number, latest: string | null | undefined): boolean {
  const end = latest == null ? null : parseInstant(latest);
  return end !== null && instant > end;
}

function isBefore(instant: number, earliest: string | null | undefined): boolean {
  const start = earliest == null ? null : parseInstant(earliest);
  return start !== null && instant < start;
}

/** Reads the one page that may hold the person, or page after page for everybody. */
async function searchRun(gate: Gate, run: Run, search: Search): Promise<readonly Logged[]> {
  const found: Logged[] = [];
  for (const page of pagesToRead(run, search)) {
    const place = { run: run.run, page };
    const read = await readLogged(gate, place);
    if (read === null) continue;
    const { page: decided, rows } = read;
    const { evaluatedAt } = decided.header;
    if (isBefore(evaluatedAt, search.filter.from)) continue;
    if (isAfter(evaluatedAt, search.filter.to)) continue;
    decided.entries.forEach((_, index) => {
      const logged = loggedAt({ ...place, place: index }, decided, rows);
      if (logged !== null && matches(logged, search)) found.push(logged);
    });
    if (found.length > search.limit) break;
  }
  return found;
}

function pagesToRead(run: Run, search: Search): readonly number[] {
  const first = search.cursor?.run === run.run ? search.cursor.page : 0;
  const isWhole = search.keys === null || search.filter.campaignId != null;
  const pages = isWhole
    ? [...run.firstKeys.keys()]
    : (search.keys ?? []).map((key) => pageOfKey(run, key)).filter((page) => page !== null);
  return [...new Set(pages)].filter((page) => page >= first).sort((a, b) => a - b);
}

function matches(logged: Logged, { filter, keys, cursor }: Search): boolean {
  if (cursor !== null && logged.place.run === cursor.run && !isBehind(logged, cursor)) return false;
  if (keys !== null && !keys.some((key) => pageKey(key) === logged.key)) return false;
  const allowed = isAllowed(logged.ruling);
  if (filter.outcome != null && (filter.outcome === 'allow') !== allowed) return false;
  if (filter.code == null) return true;
  return (
    logged.ruling.basis === filter.code ||
    codesOf(logged.ruling).some(({ code }) => code === filter.code)
  );
}

function isBehind({ place }: Logged, cursor: Cursor): boolean {
  return place.page > cursor.page || (place.page === cursor.page && place.place > cursor.place);
}
