import type { CampaignReview } from '../../../shared/contract/campaigns.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { files } from '../../../shared/contract/files.ts';
import { DAY_MS } from '../../../shared/kernel/instant.ts';
import { readAudienceIndex, readPageKeys } from '../campaigns/audience-files.ts';
import { freezeOn, frozenProblem } from '../campaigns/hold-frozen.ts';
import { writeNow } from '../campaigns/write-results.ts';
import { validUntil } from '../campaigns/validity.ts';
import type { Gate } from '../gate.ts';
import { Unavailable } from '../ports/unavailable.ts';
import { Problem } from '../problem.ts';
import { startWrites, type StoredCampaign, type Versioned } from '../stores/campaign-store.ts';
import { recordAudit, type AuditedCall } from '../stores/audit-store.ts';
import { readController, type Controller } from '../stores/controller-store.ts';
import { readRun } from '../stores/decision-store.ts';
import { endLiveWrites } from '../stores/live-store.ts';
import { keepPolicy, policyInForce } from '../stores/policy-store.ts';
import { runOf } from './check-recipients.ts';
import { decideAll } from './decide-page.ts';
import {
  announcePages,
  evaluationOf,
  mustRead,
  runWrite,
  TAKEOVER_SECONDS,
} from './evaluate-campaign.ts';
import { ownCampaign } from './own-campaign.ts';

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
  const before = await ownCampaign(gate, request.actor, request.id);
  const campaign =
    before.value.run === run ? before.value : await beginReview(gate, request, before, run);
  // What fits a request is decided in it, as when it was submitted; all else goes on behind it.
  if (campaign.submitted <= limits.recipientsPerRequest) {
    await decideAll(gate, campaign);
    await writeNow(gate, { campaignId: campaign.id, run });
  }
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
  const controller = await readController(gate, held.fields.controller);
  if (controller === null) throw new Error('invariant broken: a campaign has a controller');
  if (request.outcome === 'released') {
    await requireAudience(gate, held, controller);
    const freeze = await freezeOn(gate, held);
    if (freeze !== null) throw frozenProblem(freeze, 'the campaign cannot be released');
  }
  const listed = await readRun(gate, { controller: held.fields.controller, run: held.run });
  if (listed === null) throw new Error('invariant broken: the run of a campaign is listed');
  const policy = policyInForce(controller);
  await keepPolicy(gate, policy);
  const { outcome: word, reason, actor } = request;
  const review = { outcome: word, by: actor.subject, at: gate.clock.now(), reason };
  const of = { run, controller, policy, mode: 'enforce', asOf: null, stage: 'deciding' } as const;
  const after: StoredCampaign = {
    ...(await evaluationOf(gate, held, { ...of, review })),
    audience: held.audience ?? held.run,
  };
  await recordAudit(gate, request, { controller: held.fields.controller, about: held.id });
  // After a freeze it is: what was given out before still calls back.
  const isLive = (await endLiveWrites(gate, held)).length > 0;
  const outcome = await gate.tables.transact([
    ...startWrites(before, after, isLive),
    runWrite(after, listed.firstKeys),
  ]);
  if (!outcome.done) {
    const { value } = await mustRead(gate, held.id);
    if (value.run === run) return value;
    if (value.state === 'held') throw new Unavailable('the campaign is being changed');
    throw notHeld(value);
  }
  const isSmall = after.submitted <= limits.recipientsPerRequest;
  await announcePages(gate, after, isSmall ? TAKEOVER_SECONDS : 0);
  return after;
}

function notHeld({ state }: StoredCampaign): Problem {
  return new Problem('state-conflict', `the campaign is \`${state}\`, and not \`held\` (any more)`);
}

/** Whoever waited until the files were deleted has to submit again. */
async function requireAudience(
  gate: Gate,
  held: StoredCampaign,
  { hashLists }: Controller,
): Promise<void> {
  const known = new Set(held.hashLists);
  if (hashLists.some(({ id }) => !known.has(id))) {
    throw new Problem(
      'state-conflict',
      'a list that hashes in a new way was imported since; submit the campaign again',
    );
  }
  if (held.pages === 0) return;
  const { fields, createdAt } = held;
  // As long as the clearance lasts, refusals of whole domains are looked for in the files.
  const until = validUntil({ fields, evaluatedAt: gate.clock.now() });
  if (createdAt + files.audience.keptDays * DAY_MS <= until) {
    throw new Problem(
      'state-conflict',
      `the audience is deleted after ${files.audience.keptDays} days, before the clearance ends; ` +
        'submit the campaign again',
    );
  }
  const index = await readAudienceIndex(gate, held.audience ?? held.run);
  if (index !== null && (await readPageKeys(gate, index, 0)) !== null) return;
  throw new Problem(
    'state-conflict',
    `the audience was deleted after ${files.audience.keptDays} days; submit the campaign again`,
  );
}
