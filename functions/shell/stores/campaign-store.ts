import * as z from 'zod';
import { CampaignFields, reviewOutcomes } from '../../../shared/contract/campaigns.ts';
import { campaignStates, type Approval } from '../../../shared/contract/vocabulary.ts';
import { canonicalJson, type Json } from '../../../shared/kernel/canonical-json.ts';
import { sha256Hex } from '../../../shared/kernel/hash.ts';
import { parseId } from '../../../shared/kernel/ids.ts';
import type { Gate } from '../gate.ts';
import type { Row, Write } from '../ports/tables.ts';
import { readPartition } from './partition.ts';

/*
 * Table `campaigns`
 *   pk `campaign/<id>`      sk `campaign`   the campaign as JSON
 *   pk `campaign/<id>`      sk `<run>`      progress of an evaluation run
 *   pk `list/<controller>`  sk `<id>`       for listing, newest last
 *   pk `evaluating`         sk `<id>`       while an evaluation is under way
 *   pk `facts/<sha256>`     sk `facts`      what a check or campaign says of itself
 */

const Finding = z.object({
  code: z.string(),
  rule: z.string(),
  authority: z.string(),
  text: z.object({ de: z.string(), en: z.string() }),
});

const Review = z.object({
  outcome: z.enum(reviewOutcomes),
  by: z.string(),
  at: z.number(),
  reason: z.string(),
});

export const StoredCampaign = z.object({
  id: z.string(),
  fields: CampaignFields,
  state: z.enum(campaignStates),
  createdAt: z.number(),
  run: z.string(),
  evaluatedAt: z.number(),
  instant: z.number(),
  revision: z.string(),
  facts: z.string(),
  country: z.string(),
  timeZone: z.string(),
  pages: z.number().int(),
  /** The run that the pages of the audience were written for, where it is not the run itself. */
  audience: z.string().nullable().default(null),
  submitted: z.number().int(),
  duplicates: z.number().int(),
  invalid: z.number().int(),
  /** Campaign-level findings, or what the campaign is held for. */
  findings: z.array(Finding),
  rejected: z.boolean(),
  held: z.boolean(),
  /** The word of the data protection officer, once the campaign was held and they gave it. */
  review: Review.nullable().default(null),
  allowed: z.number().int().nullable(),
  denied: z.number().int().nullable(),
  reasons: z.record(z.string(), z.number().int()).nullable(),
  problem: z.object({ title: z.string(), detail: z.string() }).nullable(),
});
export type StoredCampaign = z.infer<typeof StoredCampaign>;

/** Which pages are decided, and the sum over them; setting a page twice changes nothing. */
export const RunProgress = z.object({
  done: z.array(z.number().int()),
  allowed: z.number().int(),
  denied: z.number().int(),
  reasons: z.record(z.string(), z.number().int()),
});
export type RunProgress = z.infer<typeof RunProgress>;

export interface Versioned<Value> {
  readonly value: Value;
  readonly version: number;
}

function campaignKey(id: string) {
  return { pk: `campaign/${id}`, sk: 'campaign' };
}

export async function readCampaign(
  gate: Pick<Gate, 'tables'>,
  id: string,
): Promise<Versioned<StoredCampaign> | null> {
  // Callers may ask for any text; only what is an id of ours is looked for.
  if (parseId('cmp', id) === null) return null;
  const row = await gate.tables.get('campaigns', campaignKey(id));
  if (row === null) return null;
  return { value: StoredCampaign.parse(JSON.parse(String(row.body))), version: row.version };
}

/** The writes that bring a campaign into the world, all or none. */
export function newCampaignWrites(campaign: StoredCampaign, runRow: Row): readonly Write[] {
  const put = (row: Row): Write => ({ kind: 'put-if-absent', table: 'campaigns', row });
  const { id } = campaign;
  return [
    put({ ...campaignKey(id), version: 1, body: JSON.stringify(campaign) }),
    put({ pk: `list/${campaign.fields.controller}`, sk: id, version: 1, body: '' }),
    put({ pk: 'evaluating', sk: id, version: 1, body: '' }),
    { kind: 'put-if-absent', table: 'decisions', row: runRow },
  ];
}

/** What the rules read of the word of the data protection officer. */
export function approvalOf({ review }: Pick<StoredCampaign, 'review'>): Approval {
  if (review === null) return 'not_asked';
  return review.outcome === 'released' ? 'given' : 'refused';
}

/** A held campaign is evaluated again, in a new run; all or none, and by one of two at once. */
export function newRunWrites(
  before: Versioned<StoredCampaign>,
  after: StoredCampaign,
  runRow: Row,
): readonly Write[] {
  const row: Row = {
    ...campaignKey(after.id),
    version: before.version + 1,
    body: JSON.stringify(after),
  };
  const underWay: Row = { pk: 'evaluating', sk: after.id, version: 1, body: '' };
  return [
    { kind: 'put-if-version', table: 'campaigns', row },
    { kind: 'put-if-absent', table: 'campaigns', row: underWay },
    { kind: 'put-if-absent', table: 'decisions', row: runRow },
  ];
}

