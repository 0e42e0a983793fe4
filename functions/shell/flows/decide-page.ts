import { rowKey } from '../../../shared/campaign/audience.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type { PagePlanned } from '../../../shared/contract/workers.ts';
import { pageKey, type DecisionPage } from '../../../shared/log/decision-page.ts';
import { codesOf, isAllowed } from '../../../shared/policy/decide.ts';
import type { Gate } from '../gate.ts';
import { Unavailable } from '../ports/unavailable.ts';
import {
  finishWrites,
  progressWrite,
  readCampaign,
  readProgress,
  type RunProgress,
  type StoredCampaign,
  type Versioned,
} from '../stores/campaign-store.ts';
import { keepPage, readPage } from '../stores/decision-store.ts';
import { readPageRows } from '../stores/page-files.ts';
import { readPolicy } from '../stores/policy-store.ts';
import { finalState, pageHeader } from './evaluate-campaign.ts';
import { currentFacts, gatherFacts } from './gather-facts.ts';
import { judgeAll, prepare, rejectAll } from './prepare.ts';

/**
 * Decides one page of a run, counts it, and ends the evaluation when it was the last. Every step
 * may be repeated, by a second delivery or after a crash: the page is written once, the count is
 * kept by page, and the end is reached once.
 */
export async function decidePage(gate: Gate, message: PagePlanned): Promise<void> {
  const stored = await readCampaign(gate, message.campaignId);
  if (stored === null || stored.value.run !== message.run) return;
  const campaign = stored.value;
  if (campaign.state !== 'evaluating') return;
  const place = { run: message.run, page: message.page };
  const page = (await readPage(gate, place)) ?? (await decide(gate, campaign, place));
  const progress = await countPage(gate, campaign, message.page, page);
  if (progress.done.length === campaign.pages) await finish(gate, stored, progress);
}

async function decide(
  gate: Gate,
  campaign: StoredCampaign,
  place: { readonly run: string; readonly page: number },
): Promise<DecisionPage> {
  const [rows, policy] = await Promise.all([
    readPageRows(gate, place),
    readPolicy(gate, campaign.revision),
  ]);
  if (rows === null || policy === null) {
    throw new Error('the page or the policy of a campaign is gone');
  }
  const establishment = { country: campaign.country, timeZone: campaign.timeZone };
  const prepared = prepare(campaign.fields, establishment, policy, campaign.instant);
  // The facts are those of now, however long ago the campaign began: explanations go by this.
  const evaluatedAt = gate.clock.now();
  const read = currentFacts(gate, campaign.fields.controller);
  const rulings =
    prepared.rejected.length > 0
      ? rejectAll(prepared, rows.length)
      : judgeAll(prepared, await gatherFacts(read, campaign.fields.channel, rows));
  const header = { ...pageHeader(campaign, gate.keys.current.version), evaluatedAt };
  const entries = rows.flatMap((row, index) => {
    const ruling = rulings[index];
    return ruling === undefined ? [] : [{ key: pageKey(rowKey(row)), ruling }];
  });
  if (entries.length !== rows.length) throw new Error('a recipient was left without a ruling');
  return keepPage(gate, place, { header, entries });
}

/** Adds a page to the progress unless it is there; retried while others do the same. */
async function countPage(
  gate: Gate,
  campaign: StoredCampaign,
  page: number,
  decided: DecisionPage,
): Promise<RunProgress> {
  for (let attempt = 0; attempt < limits.conflictRetries; attempt++) {
    const before = await readProgress(gate, campaign.id, campaign.run);
    if (before.value.done.includes(page)) return before.value;
    const after = withPage(before.value, page, decided);
    const outcome = await gate.tables.write(
      progressWrite(campaign.id, campaign.run, before, after),
    );
    if (outcome.done) return after;
  }
  throw new Unavailable('the progress of a campaign is being changed too often at once');
}

function withPage(progress: RunProgress, page: number, decided: DecisionPage): RunProgress {
  const reasons = { ...progress.reasons };
  let allowed = 0;
  for (const { ruling } of decided.entries) {
    if (isAllowed(ruling)) allowed++;
    for (const { code } of codesOf(ruling)) reasons[code] = (reasons[code] ?? 0) + 1;
  }
  return {
    done: [...progress.done, page].sort((a, b) => a - b),
    allowed: progress.allowed + allowed,
    denied: progress.denied + decided.entries.length - allowed,
    reasons,
  };
}

/** Losing this race to another worker is the same as winning it. */
async function finish(
  gate: Gate,
  before: Versioned<StoredCampaign>,
  progress: RunProgress,
): Promise<void> {
  const campaign = before.value;
  const after: StoredCampaign = {
    ...campaign,
    state: finalState(campaign),
    allowed: progress.allowed,
    denied: progress.denied,
    reasons: progress.reasons,
  };
  await gate.tables.transact(finishWrites(before, after));
  gate.log.write('info', 'campaign evaluated', {
    campaign: campaign.id,
    state: after.state,
    allowed: progress.allowed,
    denied: progress.denied,
  });
}

/** An audience without a single valid recipient has no page; its evaluation ends at once. */
export async function finishEmpty(gate: Gate, campaign: StoredCampaign): Promise<void> {
  const stored = await readCampaign(gate, campaign.id);
  if (stored === null || stored.value.state !== 'evaluating') return;
  await finish(gate, stored, { done: [], allowed: 0, denied: 0, reasons: {} });
}
