import type { CampaignFields } from '../../../shared/contract/campaigns.ts';
import { remember } from '../../../shared/kernel/remember.ts';
import type { ContactKey } from '../../../shared/ledger/contact-key.ts';
import { compareText } from '../../../shared/ledger/reach.ts';
import { pageKey, type PageEntry, type PageHeader } from '../../../shared/log/decision-page.ts';
import { decisionId, type DecisionPlace } from '../../../shared/log/decision-id.ts';
import { decisionView, unexplained } from '../../../shared/log/decision-view.ts';
import { isAllowed } from '../../../shared/policy/decide.ts';
import type { LoggedDecision } from '../../../shared/rights/subject-report.ts';
import type { Gate } from '../gate.ts';
import { inParallel } from '../ports/in-parallel.ts';
import { readCampaign, readFacts } from '../stores/campaign-store.ts';
import { listRuns, pageOfKey, readPage, runShards, type Run } from '../stores/decision-store.ts';
import { limits } from '../../../shared/contract/limits.ts';

/** Pages of the log that are opened at the same time. */
const PARALLEL_PAGES = 16;
/** A page of a campaign has as many decisions as three of the largest checks. */
const CAMPAIGN_PAGE = Math.ceil(limits.pageRecipients / limits.recipientsPerRequest);
/** Pages between two looks at how many it have been. */
const PAGES_PER_ROUND = 256;

/**
 * Every logged decision about a person, newest first, without the explanations that would have to
 * be derived one by one. Only the newest runs are looked at where there are more than `pagesMax`
 * pages to open, one of a campaign counting as several, and then it is said.
 */
export async function decisionsOfPerson(
  gate: Pick<Gate, 'tables'>,
  person: { readonly controller: string; readonly keys: readonly ContactKey[] },
  pagesMax: number,
): Promise<{ readonly decisions: readonly LoggedDecision[]; readonly complete: boolean }> {
  const { controller, keys } = person;
  const wanted = new Set(keys.map(pageKey));
  const view = viewer(gate);
  const decisions: LoggedDecision[] = [];
  let pages: Place[] = [];
  let taken = 0;
  const open = async () => {
    const round = await inParallel(pages, PARALLEL_PAGES, (place) =>
      decisionsOn(gate, place, wanted),
    );
    decisions.push(...(await inParallel(round.flat(), PARALLEL_PAGES, view)));
    pages = [];
  };
  for await (const run of runsNewestFirst(gate, controller, runShards(keys))) {
    if (taken >= pagesMax) {
      await open();
      return { decisions: newestFirst(decisions), complete: false };
    }
    const places = pagesOf(run, keys);
    pages.push(...places);
    taken += places.length * (run.campaignId === null ? 1 : CAMPAIGN_PAGE);
    if (pages.length >= PAGES_PER_ROUND) await open();
  }
  await open();
  return { decisions: newestFirst(decisions), complete: true };
}

function newestFirst(decisions: readonly LoggedDecision[]): readonly LoggedDecision[] {
  return decisions.toSorted((a, b) => b.at - a.at || compareText(b.id, a.id));
}

type Place = Pick<DecisionPlace, 'run' | 'page'>;

function pagesOf(run: Run, keys: readonly ContactKey[]): readonly Place[] {
  const pages = keys.map((key) => pageOfKey(run, key)).filter((page) => page !== null);
  return [...new Set(pages)].map((page) => ({ run: run.run, page }));
}

/** The runs of several shards as one list: their names sort by time. */
async function* runsNewestFirst(
  gate: Pick<Gate, 'tables'>,
  controller: string,
  shards: readonly string[],
): AsyncGenerator<Run> {
  const lists = shards.map((shard) => runsOfShard(gate, controller, shard));
  const heads = await Promise.all(lists.map((list) => list.next()));
  for (;;) {
    let newest: number | null = null;
    heads.forEach((head, index) => {
      if (head.done === true) return;
      const other = newest === null ? null : heads[newest];
      const isNewer = other == null || other.done === true || head.value.run > other.value.run;
      if (isNewer) newest = index;
    });
    const place: number | null = newest;
    const head = place === null ? undefined : heads[place];
    if (place === null || head === undefined || head.done === true) return;
    yield head.value;
    const list = lists[place];
    if (list !== undefined) heads[place] = await list.next();
  }
}

async function* runsOfShard(
  gate: Pick<Gate, 'tables'>,
  controller: string,
  shard: string,
): AsyncGenerator<Run> {
  let before: string | null = null;
  for (;;) {
    const query = { controller, shard, before, limit: limits.searchRunsPerPage };
    const part: Awaited<ReturnType<typeof listRuns>> = await listRuns(gate, query);
    yield* part.runs;
    before = part.runs.at(-1)?.run ?? null;
    if (!part.more || before === null) return;
  }
}

interface Found {
  readonly place: DecisionPlace;
  readonly header: PageHeader;
  readonly ruling: PageEntry['ruling'];
}

async function decisionsOn(
  gate: Pick<Gate, 'tables'>,
  place: Place,
  wanted: ReadonlySet<string>,
): Promise<readonly Found[]> {
  const page = await readPage(gate, place);
  return (page?.entries ?? []).flatMap(({ key, ruling }, index) =>
    page !== null && wanted.has(key)
      ? [{ place: { ...place, place: index }, header: page.header, ruling }]
      : [],
  );
}

/** Campaigns are many decisions' campaigns: each is read once. */
function viewer(gate: Pick<Gate, 'tables'>): (found: Found) => Promise<LoggedDecision> {
  const factsOf = remember((hash: string) => readFacts(gate, hash));
  const campaignOf = remember((id: string) => readCampaign(gate, id));
  return async ({ place, header, ruling }) => {
    const fields: CampaignFields | null = await factsOf(header.facts);
    const { campaignId } = header;
    const campaign = campaignId === null ? null : await campaignOf(campaignId);
    const id = decisionId(place);
    const view = decisionView({ id, ref: null, ruling, header, explain: unexplained });
    return {
      id,
      at: header.evaluatedAt,
      campaign:
        campaignId === null
          ? null
          : { id: campaignId, reference: campaign?.value.fields.reference ?? '' },
      fields,
      basis: isAllowed(ruling) ? ruling.basis : null,
      reasons: view.reasons.map(({ code, text }) => ({ code, text })),
      policy: header.revision,
    };
  };
}
