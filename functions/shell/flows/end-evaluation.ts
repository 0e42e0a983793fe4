import { stateAfter, type CampaignStep } from '../../../shared/campaign/lifecycle.ts';
import { announcedEnd } from '../campaigns/announce-end.ts';
import { forgetLines } from '../campaigns/clear-text.ts';
import { forgetRead } from '../campaigns/forget-upload.ts';
import { freezeOn, withFreezeFinding } from '../campaigns/hold-frozen.ts';
import { callsBack } from '../campaigns/validity.ts';
import { beginWriting } from '../campaigns/write-results.ts';
import type { Gate } from '../gate.ts';
import {
  campaignWrite,
  finishWrites,
  readCampaign,
  type StoredCampaign,
  type Versioned,
} from '../stores/campaign-store.ts';
import { readController } from '../stores/controller-store.ts';
import { uploadFile } from '../stores/import-store.ts';
import { endLiveWrites } from '../stores/live-store.ts';
import type { Sums } from '../stores/progress-store.ts';
import { wakeSenders } from './announce.ts';
import { decidedIn } from './campaign-view.ts';

/** Whose every page is decided is held, rejected or cleared; a dry run is a draft again. */
export async function endDeciding(gate: Gate, run: StoredCampaign, sums: Sums): Promise<void> {
  const before = await underWay(gate, run);
  if (before === null || (before.value.stage ?? 'deciding') !== 'deciding') return;
  const campaign: StoredCampaign = { ...before.value, ...decidedIn(sums) };
  if (campaign.mode === 'dry_run') return end(gate, before, campaign, 'return');
  if (campaign.rejected) return end(gate, before, campaign, 'reject');
  if (await hasNewLists(gate, campaign)) {
    return failEvaluation(gate, before, {
      title: 'the audience has to be read again',
      detail:
        'a list that hashes in a new way was imported since it was read: submit the campaign again',
    });
  }
  // A freeze that comes behind this look is seen before the clearance is issued.
  const freeze = await freezeOn(gate, campaign);
  if (freeze !== null) return end(gate, before, withFreezeFinding(campaign, freeze), 'hold');
  if (campaign.held) return end(gate, before, campaign, 'hold');
  const after: StoredCampaign = { ...campaign, stage: 'writing' };
  // Losing this race to another worker is the same as winning it.
  const { done } = await gate.tables.write(campaignWrite(before, after));
  if (done) await beginWriting(gate, { value: after, version: before.version + 1 });
}

/** Nobody was looked up in a list that hashes in a way which came behind the plan. */
async function hasNewLists(
  gate: Gate,
  { fields, hashLists }: Pick<StoredCampaign, 'fields' | 'hashLists'>,
): Promise<boolean> {
  const controller = await readController(gate, fields.controller);
  const known = new Set(hashLists);
  return controller === null || controller.hashLists.some(({ id }) => !known.has(id));
}

/** Nothing of it is released. What was tried out may be uploaded and started once more. */
export async function failEvaluation(
  gate: Gate,
  before: Versioned<StoredCampaign>,
  problem: NonNullable<StoredCampaign['problem']>,
): Promise<void> {
  const { value } = before;
  const failed = { ...value, problem, allowed: null, denied: null, reasons: null };
  await end(gate, before, failed, value.mode === 'dry_run' ? 'return' : 'fail');
}

async function end(
  gate: Gate,
  before: Versioned<StoredCampaign>,
  campaign: StoredCampaign,
  step: CampaignStep,
): Promise<void> {
  const state = stateAfter(before.value.state, step);
  if (state === null) throw new Error('invariant broken: an evaluation ends once');
  const isDone = campaign.problem === null;
  const after: StoredCampaign = { ...campaign, state, stage: null };
  const [notLive, { writes, due }] = await Promise.all([
    callsBack(after, gate.clock.now()) ? [] : endLiveWrites(gate, after),
    announcedEnd(gate, after),
  ]);
  const outcome = await gate.tables.transact([...finishWrites(before, after, notLive), ...writes]);
  if (!outcome.done) return;
  await wakeSenders(gate, due);
  if (!isDone && step === 'fail') await deleteUpload(gate, after);
  if (!isDone) await forgetRead(gate, after);
  // Whoever starts a campaign after a dry run has its file read once more.
  if (step !== 'hold') await forgetLines(gate, after);
  gate.log.write('info', 'evaluation ended', {
    campaign: after.id,
    state,
    allowed: after.allowed ?? 0,
    denied: after.denied ?? 0,
  });
}

async function underWay(
  gate: Gate,
  { id, run }: StoredCampaign,
): Promise<Versioned<StoredCampaign> | null> {
  const stored = await readCampaign(gate, id);
  const isUnderWay = stored?.value.run === run && stored.value.state === 'evaluating';
  return isUnderWay ? stored : null;
}

/** Clear text that has served its end; what a crash leaves goes with the lifecycle of its class. */
async function deleteUpload(gate: Gate, campaign: StoredCampaign): Promise<void> {
  if (campaign.upload === null) return;
  await gate.files.delete(uploadFile(campaign.id));
}
