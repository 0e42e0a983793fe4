import { rowKey } from '../../../shared/campaign/audience.ts';
import type { PagePlanned } from '../../../shared/contract/workers.ts';
import { encodePage, pageKey, type DecisionPage } from '../../../shared/log/decision-page.ts';
import { codesOf, isAllowed, judgeRecipient } from '../../../shared/policy/decide.ts';
import { rowsOfPage } from '../campaigns/page-rows.ts';
import type { Gate } from '../gate.ts';
import { readCampaign, type StoredCampaign } from '../stores/campaign-store.ts';
import { keepPageBytes, mustReadPage, readPage } from '../stores/decision-store.ts';
import { readPolicy } from '../stores/policy-store.ts';
import { countPart, isCounted, readProgress, type Sums } from '../stores/progress-store.ts';
import { pagesOf } from './campaign-view.ts';
import { endDeciding } from './end-evaluation.ts';
import { pageHeader, preparedFor } from './evaluate-campaign.ts';
import { currentFactsOfPage, factsOfLedger, judgeFacts, occurredBy } from './gather-facts.ts';
import { rejectAll } from './prepare.ts';

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
    return (await decide(gate, campaign, place)).sums;
  }
  const kept = await readPage(gate, place);
  if (kept !== null) return sumsOf(kept);
  const { controller } = campaign.fields;
  const { bytes, sums } = await decide(gate, campaign, place);
  const isOurs = await keepPageBytes(gate, place, { controller, bytes });
  return isOurs ? sums : sumsOf(await mustReadPage(gate, place));
}

/** A page as it is logged. What it was made of is some hundred times as much. */
interface Decided {
  readonly bytes: Uint8Array;
  readonly sums: Sums;
}

async function decide(
  gate: Gate,
  campaign: StoredCampaign,
  place: { readonly run: string; readonly page: number },
): Promise<Decided> {
  const audience = { run: campaign.audience ?? place.run, page: place.page };
  const [rows, policy] = await Promise.all([
    rowsOfPage(gate, audience),
    readPolicy(gate, campaign.revision),
  ]);
  if (policy === null) throw new Error('the policy of a campaign is gone');
  const prepared = preparedFor(campaign, policy);
  const keys = rows?.map((row) => pageKey(rowKey(row))) ?? (await loggedKeys(gate, audience));
  return inTurn(gate, async () => {
    // The facts are those of now, however long ago the campaign began: explanations go by this.
    const evaluatedAt = gate.clock.now();
    const rulings =
      prepared.rejected.length > 0
        ? rejectAll(prepared, keys.length)
        : await judgeFacts(
            readFacts(gate, campaign),
            campaign.fields.channel,
            mustHave(rows),
            (facts) => judgeRecipient(facts, prepared.evaluation),
          );
    const entries = keys.flatMap((key, index) => {
      const ruling = rulings[index];
      return ruling === undefined ? [] : [{ key, ruling }];
    });
    if (entries.length !== keys.length) throw new Error('a recipient was left without a ruling');
    const page = { header: { ...pageHeader(campaign), evaluatedAt }, entries };
    return { bytes: encodePage(page), sums: sumsOf(page) };
  });
}

const turns = new WeakMap<Gate['tables'], Promise<unknown>>();

/**
 * Where a process has its stores to itself, reading them is a call and no wait: pages side by side
 * would be no faster, and would hold the contact points of all of them at once.
 */
function inTurn<Result>(gate: Gate, work: () => Promise<Result>): Promise<Result> {
  if (gate.aloneSince === undefined) return work();
  const own = (turns.get(gate.tables) ?? Promise.resolve()).then(work);
  turns.set(
    gate.tables,
    own.catch(() => {}),
  );
  return own;
}

function readFacts(gate: Gate, { asOf, fields }: StoredCampaign) {
  return asOf === null
    ? currentFactsOfPage(gate, fields.controller)
    : factsOfLedger(gate, fields.controller, occurredBy(asOf));
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

function sumsOf({ entries }: Pick<DecisionPage, 'entries'>): Sums {
  const sums: Record<string, number> = {};
  const add = (name: string, count: number) => (sums[name] = (sums[name] ?? 0) + count);
  for (const { ruling } of entries) {
    add(isAllowed(ruling) ? 'allowed' : 'denied', 1);
    for (const { code } of codesOf(ruling)) add(code, 1);
  }
  return sums;
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
