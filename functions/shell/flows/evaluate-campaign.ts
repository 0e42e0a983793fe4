import {
  planAudience,
  firstKeyOf,
  type AudiencePlan,
} from '../../../shared/campaign/audience-plan.ts';
import { stateAfter } from '../../../shared/campaign/lifecycle.ts';
import { reviewFindings } from '../../../shared/campaign/review.ts';
import type { CampaignFields } from '../../../shared/contract/campaigns.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { denyCodes } from '../../../shared/contract/reason-codes.ts';
import type { Recipient } from '../../../shared/contract/subjects.ts';
import type { PagePlanned } from '../../../shared/contract/workers.ts';
import { formatId, parseId } from '../../../shared/kernel/ids.ts';
import { HOUR_MS, parseInstant, type EpochMs } from '../../../shared/kernel/instant.ts';
import type { PageHeader } from '../../../shared/log/decision-page.ts';
import { codesOf } from '../../../shared/policy/decide.ts';
import { rulebook } from '../../../shared/policy/rulebook.ts';
import { writeInline } from '../campaigns/write-audience.ts';
import type { Gate } from '../gate.ts';
import {
  approvalOf,
  keepFacts,
  newCampaignWrites,
  readCampaign,
  underWayWrites,
  type StoredCampaign,
} from '../stores/campaign-store.ts';
import type { Controller } from '../stores/controller-store.ts';
import { runRow, type Run } from '../stores/decision-store.ts';
import type { Write } from '../ports/tables.ts';
import { keepPolicy, policyInForce, type Policy } from '../stores/policy-store.ts';
import { runOf } from './check-recipients.ts';
import { establishmentOf, keyringOf, prepare, type Prepared } from './prepare.ts';

/** Until then the request that began the evaluation is left to end it. */
export const TAKEOVER_SECONDS = 5;

export interface NewCampaign {
  readonly requestId: string;
  readonly controller: Controller;
  readonly fields: CampaignFields;
  /** The `sub` of the token that submits it; absent where nobody did. */
  readonly client?: string;
  readonly recipients: Iterable<Recipient>;
  /** Seconds before a worker may take a page; 0 leaves all of it to the workers. */
  readonly delaySeconds: number;
}

/**
 * Plans a campaign whose recipients are here, and makes it durable: its audience first, then the
 * campaign itself, then a message for each page. Whatever is lost behind the second step is found
 * by the sweep; what is lost before was never accepted. A repeated request finds the campaign that
 * it made.
 */
export async function beginCampaign(gate: Gate, request: NewCampaign): Promise<StoredCampaign> {
  const { controller, fields } = request;
  const id = campaignIdOf(request.requestId);
  const existing = await readCampaign(gate, id);
  if (existing !== null) return existing.value;
  const plan = planAudience(request.recipients, fields.channel, keyringOf(gate, controller));
  const policy = policyInForce(controller);
  const draft = newDraft(gate, { ...request, id, upload: null });
  const begun = await evaluationOf(gate, draft, {
    run: draft.run,
    controller,
    policy,
    mode: 'enforce',
    asOf: null,
    stage: 'deciding',
  });
  await Promise.all([keepPolicy(gate, policy), writeInline(gate, draft.run, plan)]);
  const campaign = planned(begun, controller, policy, {
    pages: plan.pages.length,
    submitted: plan.submitted,
    duplicates: plan.duplicates,
    invalid: plan.invalid,
  });
  const outcome = await gate.tables.transact([
    ...newCampaignWrites(campaign),
    ...underWayWrites(campaign),
    runWrite(campaign, firstKeysOf(plan)),
  ]);
  if (!outcome.done) return (await mustRead(gate, id)).value;
  await announcePages(gate, campaign, request.delaySeconds);
  return campaign;
}

function firstKeysOf({ pages }: AudiencePlan): readonly string[] {
  return pages.map((page) => firstKeyOf(page));
}

/** The entry of a campaign's run in the directory: it is searched from then on. */
export function runWrite(campaign: StoredCampaign, firstKeys: readonly string[]): Write {
  const { run, id: campaignId, fields, evaluatedAt } = campaign;
  const { controller } = fields;
  const listed: Run = { run, controller, campaignId, evaluatedAt, firstKeys: [...firstKeys] };
  return { kind: 'put-if-absent', table: 'decisions', row: runRow(listed, false) };
}

/** The one instant of a campaign's rules: the later of now and the beginning of its sending. */
export function instantOf({ schedule }: CampaignFields, now: EpochMs): EpochMs {
  return Math.max(now, parseInstant(schedule.sendFrom) ?? now);
}

/** A campaign is named after the request that made it. */
export function campaignIdOf(requestId: string): string {
  const bytes = parseId('req', requestId);
  if (bytes === null) throw new Error('invariant broken: a request has an identifier');
  return formatId('cmp', bytes);
}

export async function mustRead(gate: Gate, id: string) {
  const campaign = await readCampaign(gate, id);
  if (campaign === null) throw new Error('invariant broken: the campaign is stored');
  return campaign;
}

/** A campaign of which nothing was evaluated yet. */
export function newDraft(
  gate: Gate,
  of: Pick<NewCampaign, 'requestId' | 'controller' | 'fields' | 'client'> &
    Pick<StoredCampaign, 'id' | 'upload'>,
): StoredCampaign {
  const now = gate.clock.now();
  return {
    id: of.id,
    ...(of.client === undefined ? {} : { client: of.client }),
    fields: of.fields,
    state: 'draft',
    createdAt: now,
    run: runOf(of.requestId),
    evaluatedAt: now,
    instant: instantOf(of.fields, now),
    revision: '',
    facts: '',
    ...establishmentOf(of.controller),
    identifierKeyVersion: of.controller.identifierKeyVersion,
    mode: 'enforce',
    asOf: null,
    stage: null,
    upload: of.upload,
    hashLists: [],
    pages: 0,
    audience: null,
    submitted: 0,
    duplicates: 0,
    invalid: 0,
    findings: [],
    rejected: false,
    held: false,
    review: null,
    allowed: null,
    denied: null,
    reasons: null,
    clearance: null,
    handedOut: [],
    problem: null,
  };
}

