import { categoriesOf, matchScope, wasHandedOut } from '../../../shared/breach/scope.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type { CampaignFields } from '../../../shared/contract/campaigns.ts';
import {
  isAllowedRuling,
  readStoredPage,
  type StoredPage,
} from '../../../shared/log/page-bytes.ts';
import type { Gate } from '../gate.ts';
import { inParallel } from '../ports/in-parallel.ts';
import { readCampaign, readFacts, type StoredCampaign } from '../stores/campaign-store.ts';
import { listOldestRuns, readPageBytes, runShards, type Run } from '../stores/decision-store.ts';
import {
  foundWrite,
  writeScope,
  type StoredScope,
  type StoredScopeItem,
  type VersionedScope,
} from '../stores/scope-store.ts';

/** Looks at the next runs of the directory, and notes those that are in the scope. */
export async function findNext(gate: Gate, before: VersionedScope): Promise<VersionedScope | null> {
  const { value } = before;
  const { controllers, finding } = value;
  if (finding === null) throw new Error('invariant broken: there is something to be found');
  const controller = controllers[finding.controller];
  const shards = runShards(null);
  const shard = shards[finding.shard];
  if (controller === undefined || shard === undefined) {
    return writeScope(gate, before, { ...value, finding: null, parts: partsFor(value.decisions) });
  }
  const limit = limits.scopeRunsPerPart;
  const query = { controller, shard, after: finding.after, limit };
  const runs = await listOldestRuns(gate, query);
  const looked = await inParallel(runs, limits.parallelScopePages, (run) =>
    lookAt(gate, value, run),
  );
  const items = looked.flatMap(({ item }) => (item === null ? [] : [item]));
  const last = runs.at(-1);
  const goesOn = runs.length === limit && last !== undefined;
  const isLastShard = finding.shard + 1 >= shards.length;
  const after: StoredScope = {
    ...withItems(value, items),
    clientUnknown: value.clientUnknown + looked.filter(({ unknown }) => unknown).length,
    finding: goesOn
      ? { ...finding, after: last.run }
      : isLastShard
        ? { controller: finding.controller + 1, shard: 0, after: null }
        : { ...finding, shard: finding.shard + 1, after: null },
  };
  const beside = items.length === 0 ? [] : [foundWrite(gate, value, items)];
  return writeScope(gate, before, after, beside);
}

function partsFor(decisions: number): number {
  return Math.max(1, Math.ceil(decisions / limits.scopeKeysPerPart));
}

function withItems(scope: StoredScope, items: readonly StoredScopeItem[]): StoredScope {
  if (items.length === 0) return scope;
  const campaigns = items.filter(({ kind }) => kind === 'campaign').length;
  const decisions = items.reduce((sum, { allowed, denied }) => sum + allowed + denied, 0);
  return {
    ...scope,
    foundParts: scope.foundParts + 1,
    campaigns: scope.campaigns + campaigns,
    checks: scope.checks + items.length - campaigns,
    decisions: scope.decisions + decisions,
    specialCategories:
      scope.specialCategories ||
      items.some(({ specialCategories, handedOut }) => specialCategories && handedOut),
  };
}

interface Looked {
  readonly item: StoredScopeItem | null;
  readonly unknown: boolean;
}

const nothing: Looked = Object.freeze({ item: null, unknown: false });

async function lookAt(gate: Gate, scope: StoredScope, run: Run): Promise<Looked> {
  const { campaignIds, from, to } = scope.selectors;
  const { campaignId, evaluatedAt } = run;
  // What no page need be read for.
  if (campaignIds !== null && (campaignId === null || !campaignIds.includes(campaignId))) {
    return nothing;
  }
  if ((from !== null && evaluatedAt < from) || (to !== null && evaluatedAt > to)) return nothing;
  const stored = campaignId === null ? null : await readCampaign(gate, campaignId);
  const campaign = stored?.value ?? null;
  if (campaign !== null) {
    const given = campaign.handedOut.find((each) => each.run === run.run);
    const { allowed, denied } = given ?? campaign;
    const counts = { allowed: allowed ?? 0, denied: denied ?? 0 };
    const handedOut = given !== undefined || wasHandedOut(campaign.state);
    if (given !== undefined || campaign.run === run.run) {
      return lookAtCampaign(scope, run, campaign, { ...counts, handedOut });
    }
  }
  const bytes = await readPageBytes(gate, { run: run.run, page: 0 });
  const page = bytes === null ? null : readStoredPage(bytes);
  // A run of a campaign that a later one took the place of: nobody was given out by it.
  if (page === null || page.header.kind !== 'check') return nothing;
  const facts = campaign?.fields ?? (await readFacts(gate, page.header.facts));
  return lookAtCheck(scope, run, page, facts);
}

function lookAtCampaign(
  scope: StoredScope,
  run: Run,
  campaign: StoredCampaign,
  result: Pick<StoredScopeItem, 'allowed' | 'denied' | 'handedOut'>,
): Looked {
  const { fields, state } = campaign;
  const client = campaign.client ?? null;
  const common = commonOf(run, fields, client);
  const match = matchScope(scope.selectors, { ...common, campaignId: campaign.id });
  if (match !== 'in') return { item: null, unknown: match === 'unknown' };
  const item: StoredScopeItem = {
    ...common,
    ...{ kind: 'campaign', campaignId: campaign.id, reference: fields.reference, state },
    ...result,
    keys: null,
  };
  return { item, unknown: false };
}

/** The answer of a check is given out with it; a recheck is one under its campaign. */
function lookAtCheck(
  scope: StoredScope,
  run: Run,
  page: StoredPage,
  facts: CampaignFields | null,
): Looked {
  const { header, rulings, entries } = page;
  const client = header.client ?? null;
  const common = commonOf(run, facts, client);
  const match = matchScope(scope.selectors, { ...common, campaignId: run.campaignId });
  if (match !== 'in') return { item: null, unknown: match === 'unknown' };
  const allows = rulings.map(isAllowedRuling);
  const allowed = entries.filter(({ ruling }) => allows[ruling] === true).length;
  const item: StoredScopeItem = {
    ...common,
    ...{ kind: 'check', campaignId: run.campaignId, reference: null, state: null },
    ...{ allowed, denied: entries.length - allowed, handedOut: true },
    keys: { first: entries[0]?.key ?? '', last: entries.at(-1)?.key ?? '' },
  };
  return { item, unknown: false };
}

function commonOf(run: Run, facts: CampaignFields | null, client: string | null) {
  return {
    controller: run.controller,
    run: run.run,
    evaluatedAt: run.evaluatedAt,
    channel: facts?.channel ?? null,
    processors: facts === null ? [] : facts.processors.map(({ name }) => name),
    categories: facts === null ? [] : [...categoriesOf(facts)],
    specialCategories: facts?.profiling.specialCategories ?? false,
    client,
  };
}
