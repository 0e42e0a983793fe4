import type { CampaignStage } from '../../../shared/contract/campaigns.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { unreachable } from '../../../shared/kernel/assert.ts';
import { MINUTE_MS, SECOND_MS, type EpochMs } from '../../../shared/kernel/instant.ts';
import { resumeWriting } from '../campaigns/write-results.ts';
import type { Gate } from '../gate.ts';
import {
  listEvaluating,
  readCampaign,
  type StoredCampaign,
  type Versioned,
} from '../stores/campaign-store.ts';
import { readParts } from '../stores/clearance-store.ts';
import { readPlanning, type StoredPlanning } from '../stores/plan-store.ts';
import { searchMovedAt } from '../stores/recall-store.ts';
import { readProgress, type Progress } from '../stores/progress-store.ts';
import { isGivenUp, takeTurn } from '../stores/turn-store.ts';
import { pagesOf } from './campaign-view.ts';
import { failEvaluation } from './end-evaluation.ts';
import { announcePages } from './evaluate-campaign.ts';
import { announceShards } from './plan-audience.ts';
import { announceAudience } from './start-evaluation.ts';

/** How far an evaluation is, as far as its stage has parts. */
interface State {
  readonly planning: StoredPlanning | null;
  readonly shards: Progress | null;
  readonly pages: Progress | null;
  readonly movedAt: EpochMs;
}

/**
 * Announces again what is not done of evaluations in which nothing moves: a message was lost, or
 * its worker has ended. Doing a part twice changes nothing. What does not move for an hour, with
 * all of its messages in the queues of dead letters by then, has failed; an hour in which nobody
 * announced, because the machine was off, is none. No grace is for a process that has just
 * started: whoever worked before has ended with the one before.
 */
export async function resumeEvaluations(gate: Gate, graceMs = MINUTE_MS): Promise<void> {
  for (const id of await listEvaluating(gate, limits.rowsPerRead)) {
    const campaign = await readCampaign(gate, id);
    if (campaign === null || campaign.value.state !== 'evaluating') continue;
    const state = await stateOf(gate, campaign.value);
    const idleMs = gate.clock.now() - state.movedAt;
    const isLate = idleMs >= limits.evaluationStuckMinutes * MINUTE_MS;
    if (isLate && (await isGivenUp(gate, campaign.value, state.movedAt))) {
      await failStuck(gate, campaign, state);
      continue;
    }
    const isTurn = await takeTurn(gate, campaign.value, state.movedAt);
    if (isTurn || graceMs === 0) await announceAgain(gate, campaign.value, state);
  }
}

async function stateOf(gate: Gate, campaign: StoredCampaign): Promise<State> {
  const { id: campaignId, run, stage } = campaign;
  const planning = (await readPlanning(gate, { campaignId, run }))?.value ?? null;
  const parts = planning?.shards ?? null;
  const shards =
    parts === null ? null : await readProgress(gate, { campaignId, run, of: 'shards', parts });
  const pages =
    stage === 'splitting' || stage === 'sorting'
      ? null
      : await readProgress(gate, pagesOf(campaign));
  const written = stage === 'writing' || stage === 'issuing' ? await writtenAt(gate, campaign) : 0;
  const moves = [
    campaign.evaluatedAt,
    planning?.movedAt ?? 0,
    // A lease that was renewed is a move: the reader is at a part that takes long.
    (planning?.lease?.until ?? 0) - limits.leaseSeconds * SECOND_MS,
    shards?.movedAt ?? 0,
    pages?.movedAt ?? 0,
    written,
  ];
  return { planning, shards, pages, movedAt: Math.max(...moves) };
}

/** The last part that was noted, or the last move of a search that holds the parts up. */
async function writtenAt(gate: Gate, campaign: StoredCampaign): Promise<EpochMs> {
  const parts = [...(await readParts(gate, campaign.run)).values()];
  const searchedAt = await searchMovedAt(gate, campaign);
  return Math.max(searchedAt, ...parts.map(({ value }) => value.at ?? 0));
}

/** Campaigns that began before there were stages are at their pages. */
function stageOf({ stage }: StoredCampaign): CampaignStage {
  return stage ?? 'deciding';
}

async function announceAgain(
  gate: Gate,
  campaign: StoredCampaign,
  { shards, pages }: State,
): Promise<void> {
  const stage = stageOf(campaign);
  switch (stage) {
    case 'splitting':
      await announceAudience(gate, [{ campaignId: campaign.id, run: campaign.run, task: 'split' }]);
      break;
    case 'sorting':
      await announceShards(gate, campaign, orFirst(shards?.missing ?? []));
      break;
    case 'deciding':
      await announcePages(gate, campaign, 0, orFirst(pages?.missing ?? []));
      break;
    case 'writing':
    case 'issuing':
      await resumeWriting(gate, campaign);
      break;
    default:
      unreachable(stage);
  }
  gate.log.write('info', 'evaluation resumed', { campaign: campaign.id, stage });
}

/** Whoever does a part once more ends what a crash behind the last one has left. */
function orFirst(missing: readonly number[]): readonly number[] {
  return missing.length === 0 ? [0] : missing;
}

async function failStuck(
  gate: Gate,
  campaign: Versioned<StoredCampaign>,
  state: State,
): Promise<void> {
  const stage = stageOf(campaign.value);
  const detail =
    `nothing of it moved for ${limits.evaluationStuckMinutes} minutes in the stage \`${stage}\`` +
    `${placeIn(stage, state)}; nobody of it was released, so submit it again`;
  await failEvaluation(gate, campaign, { title: 'the gate failed', detail });
  gate.log.write('error', 'evaluation failed', { campaign: campaign.value.id, stage });
}

function placeIn(stage: CampaignStage, { planning, shards, pages }: State): string {
  const [shard] = shards?.missing ?? [];
  const [page] = pages?.missing ?? [];
  if (stage === 'splitting') return `, behind row ${planning?.number ?? 0}`;
  if (stage === 'sorting' && shard !== undefined) return `, at shard ${shard}`;
  return stage === 'deciding' && page !== undefined ? `, at page ${page}` : '';
}
