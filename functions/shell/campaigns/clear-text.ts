import { limits } from '../../../shared/contract/limits.ts';
import type { Gate } from '../gate.ts';
import { inParallel } from '../ports/in-parallel.ts';
import type { FileKey } from '../ports/files.ts';
import type { StoredCampaign } from '../stores/campaign-store.ts';
import { readParts, resultFile, type WrittenPart } from '../stores/clearance-store.ts';
import { asideFile, readAudienceIndex, rowsFile } from './audience-files.ts';

/**
 * Deletes what a campaign keeps of the caller's own lines, once they have served their end: nobody
 * is given results any more (Art. 5(1)(e), 17 GDPR). Keys, refs and decisions stay. Whatever a
 * crash leaves goes with the lifecycle of its class.
 */
export async function forgetLines(
  gate: Pick<Gate, 'files' | 'tables'>,
  campaign: Pick<StoredCampaign, 'run' | 'audience'>,
): Promise<void> {
  const keys = [...(await audienceLines(gate, campaign)), ...(await resultLines(gate, campaign))];
  await inParallel(keys, limits.parallelSubjects, (key) => gate.files.delete(key));
}

/**
 * Deletes the results of a run that a freeze takes back: links to them end at once. The caller's
 * own lines stay where a release needs them.
 */
export async function forgetResults(
  gate: Pick<Gate, 'files' | 'tables'>,
  campaign: Pick<StoredCampaign, 'run'>,
): Promise<void> {
  const keys = await resultLines(gate, campaign);
  await inParallel(keys, limits.parallelSubjects, (key) => gate.files.delete(key));
}

/** Deletes the files of a part that does not stand, but for those of the one that does. */
export async function forgetPart(
  gate: Pick<Gate, 'files'>,
  gone: Pick<WrittenPart, 'files'>,
  stands: Pick<WrittenPart, 'files'> | null,
): Promise<void> {
  const kept = new Set(stands?.files.map(({ name }) => name));
  const names = gone.files.map(({ name }) => name).filter((name) => !kept.has(name));
  await inParallel(names, limits.parallelSubjects, (name) => gate.files.delete(resultFile(name)));
}

async function audienceLines(
  gate: Pick<Gate, 'files'>,
  { run, audience }: Pick<StoredCampaign, 'run' | 'audience'>,
): Promise<readonly FileKey[]> {
  const index = await readAudienceIndex(gate, audience ?? run);
  if (index === null) return [];
  const shards = [...Array(index.shards).keys()];
  return [
    ...shards.map((shard) => rowsFile(index.run, shard)),
    ...index.aside.map((name) => asideFile(index.run, name)),
  ];
}

/** The decision pages among them have no clear text, and prove what was decided. */
async function resultLines(
  gate: Pick<Gate, 'tables'>,
  { run }: Pick<StoredCampaign, 'run'>,
): Promise<readonly FileKey[]> {
  const parts = [...(await readParts(gate, run)).values()];
  const files = parts.flatMap(({ value }) => value.files);
  return files.filter(({ kind }) => kind !== 'pages').map(({ name }) => resultFile(name));
}
