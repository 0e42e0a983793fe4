import * as z from 'zod';
import {
  AudienceMapping,
  audienceEncodings,
  audienceFormats,
  CampaignFields,
  campaignStages,
  modes,
  reviewOutcomes,
} from '../../../shared/contract/campaigns.ts';
import { StoredClearance } from '../../../shared/contract/clearances.ts';
import { campaignStates, type Approval } from '../../../shared/contract/vocabulary.ts';
import { canonicalJson, type Json } from '../../../shared/kernel/canonical-json.ts';
import { sha256Hex } from '../../../shared/kernel/hash.ts';
import { parseId } from '../../../shared/kernel/ids.ts';
import type { Gate } from '../gate.ts';
import type { Row, Write } from '../ports/tables.ts';
import { liveWrite, stillLive } from './live-store.ts';
import { readPartition } from './partition.ts';

/*
 * Table `campaigns`
 *   pk `campaign/<id>`      sk `campaign`   the campaign as JSON
 *   pk `campaign/<id>`      sk `<run>/…`    progress of an evaluation run (progress-store.ts)
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

/** How the file of an audience is read. */
export const StoredUpload = z.object({
  format: z.enum(audienceFormats),
  mapping: AudienceMapping,
  encoding: z.enum(audienceEncodings),
});
export type StoredUpload = z.infer<typeof StoredUpload>;

const HandedOut = z.object({
  run: z.string(),
  allowed: z.number(),
  denied: z.number(),
  /** Of the clearance that was taken back: until then somebody may go by its files. */
  notAfter: z.number(),
});

export const StoredCampaign = z.object({
  id: z.string(),
  fields: CampaignFields,
  state: z.enum(campaignStates),
  createdAt: z.number(),
  /** Who submitted it: the `sub` of the token. Absent: it was not kept. */
  client: z.string().optional(),
  run: z.string(),
  evaluatedAt: z.number(),
  instant: z.number(),
  revision: z.string(),
  facts: z.string(),
  country: z.string(),
  timeZone: z.string(),
  /** Of the key under which its audience is keyed (decision 22). */
  identifierKeyVersion: z.number().int().min(1).default(1),
  /** A dry run logs nothing and ends where it began, as a draft. */
  mode: z.enum(modes).default('enforce'),
  /** The facts of another instant, for a dry run. */
  asOf: z.number().nullable().default(null),
  /** What the evaluation is at; null unless the campaign is being evaluated. */
  stage: z.enum(campaignStages).nullable().default(null),
  /** Null for recipients that came with the request. */
  upload: StoredUpload.nullable().default(null),
  /** Ways of hashing under which the audience was looked up: a later one needs it again. */
  hashLists: z.array(z.string()).default([]),
  /** 0 until the audience is sorted. */
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
  /** Who may be contacted, signed; null unless it was issued. */
  clearance: StoredClearance.nullable().default(null),
  /** Runs whose clearance a freeze has taken back: what they allowed was given out before. */
  handedOut: z.array(HandedOut).default([]),
  problem: z.object({ title: z.string(), detail: z.string() }).nullable(),
});
export type StoredCampaign = z.infer<typeof StoredCampaign>;

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
export function newCampaignWrites(campaign: StoredCampaign): readonly Write[] {
  const put = (row: Row): Write => ({ kind: 'put-if-absent', table: 'campaigns', row });
  const { id } = campaign;
  return [
    put({ ...campaignKey(id), version: 1, body: JSON.stringify(campaign) }),
    put({ pk: `list/${campaign.fields.controller}`, sk: id, version: 1, body: '' }),
  ];
}

/**
 * On the list of evaluations under way, and of campaigns that call back whoever refuses; `isLive`
 * where it is on the latter already.
 */
export function underWayWrites(campaign: StoredCampaign, isLive = false): readonly Write[] {
  const underWay: Row = { pk: 'evaluating', sk: campaign.id, version: 1, body: '' };
  const write: Write = { kind: 'put-if-absent', table: 'campaigns', row: underWay };
  if (campaign.mode !== 'enforce') return [write];
  return [write, isLive ? stillLive(campaign) : liveWrite(campaign)];
}

/** What was read is replaced, unless somebody else has done so in between. */
export function campaignWrite(before: Versioned<StoredCampaign>, after: StoredCampaign): Write {
  const row: Row = {
    ...campaignKey(after.id),
    version: before.version + 1,
    body: JSON.stringify(after),
  };
  return { kind: 'put-if-version', table: 'campaigns', row };
}

/** For what is true of a campaign only as long as it is what was read. */
export function campaignUnchanged({ value, version }: Versioned<StoredCampaign>): Write {
  return { kind: 'require-version', table: 'campaigns', key: campaignKey(value.id), version };
}

/** What the rules read of the word of the data protection officer. */
export function approvalOf({ review }: Pick<StoredCampaign, 'review'>): Approval {
  if (review === null) return 'not_asked';
  return review.outcome === 'released' ? 'given' : 'refused';
}

/** An evaluation begins, or begins again; all or none, and by one of two at once. */
export function startWrites(
  before: Versioned<StoredCampaign>,
  after: StoredCampaign,
  isLive = false,
): readonly Write[] {
  const listed = underWayWrites(after, isLive);
  return [campaignWrite(before, after), ...listed];
}

/**
 * The end of an evaluation: the result, and off the list of those under way. Only what is cleared
 * stays live, and what was given out before: `notLive` are the writes of `endLiveWrites`.
 */
export function finishWrites(
  before: Versioned<StoredCampaign>,
  after: StoredCampaign,
  notLive: readonly Write[],
): readonly Write[] {
  const key = { pk: 'evaluating', sk: after.id };
  return [
    campaignWrite(before, after),
    { kind: 'delete-if-version', table: 'campaigns', key, version: 1 },
    ...notLive,
  ];
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
