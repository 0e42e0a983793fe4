import { stateAfter } from '../../../shared/campaign/lifecycle.ts';
import type { CampaignReview } from '../../../shared/contract/campaigns.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { files } from '../../../shared/contract/files.ts';
import { mayActFor } from '../actor.ts';
import type { Gate } from '../gate.ts';
import { notFound, Problem } from '../problem.ts';
import {
  approvalOf,
  newRunWrites,
  readCampaign,
  type StoredCampaign,
  type Versioned,
} from '../stores/campaign-store.ts';
import { recordAudit, type AuditedCall } from '../stores/audit-store.ts';
import { readController } from '../stores/controller-store.ts';
import { readRun, runRow } from '../stores/decision-store.ts';
import { readPageRows } from '../stores/page-files.ts';
import { keepPolicy, policyInForce } from '../stores/policy-store.ts';
import { runOf } from './check-recipients.ts';
import { decideAll } from './decide-page.ts';
import {
  announcePages,
  campaignFindings,
  instantOf,
  mustRead,
  TAKEOVER_SECONDS,
} from './evaluate-campaign.ts';
import { establishmentOf, prepare } from './prepare.ts';

export interface ReviewRequest extends AuditedCall {
  readonly requestId: string;
  readonly id: string;
  readonly outcome: CampaignReview['outcome'];
  readonly reason: string;
}

/**
 * The word of the data protection officer on a held campaign. Either way everybody is decided in a
 * new run, under the policy and the settings of now: after a release by the facts of now, after a
 * rejection without a look at anybody. One transaction begins the run, so of two words at once one
 * counts; from there on it is an evaluation like any other, which the sweep finds after a crash.
 * A repeated request finds the run that it made.
 */
export async function reviewCampaign(gate: Gate, request: ReviewRequest): Promise<StoredCampaign> {
  const run = runOf(request.requestId);
  const before = await readCampaign(gate, request.id);
  if (before === null || !mayActFor(request.actor, before.value.fields.controller)) {
    throw notFound('campaign of that id');
  }
  const campaign =
    before.value.run === run ? before.value : await beginReview(gate, request, before, run);
  // What fits a request is decided in it, as when it was submitted; all else goes on behind it.
  if (campaign.submitted <= limits.recipientsPerRequest) await decideAll(gate, campaign);
  return (await mustRead(gate, campaign.id)).value;
}

async function beginReview(
  gate: Gate,
  request: ReviewRequest,
  before: Versioned<StoredCampaign>,
  run: string,
): Promise<StoredCampaign> {
  const held = before.value;
  if (held.state !== 'held') throw notHeld(held);
  if (request.outcome === 'released') await requireAudience(gate, held);
  const listed = await readRun(gate, { controller: held.fields.controller, run: held.run });
  if (listed === null) throw new Error('invariant broken: the run of a campaign is listed');
  const after = await evaluatedAgain(gate, held, request, run);
  await recordAudit(gate, request, { controller: held.fields.controller, about: held.id });
  const { evaluatedAt } = after;
  const writes = newRunWrites(before, after, runRow({ ...listed, run, evaluatedAt }, false));
  const outcome = await gate.tables.transact(writes);
  if (!outcome.done) {
    const { value } = await mustRead(gate, held.id);
    if (value.run === run) return value;
    throw notHeld(value);
  }
  const isSmall = after.submitted <= limits.recipientsPerRequest;
  await announcePages(gate, after, isSmall ? TAKEOVER_SECONDS : 0);
  return after;
}

function notHeld({ state }: StoredCampaign): Problem {
  return new Problem('state-conflict', `the campaign is \`${state}\`, and not \`held\` (any more)`);
}

/** All pages were written together; whoever waited until they were deleted has to submit again. */
async function requireAudience(gate: Gate, { pages, run }: StoredCampaign): Promise<void> {
  if (pages === 0 || (await readPageRows(gate, { run, page: 0 })) !== null) return;
  throw new Problem(
    'state-conflict',
    `the audience was deleted after ${files.audience.keptDays} days; submit the campaign again`,
  );
}

async function evaluatedAgain(
  gate: Gate,
  held: StoredCampaign,
  request: ReviewRequest,
  run: string,
): Promise<StoredCampaign> {
  const { fields } = held;
  const controller = await readController(gate, fields.controller);
  if (controller === null) throw new Error('invariant broken: a campaign has a controller');
  const policy = policyInForce(controller);
  await keepPolicy(gate, policy);
  const state = stateAfter(held.state, 'evaluate');
  if (state === null) throw new Error('invariant broken: a held campaign may be evaluated');
  const evaluatedAt = gate.clock.now();
  const { outcome, reason, actor } = request;
  const after: StoredCampaign = {
    ...held,
    ...establishmentOf(controller),
    state,
    run,
    evaluatedAt,
    instant: instantOf(fields, evaluatedAt),
    revision: policy.revision,
    audience: held.audience ?? held.run,
    held: false,
    review: { outcome, by: actor.subject, at: evaluatedAt, reason },
    allowed: null,
    denied: null,
    reasons: null,
  };
  const prepared = prepare(fields, after, policy, after.instant, approvalOf(after));
  const rejected = prepared.rejected.length > 0;
  return { ...after, rejected, findings: rejected ? campaignFindings(prepared) : [] };
}
