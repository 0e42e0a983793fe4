import { rowKey, type AudienceRow } from '../../../shared/campaign/audience.ts';
import { recallReason, type RecallReason } from '../../../shared/campaign/recall.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { newId } from '../../../shared/kernel/ids.ts';
import { formatInstant } from '../../../shared/kernel/instant.ts';
import type { ContactKey } from '../../../shared/ledger/contact-key.ts';
import { compareText } from '../../../shared/ledger/reach.ts';
import { decisionId } from '../../../shared/log/decision-id.ts';
import { pageKey, type PageHeader } from '../../../shared/log/decision-page.ts';
import { isAllowed, type Ruling } from '../../../shared/policy/decide.ts';
import { announce, receiversOf } from '../flows/announce.ts';
import { pageHeader, preparedFor } from '../flows/evaluate-campaign.ts';
import { currentFacts, gatherFacts } from '../flows/gather-facts.ts';
import { judgeAll, type Prepared } from '../flows/prepare.ts';
import type { Gate } from '../gate.ts';
import { chunksOf, inParallel } from '../ports/in-parallel.ts';
import type { StoredCampaign } from '../stores/campaign-store.ts';
import { readPage } from '../stores/decision-store.ts';
import { readPolicy } from '../stores/policy-store.ts';
import {
  keepRecalls,
  readRecalled,
  type NewRecall,
  type StoredRecall,
} from '../stores/recall-store.ts';
import { readWebhooks } from '../stores/webhook-store.ts';
import { audienceOf, type CampaignAudience } from './campaign-audience.ts';
import { logDecisions } from './log-decisions.ts';
import { stillOut } from './validity.ts';

/** A campaign whose pages are decided, ready to have some of its recipients decided again. */
export interface DecidedCampaign {
  readonly campaign: StoredCampaign;
  readonly audience: CampaignAudience;
  readonly prepared: Prepared;
  /** Runs whose pages say who was allowed; of several that allow somebody the first one counts. */
  readonly runs: readonly string[];
}

/** Under the policy, the review and the instant of the campaign itself: only facts are new. */
export async function openDecided(gate: Gate, campaign: StoredCampaign): Promise<DecidedCampaign> {
  const [audience, policy] = await Promise.all([
    audienceOf(gate, campaign),
    readPolicy(gate, campaign.revision),
  ]);
  if (policy === null) throw new Error('the policy of a campaign is gone');
  return { campaign, audience, prepared: preparedFor(campaign, policy), runs: [campaign.run] };
}

/**
 * The same with everybody whom a clearance named that may still be gone by: also one that a freeze
 * has taken back, because its files were given out. All runs of a campaign have the same pages.
 */
export async function openGivenOut(gate: Gate, campaign: StoredCampaign): Promise<DecidedCampaign> {
  const decided = await openDecided(gate, campaign);
  const out = stillOut(campaign, gate.clock.now());
  return { ...decided, runs: [...new Set([campaign.run, ...out])] };
}

/** A recipient whom a page of the campaign allows. */
export interface AllowedRecipient {
  /** Whose page it is. */
  readonly run: string;
  readonly page: number;
  readonly place: number;
  /** As on the page: the first 16 digits. */
  readonly key: string;
  readonly row: AudienceRow;
}

/** Which recipients of a page are wanted: by their row, or by their key where the rows are gone. */
export interface Wanted {
  readonly byRow: (row: AudienceRow) => boolean;
  /** Null where only a row can tell: without it nobody could be said not to be concerned. */
  readonly keys: ReadonlySet<ContactKey> | null;
}

/** The recipients that a page allows and that are wanted. */
export async function allowedOn(
  gate: Gate,
  { audience, runs }: DecidedCampaign,
  page: number,
  wanted: Wanted,
): Promise<readonly AllowedRecipient[]> {
  const rows = await audience.rowsOf(page);
  if (rows === null && wanted.keys === null) throw new Error('the rows of an audience are gone');
  if (rows !== null && !rows.some(wanted.byRow)) return [];
  const found = await inParallel(runs, runs.length, (run) =>
    allowedBy(gate, { run, page }, rows, wanted),
  );
  const byPlace = new Map(found.toReversed().flatMap(placed));
  return [...byPlace.values()].sort((a, b) => a.place - b.place);
}

function placed(recipients: readonly AllowedRecipient[]) {
  return recipients.map((each) => [each.place, each] as const);
}

async function allowedBy(
  gate: Gate,
  { run, page }: { readonly run: string; readonly page: number },
  rows: readonly AudienceRow[] | null,
  wanted: Wanted,
): Promise<readonly AllowedRecipient[]> {
  const decided = await readPage(gate, { run, page });
  if (decided === null) throw new Error('a page of the campaign is not decided');
  const byKey = new Map([...(wanted.keys ?? [])].map((key) => [pageKey(key), key]));
  return decided.entries.flatMap(({ key, ruling }, place): AllowedRecipient[] => {
    if (!isAllowed(ruling)) return [];
    if (rows === null) {
      // The file was deleted, and with it what else the caller named: what the key says is left.
      const contact = byKey.get(key);
      const row = contact === undefined ? null : { contact, named: [], domains: [], ref: null };
      return row === null ? [] : [{ run, page, place, key, row }];
    }
    const row = rows[place];
    if (row === undefined || pageKey(rowKey(row)) !== key) {
      throw new Error('the recipients of a page are not those that were decided');
    }
    return wanted.byRow(row) ? [{ run, page, place, key, row }] : [];
  });
}

