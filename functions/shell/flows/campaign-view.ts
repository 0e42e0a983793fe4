import { estimatedEnd, percentOf } from '../../../shared/campaign/progress.ts';
import type { CampaignView } from '../../../shared/contract/campaigns.ts';
import { formatInstant } from '../../../shared/kernel/instant.ts';
import { clearanceSummary } from '../campaigns/show-clearance.ts';
import { stateAt } from '../campaigns/validity.ts';
import type { Gate } from '../gate.ts';
import type { StoredCampaign } from '../stores/campaign-store.ts';
import { readPlanning } from '../stores/plan-store.ts';
import { readProgress, type Progress, type Sums } from '../stores/progress-store.ts';

/** The campaign as the contract shows it; while it is evaluated, what is decided so far. */
export async function campaignView(gate: Gate, campaign: StoredCampaign): Promise<CampaignView> {
  const { fields, review, stage } = campaign;
  const pages = stage === 'deciding' ? await readProgress(gate, pagesOf(campaign)) : null;
  const decided = pages === null ? null : decidedIn(pages.sums);
  const allowed = campaign.allowed ?? decided?.allowed ?? 0;
  const denied = campaign.denied ?? decided?.denied ?? 0;
  const wasEvaluated = campaign.allowed !== null && campaign.state !== 'evaluating';
  return {
    id: campaign.id,
    reference: fields.reference,
    controller: fields.controller,
    channel: fields.channel,
    purpose: fields.purpose,
    state: stateAt(campaign, gate.clock.now()),
    createdAt: formatInstant(campaign.createdAt),
    evaluatedAt: wasEvaluated ? formatInstant(campaign.evaluatedAt) : null,
    progress: await progressOf(gate, campaign, pages),
    counts: {
      submitted: allowed + denied + campaign.duplicates + campaign.invalid,
      allowed,
      denied,
      duplicates: campaign.duplicates,
      invalid: campaign.invalid,
    },
    reasons: campaign.reasons ?? decided?.reasons ?? {},
    findings: campaign.findings,
    review: review === null ? null : { ...review, at: formatInstant(review.at) },
    policy: campaign.revision === '' ? null : { revision: campaign.revision },
    // One that a freeze or its own sender took back is nothing to go by.
    clearance: isTakenBack(campaign) ? null : clearanceSummary(campaign),
    problem: campaign.problem,
  };
}

function isTakenBack({ state }: StoredCampaign): boolean {
  return state === 'held' || state === 'cancelled';
}

/** What is counted while a campaign is decided. */
export function pagesOf({ id, run, pages }: Pick<StoredCampaign, 'id' | 'run' | 'pages'>) {
  return { campaignId: id, run, of: 'pages', parts: pages } as const;
}

export interface Decided {
  readonly allowed: number;
  readonly denied: number;
  readonly reasons: Record<string, number>;
}

/** Sums over pages: those allowed, those denied, and each code. */
export function decidedIn({ allowed = 0, denied = 0, ...reasons }: Sums): Decided {
  return { allowed, denied, reasons };
}

async function progressOf(
  gate: Gate,
  campaign: StoredCampaign,
  decided: Progress | null,
): Promise<CampaignView['progress']> {
  const { stage, pages, state } = campaign;
  if (stage === null) {
    const ended = state !== 'draft' || campaign.allowed !== null;
    const pagesDecided = ended && campaign.allowed !== null ? pages : 0;
    return { stage, pagesDecided, pages, percent: ended ? 100 : 0, estimatedEnd: null };
  }
  const percent = percentOf(stage, await shareOf(gate, campaign, decided));
  const end = estimatedEnd(percent, campaign.evaluatedAt, gate.clock.now());
  return {
    stage,
    pagesDecided: decided?.done ?? (campaign.allowed === null ? 0 : pages),
    pages,
    percent,
    estimatedEnd: end === null ? null : formatInstant(end),
  };
}

/** How much of its stage is done, 0 to 1. */
async function shareOf(
  gate: Gate,
  { id: campaignId, run, stage, pages }: StoredCampaign,
  decided: Progress | null,
): Promise<number> {
  if (stage === 'deciding') return pages === 0 ? 1 : (decided?.done ?? 0) / pages;
  if (stage !== 'splitting' && stage !== 'sorting') return 0;
  const planning = await readPlanning(gate, { campaignId, run });
  if (planning === null) return 0;
  const { uploadOffset, uploadBytes, shards } = planning.value;
  if (stage === 'splitting') return uploadBytes === 0 ? 0 : uploadOffset / uploadBytes;
  if (shards === null) return 0;
  const { done } = await readProgress(gate, { campaignId, run, of: 'shards', parts: shards });
  return done / shards;
}