export interface Evaluating extends Pick<StoredCampaign, 'run' | 'mode' | 'asOf' | 'stage'> {
  readonly controller: Controller;
  readonly policy: Policy;
  readonly review?: StoredCampaign['review'];
}

/** A campaign whose evaluation begins, by the settings of now; its policy is one that is kept. */
export async function evaluationOf(
  gate: Gate,
  before: StoredCampaign,
  by: Evaluating,
): Promise<StoredCampaign> {
  const { controller, policy } = by;
  const facts = await keepFacts(gate, before.fields);
  const state = stateAfter(before.state, 'evaluate');
  if (state === null) throw new Error('invariant broken: a campaign may be evaluated');
  const evaluatedAt = gate.clock.now();
  const after: StoredCampaign = {
    ...before,
    ...establishmentOf(controller),
    identifierKeyVersion: controller.identifierKeyVersion,
    hashLists: controller.hashLists.map(({ id }) => id),
    state,
    run: by.run,
    mode: by.mode,
    asOf: by.asOf,
    stage: by.stage,
    evaluatedAt,
    instant: by.asOf ?? instantOf(before.fields, evaluatedAt),
    revision: policy.revision,
    facts,
    held: false,
    review: by.review ?? null,
    allowed: null,
    denied: null,
    reasons: null,
    // One that a freeze took back is not the next one's.
    clearance: null,
    problem: null,
  };
  const { rejected } = preparedFor(after, policy);
  return {
    ...after,
    rejected: rejected.length > 0,
    findings: rejected.length > 0 ? campaignFindings(rejected) : [],
  };
}

/** The evaluation of a campaign, as each page of it is decided. */
export function preparedFor(campaign: StoredCampaign, policy: Policy): Prepared {
  const { fields, instant } = campaign;
  return prepare(fields, campaign, policy, instant, approvalOf(campaign));
}

/** What is known once the audience is counted: whether the officer has to see it first. */
export function planned(
  campaign: StoredCampaign,
  controller: Controller,
  policy: Policy,
  counts: Pick<StoredCampaign, 'pages' | 'submitted' | 'duplicates' | 'invalid'>,
): StoredCampaign {
  const after: StoredCampaign = { ...campaign, ...counts, stage: 'deciding' };
  if (campaign.rejected || campaign.review !== null) return after;
  const { evaluation } = preparedFor(campaign, policy);
  const review = reviewFindings(
    controller.settings.review,
    evaluation.campaign,
    counts.submitted,
  ).map(({ code, text }) => ({ code, rule: 'review', authority: 'controller settings', text }));
  return { ...after, findings: review, held: review.length > 0 };
}

/** What rejected a campaign, as its view shows it. */
function campaignFindings(findings: Prepared['rejected']): StoredCampaign['findings'] {
  return codesOf({ findings }).map(({ rule, code }) => ({
    code,
    rule: rulebook[rule]?.id ?? '',
    authority: rulebook[rule]?.authority ?? '',
    text: { ...denyCodes[code].text },
  }));
}

/** Messages that are made and sent at a time. */
const MESSAGES_TOGETHER = 1000;

/** One message a page; a send that fails is left to the sweep. */
export async function announcePages(
  gate: Pick<Gate, 'queues' | 'log'>,
  { id: campaignId, run, pages: count }: Pick<StoredCampaign, 'id' | 'run' | 'pages'>,
  delaySeconds: number,
  pages: readonly number[] = [...Array(count).keys()],
): Promise<void> {
  let lost = 0;
  for (let start = 0; start < pages.length; start += MESSAGES_TOGETHER) {
    const messages = pages.slice(start, start + MESSAGES_TOGETHER).map((page) => {
      const message: PagePlanned = { campaignId, run, page };
      return { id: String(page), body: JSON.stringify(message), delaySeconds };
    });
    const { failed } = await gate.queues.send('page-planned', messages);
    lost += failed.length;
  }
  if (lost === 0) return;
  gate.log.write('warn', 'pages were not announced; the sweep will find them', {
    campaign: campaignId,
    pages: lost,
  });
}

/** What a page of this campaign says of all its decisions. */
export function pageHeader(
  campaign: StoredCampaign,
  keyVersion: number = campaign.identifierKeyVersion,
): PageHeader {
  const sendUntil = parseInstant(campaign.fields.schedule.sendUntil) ?? campaign.evaluatedAt;
  const longest = campaign.evaluatedAt + limits.clearanceValidityHours * HOUR_MS;
  return {
    controller: campaign.fields.controller,
    campaignId: campaign.id,
    kind: 'campaign',
    mode: campaign.mode,
    facts: campaign.facts,
    revision: campaign.revision,
    keyVersion,
    country: campaign.country,
    timeZone: campaign.timeZone,
    evaluatedAt: campaign.evaluatedAt,
    instant: campaign.instant,
    notAfter: Math.min(sendUntil, longest),
    refs: true,
    ...(campaign.review === null ? {} : { approval: approvalOf(campaign) }),
    ...(campaign.audience === null ? {} : { audience: campaign.audience }),
  };
}
