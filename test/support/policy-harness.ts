import { createSecretKey } from 'node:crypto';
import { CampaignFields } from '../../shared/contract/campaigns.ts';
import { ControllerSettings } from '../../shared/contract/controllers.ts';
import { ConsentEvent } from '../../shared/contract/events.ts';
import { channelContacts, type Approval } from '../../shared/contract/vocabulary.ts';
import { assert } from '../../shared/kernel/assert.ts';
import { parseInstant, type EpochMs } from '../../shared/kernel/instant.ts';
import { contactKey, type ContactKey } from '../../shared/ledger/contact-key.ts';
import { emptyState, type ContactPointState } from '../../shared/ledger/contact-point-state.ts';
import { foldSubject } from '../../shared/ledger/fold.ts';
import {
  domainsOf,
  normaliseAll,
  type Identifier,
  type NamedIdentifiers,
} from '../../shared/ledger/identifier.ts';
import { eventId, LedgerEvent } from '../../shared/ledger/ledger-event.ts';
import {
  codesOf,
  isAllowed,
  judgeCampaign,
  judgeRecipient,
  recipientCase,
  rulingOfRejected,
  type RecipientFacts,
  type Ruling,
} from '../../shared/policy/decide.ts';
import { prepareEvaluation, type Evaluation } from '../../shared/policy/evaluation.ts';
import { jurisdictions } from '../../shared/policy/jurisdictions/all.ts';
import { tightenedBy } from '../../shared/policy/policy.ts';
import { rulebook } from '../../shared/policy/rulebook.ts';

const secret = createSecretKey(Buffer.alloc(32, 7));

/** One question to the gate: who it is asked for, what is known, and at which instant. */
export interface Question {
  readonly controller: ControllerSettings;
  readonly events: readonly ConsentEvent[];
  readonly campaign: CampaignFields;
  readonly recipient: NamedIdentifiers;
  readonly asOf: string;
  /** What the data protection officer said of the campaign. */
  readonly approval?: Approval;
  /** When the person of the events was erased, if ever. */
  readonly erasedAt?: string;
}

/** An answer, in the words of the contract. */
export interface Answer {
  readonly outcome: 'allow' | 'deny';
  readonly basis: string | null;
  readonly codes: readonly string[];
  readonly ruling: Ruling;
}

/** Through the same steps as the gate: events, fold, campaign rules, recipient rules. */
export function ask(question: Question): Answer {
  const evaluation = evaluationOf(question);
  const findings = judgeCampaign(evaluation);
  const ruling =
    findings.length > 0
      ? rulingOfRejected(findings, evaluation)
      : judgeRecipient(factsOf(question), evaluation);
  return {
    outcome: isAllowed(ruling) ? 'allow' : 'deny',
    basis: ruling.basis,
    codes: codesOf(ruling).map(({ code }) => code),
    ruling,
  };
}

/** When time heals a rule's reason, as an explanation gives it. */
export function retryNotBefore(question: Question, ruleId: string): EpochMs | null {
  const evaluation = evaluationOf(question);
  const rule = rulebook.find(({ id }) => id === ruleId);
  assert(rule !== undefined && rule.group !== 'admissibility', 'the rule is on recipients');
  const [code] = rule.codes;
  assert(code !== undefined, 'a rule has a code');
  const recipient = recipientCase(factsOf(question), evaluation);
  return rule.explain?.(recipient, evaluation, code).retryNotBefore ?? null;
}

export function instantOf(text: string): EpochMs {
  const instant = parseInstant(text);
  assert(instant !== null, 'a test names real instants');
  return instant;
}

export function evaluationOf(question: Omit<Question, 'events' | 'recipient'>): Evaluation {
  const controller = ControllerSettings.parse(question.controller);
  return prepareEvaluation({
    campaign: CampaignFields.parse(question.campaign),
    controller: {
      country: controller.establishment.country,
      timeZone: controller.timezone,
      similarity: controller.similarity ?? {},
    },
    parameters: tightenedBy(controller.policy),
    jurisdictions,
    instant: instantOf(question.asOf),
    ...(question.approval === undefined ? {} : { approval: question.approval }),
  });
}

