import { limits } from '../../../shared/contract/limits.ts';
import type { Gate } from '../gate.ts';
import { inParallel } from '../ports/in-parallel.ts';
import type { FileKey } from '../ports/files.ts';
import { readPlanning } from '../stores/plan-store.ts';
import { asideFile, rowsFile } from './audience-files.ts';
import { deletePart } from './part-files.ts';
import { asideOf } from './sort-shard.ts';

/**
 * Deletes what an evaluation that has failed had read of its upload, before there was a plan that
 * names it: parts, the callers' lines of shards, and what was set aside.
 */
export async function forgetRead(
  gate: Pick<Gate, 'files' | 'tables'>,
  { id: campaignId, run }: { readonly id: string; readonly run: string },
): Promise<void> {
  const planning = await readPlanning(gate, { campaignId, run });
  if (planning === null) return;
  const { parts, asideParts } = planning.value;
  const shards = [...Array(planning.value.shards ?? 0).keys()];
  await deleteParts(gate, run, parts);
  await deleteAll(gate, [
    ...asideParts.map((name) => asideFile(run, name)),
    ...shards.flatMap((shard) => [rowsFile(run, shard), asideFile(run, asideOf(shard))]),
  ]);
}

/** Parts of a file that cannot be read, behind those that were noted: nobody would know of them. */
export async function forgetUnnoted(
  gate: Pick<Gate, 'files'>,
  run: string,
  names: readonly string[],
): Promise<void> {
  await deleteParts(gate, run, names);
  await deleteAll(
    gate,
    names.map((name) => asideFile(run, name)),
  );
}

/** What was read of an upload, once it is sorted or of no use any more. */
export async function deleteParts(
  gate: Pick<Gate, 'files'>,
  run: string,
  names: readonly string[],
): Promise<void> {
  await inParallel(names, limits.parallelSubjects, (name) => deletePart(gate, run, name));
}

async function deleteAll(gate: Pick<Gate, 'files'>, keys: readonly FileKey[]): Promise<void> {
  await inParallel(keys, limits.parallelSubjects, (key) => gate.files.delete(key));
}
