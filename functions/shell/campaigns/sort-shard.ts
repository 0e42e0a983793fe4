import * as z from 'zod';
import { countAside, type AsideLine } from '../../../shared/campaign/audience-plan.ts';
import { pagesOf, PackedRows } from '../../../shared/campaign/packed-rows.ts';
import { CONTACT_BUCKETS } from '../../../shared/ledger/contact-key.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type { Gate } from '../gate.ts';
import type { TaskGate } from '../task-runner.ts';
import type { FileKey } from '../ports/files.ts';
import { inParallel } from '../ports/in-parallel.ts';
import { readFile } from '../stores/file-content.ts';
import type { StoredPlanning } from '../stores/plan-store.ts';
import { StoredShard, type StoredPlan } from './audience-files.ts';
import { readPart } from './part-files.ts';
import { writeAside, writeShard } from './write-audience.ts';

/** What sorting a shard has found. */
const Sorted = z.object({
  pages: StoredShard,
  aside: z.boolean(),
  duplicates: z.number().int(),
  invalid: z.number().int(),
});
export type Sorted = z.infer<typeof Sorted>;

const PARALLEL_PARTS = 4;
const PARALLEL_SHARDS = 16;

/** So many shards that each one can be sorted in memory; keys are hashes, so they are even. */
export function shardsOf({ rows, bytes }: Pick<StoredPlanning, 'rows' | 'bytes'>): number {
  const byRows = Math.ceil(rows / limits.audienceShardRows);
  const byBytes = Math.ceil(bytes / limits.audienceShardBytes);
  return Math.min(limits.audienceShards, Math.max(1, byRows, byBytes));
}

/** The buckets of a shard, `to` exclusive. */
function bucketsOf(shard: number, shards: number) {
  const at = (index: number) => Math.floor((index * CONTACT_BUCKETS) / shards);
  return { from: at(shard), to: at(shard + 1) };
}

/** A shard, and the parts that have rows of it. */
export interface ShardToSort extends Pick<StoredPlanning, 'run' | 'parts' | 'shards'> {
  readonly shard: number;
}

/**
 * Merges what the parts have of a shard, cuts it into pages and writes it down. Done again it makes
 * the same, so a message may come twice.
 */
export async function sortShard(
  gate: Pick<TaskGate, 'files'>,
  { run, parts, shards, shard }: ShardToSort,
): Promise<Sorted> {
  const buckets = bucketsOf(shard, shards ?? 1);
  // Each step lets go of what the one before has made: a shard is some ten megabytes.
  const distinct = PackedRows.of(
    await inParallel(parts, PARALLEL_PARTS, (name) => readPart(gate, { run, name }, buckets)),
  ).pack();
  const crowds: AsideLine[] = [];
  const pages = await writeShard(gate, run, shard, pagesOf(distinct.bytes, crowds));
  const all = [...distinct.aside, ...crowds].sort((a, b) => a.number - b.number);
  await writeAside(gate, run, asideOf(shard), all);
  const sorted: Sorted = { pages, aside: all.length > 0, ...countAside(all) };
  await gate.files.put(sortedFile(run, shard), Buffer.from(JSON.stringify(sorted)));
  return sorted;
}

function sortedFile(run: string, shard: number): FileKey {
  return { fileClass: 'audience', name: `${run}/${shard}.sorted` };
}

/** The name of what sorting a shard has set aside. */
export function asideOf(shard: number): string {
  return `shard-${shard}`;
}

/** The plan over all shards, once each of them is sorted, with what they have set aside. */
export async function gatherPlan(
  gate: Pick<Gate, 'files'>,
  format: StoredPlan['format'],
  planning: StoredPlanning,
): Promise<{
  readonly plan: StoredPlan;
  readonly duplicates: number;
  readonly invalid: number;
}> {
  const shards = [...Array(planning.shards ?? 1).keys()];
  const sorted = await inParallel(shards, PARALLEL_SHARDS, async (shard) => {
    const text = await readFile(gate.files, sortedFile(planning.run, shard));
    if (text === null) throw new Error('a shard of an audience is gone');
    return Sorted.parse(JSON.parse(text));
  });
  const aside = shards.filter((shard) => sorted[shard]?.aside === true).map(asideOf);
  const sum = (of: (each: Sorted) => number) => sorted.reduce((all, each) => all + of(each), 0);
  return {
    plan: {
      format,
      columns: planning.columns,
      delimiter: planning.delimiter,
      bom: planning.bom,
      aside: [...planning.asideParts, ...aside],
      shards: sorted.map(({ pages }) => pages),
    },
    duplicates: planning.duplicates + sum(({ duplicates }) => duplicates),
    invalid: planning.invalid + sum(({ invalid }) => invalid),
  };
}
