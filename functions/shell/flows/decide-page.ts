import { rowKey } from '../../../shared/campaign/audience.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type { PagePlanned } from '../../../shared/contract/workers.ts';
import { pageKey, type DecisionPage } from '../../../shared/log/decision-page.ts';
import { codesOf, isAllowed } from '../../../shared/policy/decide.ts';
import type { Gate } from '../gate.ts';
import { Unavailable } from '../ports/unavailable.ts';
import {
  approvalOf,
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
  const audience = { ...place, run: campaign.audience ?? place.run };
  const [rows, policy] = await Promise.all([
    readPageRows(gate, audience),
    readPolicy(gate, campaign.revision),
  ]);
  if (policy === null) throw new Error('the policy of a campaign is gone');
  const { fields, instant } = campaign;
  const prepared = prepare(fields, campaign, policy, instant, approvalOf(campaign));
  // The facts are those of now, however long ago the campaign began: explanations go by this.
  const evaluatedAt = gate.clock.now();
  const read = currentFacts(gate, campaign.fields.controller);
  const keys = rows?.map((row) => pageKey(rowKey(row))) ?? (await loggedKeys(gate, audience));
  const rulings =
    prepared.rejected.length > 0
      ? rejectAll(prepared, keys.length)
      : judgeAll(prepared, await gatherFacts(read, fields.channel, mustHave(rows)));
  const header = { ...pageHeader(campaign, gate.keys.current.version), evaluatedAt };
  const entries = keys.flatMap((key, index) => {
    const ruling = rulings[index];
    return ruling === undefined ? [] : [{ key, ruling }];
  });
  if (entries.length !== keys.length) throw new Error('a recipient was left without a ruling');
  return keepPage(gate, place, { header, entries });
}

/** Whom a page is about when its file is gone: as the run that first decided them logged it. */
async function loggedKeys(
  gate: Gate,
  place: { readonly run: string; readonly page: number },
): Promise<readonly string[]> {
  const page = await readPage(gate, place);
  if (page === null) throw new Error('the page of a campaign is gone');
  return page.entries.map(({ key }) => key);
}

/** Nobody is judged without what the caller named: refusals under it would be overlooked. */
function mustHave<Rows>(rows: Rows | null): Rows {
  if (rows === null) throw new Error('the page of a campaign is gone');
  return rows;
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

/** Decides every page of a run here and now, as far as nobody else has. */
export async function decideAll(gate: Gate, campaign: StoredCampaign): Promise<void> {
  const { id: campaignId, run } = campaign;
  for (let page = 0; page < campaign.pages; page++) {
    await decidePage(gate, { campaignId, run, page });
  }
  if (campaign.pages === 0) await finishEmpty(gate, campaign);
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
