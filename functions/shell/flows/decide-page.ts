import { limits } from '../../../shared/contract/limits.ts';
import type { PagePlanned } from '../../../shared/contract/workers.ts';
import { decideRows, sumsOf, type DecidedRows } from '../campaigns/decide-rows.ts';
import type { Gate } from '../gate.ts';
import { readCampaign, type StoredCampaign } from '../stores/campaign-store.ts';
import { keepPageBytes, mustReadPage, readPage } from '../stores/decision-store.ts';
import { keepSize } from '../stores/page-states.ts';
import { countPart, isCounted, readProgress, type Sums } from '../stores/progress-store.ts';
import { handOver } from '../task-runner.ts';
import { pagesOf } from './campaign-view.ts';
import { endDeciding } from './end-evaluation.ts';

/**
 * Decides one page of a run, counts it, and ends the evaluation when it was the last. Every step
 * may be repeated, by a second delivery or after a crash: the page is written once, the count is
 * kept by page, and the end is reached once.
 */
export async function decidePage(gate: Gate, message: PagePlanned): Promise<void> {
  const stored = await readCampaign(gate, message.campaignId);
  if (stored === null || stored.value.run !== message.run) return;
  const campaign = stored.value;
  if (campaign.state !== 'evaluating' || (campaign.stage ?? 'deciding') !== 'deciding') return;
  // Of an audience without a single valid recipient there is no page.
  if (campaign.pages === 0) return finish(gate, campaign);
  const sums = await decidedPage(gate, campaign, message.page);
  if (await countPart(gate, pagesOf(campaign), message.page, sums)) await finish(gate, campaign);
}

/** A dry run logs nothing: a page of it that comes again is decided again, and counted once. */
async function decidedPage(gate: Gate, campaign: StoredCampaign, number: number): Promise<Sums> {
  const place = { run: campaign.run, page: number };
  if (campaign.mode === 'dry_run') {
    if (await isCounted(gate, pagesOf(campaign), number)) return {};
    return (await decide(gate, campaign, number)).sums;
  }
  const kept = await readPage(gate, place);
  if (kept !== null) return sumsOf(kept);
  const { controller } = campaign.fields;
  const { bytes, sums } = await decide(gate, campaign, number);
  const isOurs = await keepPageBytes(gate, place, { controller, bytes });
  return isOurs ? sums : sumsOf(await mustReadPage(gate, place));
}

async function decide(gate: Gate, campaign: StoredCampaign, page: number): Promise<DecidedRows> {
  const isLarge = campaign.submitted >= limits.handedOverRecipients;
  const task = { name: 'decide-page', perform: decideRows, isLarge } as const;
  const decided = await handOver(gate, task, { campaign, page });
  const { size } = decided;
  if (size !== null) await keepSize(gate, campaign.fields.controller, size);
  return decided;
}

/** Decides every page of a run here and now, as far as nobody else has. */
export async function decideAll(gate: Gate, campaign: StoredCampaign): Promise<void> {
  const { id: campaignId, run } = campaign;
  for (let page = 0; page < campaign.pages; page++) {
    await decidePage(gate, { campaignId, run, page });
  }
  if (campaign.pages === 0) await decidePage(gate, { campaignId, run, page: 0 });
}

/** Ends the deciding of a run of which every page is counted. */
async function finish(gate: Gate, campaign: StoredCampaign): Promise<void> {
  const { sums } = await readProgress(gate, pagesOf(campaign));
  await endDeciding(gate, campaign, sums);
}
