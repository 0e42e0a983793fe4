import { limits } from '../../../shared/contract/limits.ts';
import type { AudienceUploaded } from '../../../shared/contract/workers.ts';
import { SECOND_MS } from '../../../shared/kernel/instant.ts';
import { deleteParts } from '../campaigns/forget-upload.ts';
import { gatherPlan, shardsOf, sortShard } from '../campaigns/sort-shard.ts';
import { splitUpload } from '../campaigns/split-upload.ts';
import { indexOf } from '../campaigns/audience-files.ts';
import { writePlan } from '../campaigns/write-audience.ts';
import type { Gate } from '../gate.ts';
import { UploadProblem } from '../imports/upload-problem.ts';
import { isHeld, LeaseLost } from '../lease.ts';
import {
  campaignWrite,
  readCampaign,
  type StoredCampaign,
  type Versioned,
} from '../stores/campaign-store.ts';
import { readController } from '../stores/controller-store.ts';
import { uploadFile } from '../stores/import-store.ts';
import { HeldPlanning, readPlanning, type StoredPlanning } from '../stores/plan-store.ts';
import { readPolicy } from '../stores/policy-store.ts';
import { handOver } from '../task-runner.ts';
import { countPart, isCounted } from '../stores/progress-store.ts';
import { failEvaluation } from './end-evaluation.ts';
import { announcePages, mustRead, planned, runWrite } from './evaluate-campaign.ts';
import { announceAudience } from './start-evaluation.ts';

/*
 * From the file of an audience to its pages:
 *
 *   splitting ─part, part, …─▶ sorting ─shard by shard, the last one─▶ plan ─▶ deciding
 *      ▲ a crash goes back to the last part
 *
 * Nothing is decided before the whole file was read, so a file that cannot be read releases nobody.
 */

/** Works on what a message names until it is done, or until it is time for another call. */
export async function planAudience(gate: Gate, message: AudienceUploaded): Promise<void> {
  const found = await readCampaign(gate, message.campaignId);
  if (found === null || found.value.run !== message.run) return;
  const { state, stage } = found.value;
  if (state !== 'evaluating') return;
  if (message.task === 'split' && stage === 'splitting') return split(gate, found.value);
  if (message.task === 'sort' && stage === 'sorting') return sort(gate, found, message.shard);
}

function namesOf({ id: campaignId, run }: StoredCampaign) {
  return { campaignId, run };
}

async function split(gate: Gate, campaign: StoredCampaign): Promise<void> {
  const found = await readPlanning(gate, namesOf(campaign));
  if (found === null) throw new Error('invariant broken: a file that is read has its progress');
  if (isHeld(gate, found.value, gate.clock.now())) return;
  const held = await HeldPlanning.take(gate, found);
  if (held === null) return;
  try {
    if (held.value.deaths >= limits.readerDeaths) return await giveUpDeadly(gate, held);
    await readFile(gate, held, campaign);
  } catch (cause) {
    await giveUp(gate, held, cause);
  }
}

async function readFile(gate: Gate, held: HeldPlanning, campaign: StoredCampaign): Promise<void> {
  const { upload, fields } = campaign;
  const controller = await readController(gate, fields.controller);
  if (upload === null || controller === null) {
    throw new Error('invariant broken: a file belongs to a controller');
  }
  if (held.value.shards === null) {
    await requireSameUpload(gate, held.value);
    const startedAt = gate.clock.now();
    const isTime = () =>
      gate.stopping?.aborted === true ||
      gate.clock.now() - startedAt > limits.audienceCallSeconds * SECOND_MS;
    // In the ways of hashing that the campaign began with: another one fails it at its end.
    const known = new Set(campaign.hashLists);
    const hashLists = controller.hashLists.filter(({ id }) => known.has(id));
    const { id, identifierKeyVersion } = controller;
    const by = { id, hashLists, identifierKeyVersion };
    const isRead = await splitUpload(gate, held, { campaign, upload, controller: by, isTime });
    // What was read is what was started with, or nobody is released by it.
    await requireSameUpload(gate, held.value);
    if (!isRead) {
      await held.release();
      return announceAudience(gate, [{ ...namesOf(campaign), task: 'split' }]);
    }
    if (held.value.submitted === 0) throw new UploadProblem('the file has no row');
    await held.keep({ shards: shardsOf(held.value), movedAt: gate.clock.now() });
  }
  await beginSorting(gate, held);
}

async function beginSorting(gate: Gate, held: HeldPlanning): Promise<void> {
  const { campaignId, run, shards } = held.value;
  const before = await mustRead(gate, campaignId);
  if (before.value.run !== run || before.value.stage !== 'splitting') return held.release();
  const after: StoredCampaign = { ...before.value, stage: 'sorting' };
  const { done } = await gate.tables.write(campaignWrite(before, after));
  await held.release();
  if (done) await announceShards(gate, after, [...Array(shards ?? 1).keys()]);
}

export async function announceShards(
  gate: Pick<Gate, 'queues' | 'log'>,
  campaign: StoredCampaign,
  shards: readonly number[],
): Promise<void> {
  const names = namesOf(campaign);
  await announceAudience(
    gate,
    shards.map((shard) => ({ ...names, task: 'sort', shard })),
  );
}

