import { planAudience, rowKey, type AudiencePlan } from '../../../shared/campaign/audience.ts';
import { stateAfter } from '../../../shared/campaign/lifecycle.ts';
import { reviewFindings } from '../../../shared/campaign/review.ts';
import type { CampaignFields, CampaignView } from '../../../shared/contract/campaigns.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { denyCodes } from '../../../shared/contract/reason-codes.ts';
import type { Recipient } from '../../../shared/contract/subjects.ts';
import type { PagePlanned } from '../../../shared/contract/workers.ts';
import { formatId, parseId } from '../../../shared/kernel/ids.ts';
import {
  formatInstant,
  HOUR_MS,
  parseInstant,
  type EpochMs,
} from '../../../shared/kernel/instant.ts';
import { PAGE_KEY_DIGITS, pageKey, type PageHeader } from '../../../shared/log/decision-page.ts';
import { codesOf } from '../../../shared/policy/decide.ts';
import { rulebook } from '../../../shared/policy/rulebook.ts';
import type { Gate } from '../gate.ts';
import { inParallel } from '../ports/in-parallel.ts';
import {
  approvalOf,
  keepFacts,
  newCampaignWrites,
  readCampaign,
  readProgress,
  type StoredCampaign,
} from '../stores/campaign-store.ts';
import type { Controller } from '../stores/controller-store.ts';
import { runRow } from '../stores/decision-store.ts';
import { writePageRows } from '../stores/page-files.ts';
import { keepPolicy, policyInForce } from '../stores/policy-store.ts';
import { runOf } from './check-recipients.ts';
import { establishmentOf, keyringOf, prepare, type Prepared } from './prepare.ts';

/** Page files that are written at the same time. */
const PARALLEL_FILES = 8;

/** Until then the request that began the evaluation is left to end it. */
export const TAKEOVER_SECONDS = 5;

export interface NewCampaign {
  readonly requestId: string;
  readonly controller: Controller;
  readonly fields: CampaignFields;
  readonly recipients: Iterable<Recipient>;
  /** Seconds before a worker may take a page; 0 leaves all of it to the workers. */
  readonly delaySeconds: number;
}

/**
 * Plans a campaign and makes it durable: pages of its audience first, then the campaign itself,
 * then a message for each page. Whatever is lost behind the second step is found by the sweep;
 * what is lost before was never accepted. A repeated request finds the campaign that it made.
 */
export async function beginCampaign(gate: Gate, request: NewCampaign): Promise<StoredCampaign> {
  const { controller, fields } = request;
  const id = campaignIdOf(request.requestId);
  const existing = await readCampaign(gate, id);
  if (existing !== null) return existing.value;
  const plan = planAudience(request.recipients, fields.channel, keyringOf(gate, controller));
  const run = runOf(request.requestId);
  const policy = policyInForce(controller);
  await inParallel([...plan.pages.entries()], PARALLEL_FILES, ([page, rows]) =>
    writePageRows(gate, { run, page }, rows),
  );
  const [facts] = await Promise.all([keepFacts(gate, fields), keepPolicy(gate, policy)]);
  const evaluatedAt = gate.clock.now();
  const instant = instantOf(fields, evaluatedAt);
  const prepared = prepare(fields, establishmentOf(controller), policy, instant);
  const campaign = newCampaign({ id, run, request, plan, prepared, evaluatedAt, facts });
  const listed = {
    run,
    controller: controller.id,
    campaignId: id,
    evaluatedAt,
    firstKeys: plan.pages.map((rows) => firstKey(rows)),
  };
  const writes = newCampaignWrites(
    { ...campaign, revision: policy.revision },
    runRow(listed, false),
  );
  const outcome = await gate.tables.transact(writes);
  if (!outcome.done) return (await mustRead(gate, id)).value;
  await announcePages(gate, campaign, request.delaySeconds);
  return { ...campaign, revision: policy.revision };
}

/** The one instant of a campaign's rules: the later of now and the beginning of its sending. */
export function instantOf({ schedule }: CampaignFields, now: EpochMs): EpochMs {
  return Math.max(now, parseInstant(schedule.sendFrom) ?? now);
}

