import { createSecretKey } from 'node:crypto';
import { gatherFacts, INVALID_ROW } from '../../functions/shell/flows/gather-facts.ts';
import { keyRecipient } from '../../shared/campaign/audience.ts';
import type { ConsentEvent } from '../../shared/contract/events.ts';
import { contactKey } from '../../shared/ledger/contact-key.ts';
import { foldSubject } from '../../shared/ledger/fold.ts';
import { domainsOf, normaliseAll, type Identifier } from '../../shared/ledger/identifier.ts';
import type { LedgerEvent } from '../../shared/ledger/ledger-event.ts';
import {
  codesOf,
  isAllowed,
  judgeCampaign,
  judgeRecipient,
  rulingOfRejected,
  type RecipientFacts,
} from '../../shared/policy/decide.ts';
import { prepareEvaluation, type Evaluation } from '../../shared/policy/evaluation.ts';
import { jurisdictions } from '../../shared/policy/jurisdictions/all.ts';
import { tightenedBy } from '../../shared/policy/policy.ts';
import type { Question } from './question.ts';

/*
 * The gate's own way from a question to an answer, ports left out: events are keyed and folded, the
 * recipient's contact point is found among them, the rulebook judges.
 */

const secret = createSecretKey(Buffer.alloc(32, 7));

export interface GateAnswer {
  readonly outcome: 'allow' | 'deny';
  readonly basis: string | null;
  readonly codes: readonly string[];
}

export async function askGate(question: Question): Promise<GateAnswer> {
  const evaluation = preparedFor(question);
  const findings = judgeCampaign(evaluation);
  const ruling =
    findings.length > 0
      ? rulingOfRejected(findings, evaluation)
      : judgeRecipient(await factsOf(question), evaluation);
  return {
    outcome: isAllowed(ruling) ? 'allow' : 'deny',
    basis: ruling.basis,
    codes: codesOf(ruling).map(({ code }) => code),
  };
}

/** As `evaluationOf` of the harness, without reading schemas of what the generator has typed. */
function preparedFor({ campaign, controller, asOf }: Question): Evaluation {
  return prepareEvaluation({
    campaign,
    controller: {
      country: controller.establishment.country,
      timeZone: controller.timezone,
      similarity: controller.similarity ?? {},
    },
    parameters: tightenedBy(controller.policy),
    jurisdictions,
    instant: Date.parse(asOf),
  });
}

async function factsOf({ events, campaign, recipient, asOf }: Question): Promise<RecipientFacts> {
  const instant = Date.parse(asOf);
  const recorded = events
    .filter(({ controller }) => controller === campaign.controller)
    .map(ledgerEvent)
    .filter(({ occurredAt }) => occurredAt <= instant);
  const states = foldSubject(recorded, { anchors: [], keyVersion: 1 });
  const keyring = { controller: campaign.controller, secret, hashLists: [] };
  const keyed = keyRecipient(recipient, campaign.channel, keyring);
  const row = keyed.valid ? keyed.row : INVALID_ROW;
  const [facts] = await gatherFacts(() => Promise.resolve(states), campaign.channel, [row]);
  if (facts === undefined) throw new Error('invariant broken: one row, one set of facts');
  return facts;
}

/** As events are recorded: keys instead of identifiers, with the hosts of the address named. */
function ledgerEvent(event: ConsentEvent): LedgerEvent {
  const { identifiers } = normaliseAll(event.subject);
  const email = identifiers.find(({ kind }) => kind === 'email');
  const keyOf = (identifier: Identifier) => contactKey(secret, event.controller, identifier);
  const occurredAt = Date.parse(event.occurredAt);
  return {
    ...event,
    occurredAt,
    recordedAt: occurredAt,
    sourceId: event.id,
    named: identifiers.map((identifier) => ({ kind: identifier.kind, key: keyOf(identifier) })),
    numberCountry: identifiers.find(({ kind }) => kind === 'phone')?.numberCountry ?? null,
    domains: email === undefined ? [] : domainsOf(email).map(keyOf),
    overflow: false,
    besides: [],
  };
}