/** The link to upload holds a while longer; what was started is what is read. */
async function requireSameUpload(
  gate: Gate,
  { campaignId, uploadBytes, uploadStamp }: StoredPlanning,
): Promise<void> {
  const file = uploadFile(campaignId);
  const [bytes, stamp] = await Promise.all([gate.files.size(file), gate.files.stamp(file)]);
  if (bytes === null || stamp === null) throw new UploadProblem('the upload is gone');
  if (bytes === uploadBytes && (uploadStamp === null || stamp === uploadStamp)) return;
  throw new UploadProblem('the upload was replaced after the start: nothing of it was used');
}

/** A file that cannot be read ends the evaluation; any other failure is tried again. */
async function giveUp(gate: Gate, held: HeldPlanning, cause: unknown): Promise<void> {
  const { campaignId, run, attempts, number } = held.value;
  const isFile = cause instanceof UploadProblem;
  const isTriedAgain = !isFile && attempts + 1 < limits.importAttempts;
  // Whoever has lost the file to another worker knows nothing of it any more.
  if (cause instanceof LeaseLost || !(await isReleased(held, attempts + 1))) return;
  if (isTriedAgain) throw cause;
  const problem = isFile
    ? { title: 'the file cannot be read', detail: cause.message }
    : {
        title: 'the gate failed',
        detail: `reading the file failed ${limits.importAttempts} times behind row ${number}`,
      };
  const before = await mustRead(gate, campaignId);
  const { state, stage } = before.value;
  if (before.value.run !== run || state !== 'evaluating' || stage !== 'splitting') return;
  await failEvaluation(gate, before, problem);
  if (!isFile) throw cause;
}

/** A file at which one process after the other has ended, and none of them could say why. */
async function giveUpDeadly(gate: Gate, held: HeldPlanning): Promise<void> {
  const { campaignId, run, number } = held.value;
  await held.release();
  const before = await mustRead(gate, campaignId);
  const { state, stage } = before.value;
  if (before.value.run !== run || state !== 'evaluating' || stage !== 'splitting') return;
  const detail =
    `${limits.readerDeaths} times the process ended while it read the file behind row ${number}; ` +
    'nobody of it was released, so submit it again, in parts or on a larger machine';
  await failEvaluation(gate, before, { title: 'the gate failed', detail });
  gate.log.write('error', 'evaluation failed', { campaign: campaignId, stage: 'splitting' });
}

/** False when another worker has taken the file in between. */
async function isReleased(held: HeldPlanning, attempts: number): Promise<boolean> {
  try {
    await held.release({ attempts });
    return true;
  } catch (cause) {
    if (cause instanceof LeaseLost) return false;
    throw cause;
  }
}

async function sort(
  gate: Gate,
  { value: campaign }: Versioned<StoredCampaign>,
  shard: number,
): Promise<void> {
  const planning = await readPlanning(gate, namesOf(campaign));
  if (planning === null) throw new Error('invariant broken: what is sorted was read');
  const { shards } = planning.value;
  if (shards === null || shard >= shards) return;
  const counted = { ...namesOf(campaign), of: 'shards', parts: shards } as const;
  if (!(await isCounted(gate, counted, shard))) {
    const { run, parts, submitted } = planning.value;
    const isLarge = submitted >= limits.handedOverRecipients;
    const task = { name: 'sort-shard', perform: sortShard, isLarge } as const;
    await handOver(gate, task, { run, parts, shards, shard });
  }
  if (await countPart(gate, counted, shard, {})) await finishPlan(gate, campaign, planning.value);
}

/** Every step may be done again; the transaction in their midst is done once. */
async function finishPlan(
  gate: Gate,
  campaign: StoredCampaign,
  planning: StoredPlanning,
): Promise<void> {
  const { id, run, fields, upload } = campaign;
  const [controller, policy] = await Promise.all([
    readController(gate, fields.controller),
    readPolicy(gate, campaign.revision),
  ]);
  if (controller === null || policy === null || upload === null) {
    throw new Error('invariant broken: a campaign has a controller, a policy and a file');
  }
  const { plan, duplicates, invalid } = await gatherPlan(gate, upload.format, planning);
  await writePlan(gate, run, plan);
  const before = await readCampaign(gate, id);
  if (before === null || before.value.run !== run || before.value.stage !== 'sorting') return;
  const { pages } = indexOf(run, plan);
  const { submitted } = planning;
  const counts = { pages: pages.length, submitted, duplicates, invalid };
  const after = planned(before.value, controller, policy, counts);
  const firstKeys = pages.map(({ firstKey }) => firstKey);
  const outcome = await gate.tables.transact([
    campaignWrite(before, after),
    // A dry run logs nothing, so there is nothing to be found.
    ...(after.mode === 'dry_run' ? [] : [runWrite(after, firstKeys)]),
  ]);
  if (!outcome.done) return;
  // Without a page there is an end to reach all the same.
  const announced = after.pages === 0 ? [0] : undefined;
  await announcePages(gate, after, 0, announced);
  await deleteParts(gate, run, planning.parts);
  // What was tried out may be started for good.
  if (after.mode === 'enforce') await gate.files.delete(uploadFile(id));
}