/** The end of an evaluation: the result, and off the list of those under way. */
export function finishWrites(before: Versioned<StoredCampaign>, after: StoredCampaign) {
  const row: Row = {
    ...campaignKey(after.id),
    version: before.version + 1,
    body: JSON.stringify(after),
  };
  const key = { pk: 'evaluating', sk: after.id };
  const writes: readonly Write[] = [
    { kind: 'put-if-version', table: 'campaigns', row },
    { kind: 'delete-if-version', table: 'campaigns', key, version: 1 },
  ];
  return writes;
}

export async function readProgress(
  gate: Pick<Gate, 'tables'>,
  id: string,
  run: string,
): Promise<Versioned<RunProgress>> {
  const row = await gate.tables.get('campaigns', { pk: `campaign/${id}`, sk: run });
  if (row === null) {
    return { value: { done: [], allowed: 0, denied: 0, reasons: {} }, version: 0 };
  }
  return { value: RunProgress.parse(JSON.parse(String(row.body))), version: row.version };
}

export function progressWrite(
  id: string,
  run: string,
  before: Versioned<RunProgress>,
  after: RunProgress,
): Write {
  const row: Row = {
    pk: `campaign/${id}`,
    sk: run,
    version: before.version + 1,
    body: JSON.stringify(after),
  };
  const kind = before.version === 0 ? 'put-if-absent' : 'put-if-version';
  return { kind, table: 'campaigns', row };
}

/** Ids of a controller's campaigns, newest first. */
export async function listCampaignIds(
  gate: Pick<Gate, 'tables'>,
  query: { readonly controller: string; readonly limit: number; readonly after: string | null },
): Promise<{ readonly ids: readonly string[]; readonly next: string | null }> {
  const { rows, next } = await gate.tables.range({
    table: 'campaigns',
    pk: `list/${query.controller}`,
    order: 'descending',
    limit: query.limit,
    ...(query.after === null ? {} : { after: query.after }),
  });
  return { ids: rows.map(({ sk }) => sk), next };
}

/** How many campaigns a controller has submitted; the list has a tiny row for each. */
export async function countCampaigns(
  gate: Pick<Gate, 'tables'>,
  controller: string,
): Promise<number> {
  return (await readPartition(gate, 'campaigns', `list/${controller}`)).length;
}

/** Ids of the campaigns whose evaluation is under way, oldest first. */
export async function listEvaluating(
  gate: Pick<Gate, 'tables'>,
  limit: number,
): Promise<readonly string[]> {
  const { rows } = await gate.tables.range({ table: 'campaigns', pk: 'evaluating', limit });
  return rows.map(({ sk }) => sk);
}

/** What the rules read of a campaign: everything but its name and its dates. */
export function campaignFactsText(fields: CampaignFields): string {
  const { reference: _reference, schedule: _schedule, ...facts } = fields;
  const plain: Json = JSON.parse(JSON.stringify(facts));
  return canonicalJson(plain);
}

const kept = new WeakMap<Gate['tables'], Set<string>>();
const KEPT_MAX = 10_000;

/** Stores the facts under their hash, once; equal checks share them. */
export async function keepFacts(
  gate: Pick<Gate, 'tables'>,
  fields: CampaignFields,
): Promise<string> {
  const body = campaignFactsText(fields);
  const hash = sha256Hex(body);
  const seen = kept.get(gate.tables) ?? new Set<string>();
  kept.set(gate.tables, seen);
  if (seen.has(hash)) return hash;
  const row: Row = { pk: `facts/${hash}`, sk: 'facts', version: 1, body };
  await gate.tables.write({ kind: 'put-if-absent', table: 'campaigns', row });
  if (seen.size >= KEPT_MAX) seen.clear();
  seen.add(hash);
  return hash;
}

const StoredFacts = CampaignFields.omit({ reference: true, schedule: true });

/** The facts behind a decision, with a name and dates that no rule reads. */
export async function readFacts(
  gate: Pick<Gate, 'tables'>,
  hash: string,
): Promise<CampaignFields | null> {
  const row = await gate.tables.get('campaigns', { pk: `facts/${hash}`, sk: 'facts' });
  if (row === null) return null;
  const facts = StoredFacts.parse(JSON.parse(String(row.body)));
  const anyTime = { sendFrom: '1970-01-01T00:00:00Z', sendUntil: '1970-01-01T00:00:01Z' };
  return { ...facts, reference: '-', schedule: anyTime };
}