/** Those of some keys whom the campaign allows under them. */
export async function allowedAmong(
  gate: Gate,
  decided: DecidedCampaign,
  keys: Iterable<ContactKey>,
): Promise<readonly AllowedRecipient[]> {
  const byPage = new Map<number, Set<ContactKey>>();
  for (const key of keys) {
    const page = decided.audience.pageOf(key);
    if (page === null) continue;
    const known = byPage.get(page) ?? new Set();
    byPage.set(page, known.add(key));
  }
  const found = await inParallel([...byPage], limits.parallelRecallPages, ([page, wanted]) =>
    allowedOn(gate, decided, page, { byRow: (row) => wanted.has(rowKey(row)), keys: wanted }),
  );
  return found.flat();
}

interface Refused extends AllowedRecipient {
  readonly ruling: Ruling;
  readonly reason: RecallReason;
}

/**
 * Decides recipients again by the facts of now. Whoever would be denied is logged, then recalled,
 * then told about, each of it once: a second call goes on where the first one ended.
 */
export async function recallRecipients(
  gate: Gate,
  { campaign, prepared }: DecidedCampaign,
  recipients: readonly AllowedRecipient[],
): Promise<readonly StoredRecall[]> {
  const recalls: StoredRecall[] = [];
  for (const some of chunksOf(recipients, limits.recallsTogether)) {
    const { controller, channel } = campaign.fields;
    const rows = some.map(({ row }) => row);
    const rulings = judgeAll(
      prepared,
      await gatherFacts(currentFacts(gate, controller), channel, rows),
    );
    const refused = some.flatMap((recipient, index): Refused[] => {
      const ruling = rulings[index];
      if (ruling === undefined) throw new Error('a recipient was left without a ruling');
      const reason = recallReason(ruling);
      return reason === null ? [] : [{ ...recipient, ruling, reason }];
    });
    if (refused.length > 0) recalls.push(...(await recall(gate, campaign, refused)));
  }
  return recalls;
}

async function recall(
  gate: Gate,
  campaign: StoredCampaign,
  refused: readonly Refused[],
): Promise<readonly StoredRecall[]> {
  const keys = refused.map(({ key }) => key);
  const known = await readRecalled(gate, campaign.id, keys);
  const fresh = refused.filter(({ key }) => !known.has(key));
  const made = fresh.length === 0 ? [] : await logAgain(gate, campaign, fresh);
  const kept = await keepRecalls(gate, campaign.id, made);
  const recalls = [...known.values(), ...kept];
  const refs = new Map(refused.map(({ key, row }) => [key, row.ref]));
  await tell(gate, campaign, recalls, refs);
  if (made.length > 0) {
    gate.log.write('info', 'recipients recalled', { campaign: campaign.id, count: made.length });
  }
  return recalls;
}

/** The decisions that recall, as a page of the log; nothing is told before it is durable. */
async function logAgain(
  gate: Gate,
  campaign: StoredCampaign,
  refused: readonly Refused[],
): Promise<readonly NewRecall[]> {
  const evaluatedAt = gate.clock.now();
  const run = newId('run', evaluatedAt, gate.randomBytes(10));
  const sorted = refused.toSorted((a, b) => compareText(a.key, b.key));
  const { audience: _, ...header } = pageHeader(campaign);
  const again: PageHeader = { ...header, kind: 'check', evaluatedAt, notAfter: evaluatedAt };
  await logDecisions(gate, run, again, sorted);
  return sorted.map((each, index): NewRecall => {
    const { key, page, reason } = each;
    return {
      ...{ key, page, place: each.place },
      supersedes: decisionId({ run: each.run, page, place: each.place }),
      decisionId: decisionId({ run, page: 0, place: index }),
      code: reason.code,
      codes: [...reason.codes],
    };
  });
}

/** The same recall has the same `webhook-id`, whoever announces it and how often. */
async function tell(
  gate: Gate,
  { id, fields }: StoredCampaign,
  recalls: readonly StoredRecall[],
  refs: ReadonlyMap<string, string | null>,
): Promise<void> {
  const { controller, reference } = fields;
  const webhooks = await readWebhooks(gate, controller);
  if (receiversOf(webhooks, 'clearance.recalled').length === 0) return;
  await inParallel(recalls, limits.parallelDeliveries, (each) =>
    announce(gate, {
      controller,
      type: 'clearance.recalled',
      id: `${id}/${each.key}`,
      data: {
        campaignId: id,
        reference,
        ref: refs.get(each.key) ?? null,
        decisionId: each.decisionId,
        supersedes: each.supersedes,
        code: each.code,
        codes: each.codes,
        at: formatInstant(each.at),
      },
    }),
  );
}