export function factsOf(question: Question): RecipientFacts {
  const controller = question.campaign.controller;
  const states = statesOf(question);
  const { identifiers, invalid } = normaliseAll(question.recipient);
  assert(invalid.length === 0, 'a test names real identifiers');
  const found = (identifier: Identifier) => states.get(contactKey(secret, controller, identifier));
  const kind = channelContacts[question.campaign.channel];
  const own = identifiers.find((each) => each.kind === kind);
  const links = identifiers
    .flatMap((each) => found(each)?.links ?? [])
    .filter((each) => each.kind === kind);
  const linked = new Set(links.map(({ key }) => key)).size === 1 ? links[0] : undefined;
  const state =
    own === undefined ? linked && states.get(linked.key) : (found(own) ?? emptyState(kind));
  if (state === undefined) return { identified: 'unlinked', state: emptyState(kind), others: [] };
  const linkedKeys = new Set(state.links.map((link) => link.key));
  const others = identifiers
    .filter((each) => each !== own && !linkedKeys.has(contactKey(secret, controller, each)))
    .flatMap((each) => found(each) ?? []);
  const domains = own?.kind === 'email' ? domainsOf(own).flatMap((each) => found(each) ?? []) : [];
  return { identified: 'known', state, others: [...others, ...domains] };
}

/** All contact points of all subjects, from the events up to the instant (API, One instant). */
export function statesOf({
  events,
  asOf,
  erasedAt,
}: Pick<Question, 'events' | 'asOf' | 'erasedAt'>): ReadonlyMap<ContactKey, ContactPointState> {
  const instant = instantOf(asOf);
  const said = events.map(ledgerEvent);
  const erased = erasedAt === undefined ? [] : [erasureOf(said, instantOf(erasedAt))];
  const ledger = [...said, ...erased].filter(({ occurredAt }) => occurredAt <= instant);
  const states = new Map<ContactKey, ContactPointState>();
  for (const subject of subjectsOf(ledger)) {
    for (const [key, state] of foldSubject(subject, { anchors: [], keyVersion: 1 })) {
      states.set(key, state);
    }
  }
  return states;
}

export function ledgerEvent(input: ConsentEvent): LedgerEvent {
  const event = ConsentEvent.parse(input);
  const { identifiers } = normaliseAll(event.subject);
  const occurredAt = instantOf(event.occurredAt);
  const identity = { controller: event.controller, source: event.source, sourceId: event.id };
  return LedgerEvent.parse({
    id: eventId(identity, occurredAt),
    type: event.type,
    occurredAt,
    recordedAt: occurredAt,
    source: event.source,
    sourceId: event.id,
    named: identifiers.map((identifier) => ({
      kind: identifier.kind,
      key: contactKey(secret, event.controller, identifier),
    })),
    numberCountry: identifiers.find(({ kind }) => kind === 'phone')?.numberCountry ?? null,
    overflow: false,
    data: event.data,
  });
}

/** An erasure of everybody whom the first event names, at the request of the person. */
function erasureOf(events: readonly LedgerEvent[], at: EpochMs): LedgerEvent {
  const [first] = events;
  assert(first !== undefined, 'somebody is erased');
  const { named } = first;
  return LedgerEvent.parse({
    ...first,
    id: eventId({ controller: 'erasure', source: 'test', sourceId: String(at) }, at),
    type: 'subject.erased',
    occurredAt: at,
    recordedAt: at,
    source: 'test',
    sourceId: 'erasure',
    named,
    data: { cause: 'request' },
  });
}

/** Events that share a contact point, directly or over others, are about one subject. */
function subjectsOf(events: readonly LedgerEvent[]): readonly (readonly LedgerEvent[])[] {
  const subjects: { readonly keys: Set<ContactKey>; readonly events: LedgerEvent[] }[] = [];
  for (const event of events) {
    const keys = event.named.map(({ key }) => key);
    const met = subjects.filter((subject) => keys.some((key) => subject.keys.has(key)));
    const merged = {
      keys: new Set([...keys, ...met.flatMap((subject) => [...subject.keys])]),
      events: [...met.flatMap((subject) => subject.events), event],
    };
    for (const subject of met) subjects.splice(subjects.indexOf(subject), 1);
    subjects.push(merged);
  }
  return subjects.map((subject) => subject.events);
}
