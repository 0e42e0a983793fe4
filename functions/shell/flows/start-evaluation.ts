import type { EvaluationStart } from '../../../shared/contract/campaigns.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { files } from '../../../shared/contract/files.ts';
import type { AudienceUploaded } from '../../../shared/contract/workers.ts';
import { parseInstant } from '../../../shared/kernel/instant.ts';
import { type Actor } from '../actor.ts';
import type { Gate } from '../gate.ts';
import { Problem } from '../problem.ts';
import { startWrites, type StoredCampaign, type Versioned } from '../stores/campaign-store.ts';
import { readController } from '../stores/controller-store.ts';
import { uploadFile } from '../stores/import-store.ts';
import { newPlanning, newPlanningWrite } from '../stores/plan-store.ts';
import { keepPolicy, policyInForce } from '../stores/policy-store.ts';
import { policyFor, runOf } from './check-recipients.ts';
import { evaluationOf, mustRead } from './evaluate-campaign.ts';
import { ownCampaign } from './own-campaign.ts';

interface Start {
  readonly actor: Actor;
  readonly requestId: string;
  readonly id: string;
  readonly body: EvaluationStart;
}

/**
 * Hands the uploaded audience of a draft to its worker. One transaction begins the run, so of two
 * requests at once one counts; a repeated one finds the run that it made.
 */
export async function startEvaluation(gate: Gate, call: Start): Promise<StoredCampaign> {
  const before = await ownCampaign(gate, call.actor, call.id);
  const run = runOf(call.requestId);
  const draft = before.value;
  if (draft.run === run) return draft;
  if (draft.state !== 'draft' || draft.upload === null) throw notDraft(draft);
  const uploadStamp = await gate.files.stamp(uploadFile(draft.id));
  const uploadBytes = await requireUpload(gate, draft);
  const after = await begun(gate, draft, run, call.body);
  const { id: campaignId } = draft;
  const planning = newPlanning({
    ...{ campaignId, run, now: after.evaluatedAt },
    ...{ uploadBytes, uploadStamp },
  });
  const outcome = await gate.tables.transact([
    ...startWrites(before, after),
    newPlanningWrite(planning),
  ]);
  if (outcome.done) {
    await announceAudience(gate, [{ campaignId, run, task: 'split' }]);
    return after;
  }
  return lostTo(gate, before, run);
}

async function begun(
  gate: Gate,
  draft: StoredCampaign,
  run: string,
  body: EvaluationStart,
): Promise<StoredCampaign> {
  const controller = await readController(gate, draft.fields.controller);
  if (controller === null) throw new Error('invariant broken: a campaign has a controller');
  const { mode, asOf } = body;
  const policy = await policyFor(gate, controller, body.policy ?? null);
  if (body.policy == null) await keepPolicy(gate, policyInForce(controller));
  const by = { run, controller, policy, mode, stage: 'splitting' } as const;
  const after = await evaluationOf(gate, draft, {
    ...by,
    asOf: asOf == null ? null : parseInstant(asOf),
  });
  // What an earlier dry run has counted is counted again.
  return { ...after, audience: null, pages: 0, submitted: 0, duplicates: 0, invalid: 0 };
}

async function lostTo(
  gate: Gate,
  { value: { id } }: Versioned<StoredCampaign>,
  run: string,
): Promise<StoredCampaign> {
  const { value } = await mustRead(gate, id);
  if (value.run === run) return value;
  throw notDraft(value);
}

function notDraft({ state, upload }: StoredCampaign): Problem {
  const why =
    upload === null
      ? 'its recipients came with it, and were evaluated at once'
      : `it is \`${state}\`, and not \`draft\` (any more)`;
  return new Problem('state-conflict', `the campaign has no file to evaluate: ${why}`);
}

async function requireUpload(gate: Gate, { id, allowed }: StoredCampaign): Promise<number> {
  const bytes = await gate.files.size(uploadFile(id));
  if (bytes === null) {
    const why =
      allowed === null
        ? 'no file has been uploaded'
        : `the file was deleted after ${files.upload.keptDays} days: upload it again`;
    throw new Problem('state-conflict', why);
  }
  if (bytes > limits.uploadBytes) {
    throw new Problem('state-conflict', `the file has more than ${limits.uploadBytes} bytes`);
  }
  return bytes;
}

/** A message that is lost is found by the sweep. */
export async function announceAudience(
  gate: Pick<Gate, 'queues' | 'log'>,
  messages: readonly AudienceUploaded[],
): Promise<void> {
  const { failed } = await gate.queues.send(
    'audience-uploaded',
    messages.map((message, index) => ({ id: String(index), body: JSON.stringify(message) })),
  );
  if (failed.length === 0) return;
  gate.log.write('warn', 'an audience was not announced; the sweep will find it', {
    campaign: messages[0]?.campaignId ?? '',
  });
}
