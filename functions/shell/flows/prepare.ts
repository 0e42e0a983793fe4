import type { AudienceKeyring } from '../../../shared/campaign/audience.ts';
import type { CampaignFields } from '../../../shared/contract/campaigns.ts';
import type { Approval } from '../../../shared/contract/vocabulary.ts';
import type { EpochMs } from '../../../shared/kernel/instant.ts';
import {
  judgeCampaign,
  judgeRecipient,
  rulingOfRejected,
  type RecipientFacts,
  type Ruling,
} from '../../../shared/policy/decide.ts';
import type { Finding } from '../../../shared/policy/panel.ts';
import { prepareEvaluation, type Evaluation } from '../../../shared/policy/evaluation.ts';
import { mayActFor, type Actor } from '../actor.ts';
import type { Gate } from '../gate.ts';
import { identifierKeyOf } from '../identifier-keys.ts';
import { notFound } from '../problem.ts';
import { readController, type Controller } from '../stores/controller-store.ts';
import type { Policy } from '../stores/policy-store.ts';

/** The controller of a request: one that exists, and that the token acts for. */
export async function controllerFor(gate: Gate, actor: Actor, id: string): Promise<Controller> {
  const controller = mayActFor(actor, id) ? await readController(gate, id) : null;
  if (controller === null) throw notFound('controller of that id');
  return controller;
}

/** The keys of whom a controller is about to contact, and the lists that they are looked up in. */
export function keyringOf(
  gate: Pick<Gate, 'keys'>,
  controller: Pick<Controller, 'id' | 'hashLists' | 'identifierKeyVersion'>,
): AudienceKeyring {
  const { id, hashLists } = controller;
  return { controller: id, secret: identifierKeyOf(gate, controller).key, hashLists };
}

/** Where a controller is established: what the rules read of it. */
export interface Establishment {
  readonly country: string;
  readonly timeZone: string;
}

export function establishmentOf({ settings }: Pick<Controller, 'settings'>): Establishment {
  return { country: settings.establishment.country, timeZone: settings.timezone };
}

/** A campaign under a policy at an instant, with what is already decided about it as a whole. */
export interface Prepared {
  readonly evaluation: Evaluation;
  /** Findings on the campaign itself: with any of them, nobody's data are read. */
  readonly rejected: readonly Finding[];
}

export function prepare(
  campaign: CampaignFields,
  controller: Establishment,
  policy: Policy,
  instant: EpochMs,
  approval: Approval = 'not_asked',
): Prepared {
  const evaluation = prepareEvaluation({
    campaign,
    controller: {
      ...controller,
      similarity: policy.similarity,
    },
    parameters: policy.parameters,
    jurisdictions: policy.jurisdictions,
    instant,
    approval,
  });
  return { evaluation, rejected: judgeCampaign(evaluation) };
}

/** One synchronous loop over facts that were fetched before. */
export function judgeAll(prepared: Prepared, facts: readonly RecipientFacts[]): readonly Ruling[] {
  return facts.map((each) => judgeRecipient(each, prepared.evaluation));
}

/** The same ruling for everybody, without a look at anybody. */
export function rejectAll(prepared: Prepared, count: number): readonly Ruling[] {
  const ruling = rulingOfRejected(prepared.rejected, prepared.evaluation);
  return Array.from({ length: count }, () => ruling);
}
