import type { EpochMs } from '../../../shared/kernel/instant.ts';
import { compareText } from '../../../shared/ledger/reach.ts';
import { logEnd } from '../../../shared/rights/retention-plan.ts';
import type { Gate } from '../gate.ts';
import { chunksOf } from '../ports/in-parallel.ts';
import { readFacts } from '../stores/campaign-store.ts';
import type { Controller } from '../stores/controller-store.ts';
import {
  deleteRun,
  listOldestRuns,
  readPage,
  runShards,
  type Run,
} from '../stores/decision-store.ts';
import { sealedAmong } from '../stores/seal-store.ts';
import { establishmentOf } from './prepare.ts';

/** A run of the decision log whose time is over. */
export interface DueRun extends Run {
  readonly shard: string;
  readonly due: EpochMs;
}

/**
 * Runs that nobody can ask for any more (RET-9), the oldest first: after three years to the end of
 * the year, and of calls under German law after five years at least.
 */
export async function dueRuns(
  gate: Gate,
  controller: Controller,
  page: { readonly now: EpochMs; readonly after: string | null; readonly limit: number },
): Promise<{ readonly runs: readonly DueRun[]; readonly next: string | null }> {
  const { now, after, limit } = page;
  const { country, timeZone } = establishmentOf(controller);
  const query = { controller: controller.id, after, limit };
  const shards = await Promise.all(
    runShards(null).map(async (shard) => {
      const runs = await listOldestRuns(gate, { ...query, shard });
      return runs.map((run) => ({ ...run, shard }));
    }),
  );
  const oldest = shards
    .flat()
    .sort((left, right) => compareText(left.run, right.run))
    .slice(0, limit);
  const runs: DueRun[] = [];
  for (const run of oldest) {
    if (logEnd(run.evaluatedAt, false, timeZone) > now) return { runs, next: null };
    const isCall = country === 'DE' && (await isOnCalls(gate, run));
    const due = logEnd(run.evaluatedAt, isCall, timeZone);
    if (due <= now) runs.push({ ...run, due });
  }
  return { runs, next: oldest.length < limit ? null : (oldest.at(-1)?.run ?? null) };
}

async function isOnCalls(gate: Gate, { run }: Run): Promise<boolean> {
  const page = await readPage(gate, { run, page: 0 });
  const facts = page === null ? null : await readFacts(gate, page.header.facts);
  return facts?.channel === 'PHONE_HUMAN' || facts?.channel === 'PHONE_AUTO';
}

/** Places whose leaves are looked up at a time. */
const PLACES_PER_READ = 100;

/**
 * Deletes the pages of a run and its line in the directory; false while a page is not sealed. Its
 * leaf stays in the tree, and with it every path and checkpoint: what is left is proved as before.
 */
export async function endRun(gate: Gate, run: DueRun): Promise<boolean> {
  const places = [...run.firstKeys.keys()].map((page) => ({ run: run.run, page }));
  for (const part of chunksOf(places, PLACES_PER_READ)) {
    if ((await sealedAmong(gate, part)).size < part.length) return false;
  }
  await deleteRun(gate, run);
  return true;
}