function firstKey(rows: AudiencePlan['pages'][number]): string {
  const [row] = rows;
  return row === undefined ? '0'.repeat(PAGE_KEY_DIGITS) : pageKey(rowKey(row));
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

function newCampaign(input: {
  readonly id: string;
  readonly run: string;
  readonly request: NewCampaign;
  readonly plan: AudiencePlan;
  readonly prepared: Prepared;
  readonly evaluatedAt: number;
  readonly facts: string;
}): StoredCampaign {
  const { request, plan, prepared } = input;
  const { campaign, instant } = prepared.evaluation;
  const rejected = prepared.rejected.length > 0;
  const review = reviewFindings(request.controller.settings.review, campaign, plan.submitted).map(
    ({ code, text }) => ({ code, rule: 'review', authority: 'controller settings', text }),
  );
  return {
    id: input.id,
    fields: request.fields,
    state: 'evaluating',
    createdAt: input.evaluatedAt,
    run: input.run,
    evaluatedAt: input.evaluatedAt,
    instant,
    revision: '',
    facts: input.facts,
    ...establishmentOf(request.controller),
    pages: plan.pages.length,
    audience: null,
    submitted: plan.submitted,
    duplicates: plan.duplicates,
    invalid: plan.invalid.length,
    findings: rejected ? campaignFindings(prepared) : review,
    rejected,
    held: !rejected && review.length > 0,
    review: null,
    allowed: null,
    denied: null,
    reasons: null,
    problem: null,
  };
}

/** What rejected a campaign, as its view shows it. */
export function campaignFindings(prepared: Prepared): StoredCampaign['findings'] {
  return codesOf({ findings: prepared.rejected }).map(({ rule, code }) => ({
    code,
    rule: rulebook[rule]?.id ?? '',
    authority: rulebook[rule]?.authority ?? '',
    text: { ...denyCodes[code].text },
  }));
}

/** One message a page; a send that fails is left to the sweep. */
export async function announcePages(
  gate: Gate,
  campaign: StoredCampaign,
  delaySeconds: number,
  pages: readonly number[] = [...Array(campaign.pages).keys()],
): Promise<void> {
  const messages = pages.map((page) => {
    const message: PagePlanned = { campaignId: campaign.id, run: campaign.run, page };
    return { id: String(page), body: JSON.stringify(message), delaySeconds };
  });
  const { failed } = await gate.queues.send('page-planned', messages);
  if (failed.length === 0) return;
  gate.log.write('warn', 'pages were not announced; the sweep will find them', {
    campaign: campaign.id,
    pages: failed.length,
  });
}

/** What a page of this campaign says of all its decisions. */
export function pageHeader(campaign: StoredCampaign, keyVersion: number): PageHeader {
  const sendUntil = parseInstant(campaign.fields.schedule.sendUntil) ?? campaign.evaluatedAt;
  const longest = campaign.evaluatedAt + limits.clearanceValidityHours * HOUR_MS;
  return {
    controller: campaign.fields.controller,
    campaignId: campaign.id,
    kind: 'campaign',
    mode: 'enforce',
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

/** The step that ends an evaluation. */
export function finalState(campaign: StoredCampaign): StoredCampaign['state'] {
  const step = campaign.rejected ? 'reject' : campaign.held ? 'hold' : 'clear';
  const state = stateAfter(campaign.state, step);
  if (state === null) throw new Error('invariant broken: an evaluation ends once');
  return state;
}

/** The campaign as the contract shows it; while it is evaluated, what is decided so far. */
export async function campaignView(gate: Gate, campaign: StoredCampaign): Promise<CampaignView> {
  const { fields } = campaign;
  const finished = campaign.allowed !== null && campaign.denied !== null;
  const progress = finished ? null : (await readProgress(gate, campaign.id, campaign.run)).value;
  const allowed = campaign.allowed ?? progress?.allowed ?? 0;
  const denied = campaign.denied ?? progress?.denied ?? 0;
  const { review } = campaign;
  return {
    id: campaign.id,
    reference: fields.reference,
    controller: fields.controller,
    channel: fields.channel,
    purpose: fields.purpose,
    state: campaign.state,
    createdAt: formatInstant(campaign.createdAt),
    evaluatedAt: finished ? formatInstant(campaign.evaluatedAt) : null,
    progress: {
      pagesDecided: progress === null ? campaign.pages : progress.done.length,
      pages: campaign.pages,
    },
    counts: {
      submitted: allowed + denied + campaign.duplicates + campaign.invalid,
      allowed,
      denied,
      duplicates: campaign.duplicates,
      invalid: campaign.invalid,
    },
    reasons: campaign.reasons ?? progress?.reasons ?? {},
    findings: campaign.findings,
    review: review === null ? null : { ...review, at: formatInstant(review.at) },
    policy: { revision: campaign.revision },
    problem: campaign.problem,
  };
}
