import { authorityAt } from '../contract/authorities.ts';
import type { CampaignFields } from '../contract/campaigns.ts';
import { allowCodes, type AllowCode } from '../contract/reason-codes.ts';
import type {
  AccessReport,
  ControllerReport,
  DataRecipient,
  ProfilingUse,
  ReportedDecision,
  ReportedFact,
  Use,
} from '../contract/subject-rights.ts';
import { contactPointKinds, type ContactPointKind } from '../contract/vocabulary.ts';
import type { Language } from '../kernel/document.ts';
import { formatInstant, type EpochMs } from '../kernel/instant.ts';
import type { ContactKey, ContactPointName } from '../ledger/contact-key.ts';
import { coveredByErasure, isErasure, outlivesErasure } from '../ledger/erasure.ts';
import { foldSubject } from '../ledger/fold.ts';
import type { LedgerEvent } from '../ledger/ledger-event.ts';
import { isSeparation } from '../ledger/separation.ts';
import type { PolicyParameters } from '../policy/policy.ts';
import { recordedConsents, type RecordTerms } from './consent-record.ts';
import { fallUnderCallRecords } from './evidence.ts';
import { wordsOf } from './event-words.ts';
import { authorityText, reportTexts, restOfDecisions, rights } from './report-texts.ts';
import { storagePeriods } from './storage-periods.ts';
import { basisLaw, profilingWords, transferWords } from './vocabulary-words.ts';

export interface ReportingController {
  readonly id: string;
  readonly name: string;
  readonly country: string;
  readonly region: string | null;
  readonly timeZone: string;
  readonly parameters: PolicyParameters;
}

/** A decision as it was logged, with what its campaign said of itself. */
export interface LoggedDecision {
  readonly id: string;
  readonly at: EpochMs;
  readonly campaign: { readonly id: string; readonly reference: string } | null;
  /** Null where they are gone. */
  readonly fields: CampaignFields | null;
  readonly basis: AllowCode | null;
  /** None where it was allowed. */
  readonly reasons: readonly {
    readonly code: string;
    readonly text: Readonly<Record<Language, string>>;
  }[];
  readonly policy: string;
}

/** All that one controller's gate knows of a person. */
export interface KnownPerson {
  readonly controller: ReportingController;
  readonly given: readonly (ContactPointName & { readonly known: boolean })[];
  /** Two people, or more contact points than one has: the other's facts are left out of this. */
  readonly conflict: boolean;
  /** What may be told, in the order in which it counts. */
  readonly events: readonly LedgerEvent[];
  /** Newest first. */
  readonly decisions: readonly LoggedDecision[];
  /** False where older decisions were not looked for. */
  readonly decisionsComplete: boolean;
}

export interface ReportTerms {
  readonly now: EpochMs;
  readonly language: Language;
  /** Decisions that are listed at most; recipients and uses are summed up over all of them. */
  readonly decisionsListed: number;
}

export function accessReport(people: readonly KnownPerson[], terms: ReportTerms): AccessReport {
  const controllers = people.map((person) => controllerReport(person, terms));
  const known = controllers.some((report) => report.known);
  const { language } = terms;
  return {
    scope: 'access',
    generatedAt: formatInstant(terms.now),
    language,
    known,
    text: known ? reportTexts.stored[language] : reportTexts.nothingStored[language],
    controllers,
  };
}

/** Also who shares a contact point with somebody, and of whom nothing may be told yet. */
export function isKnown({ given, events, decisions }: KnownPerson): boolean {
  return given.some((name) => name.known) || events.length > 0 || decisions.length > 0;
}

function controllerReport(person: KnownPerson, terms: ReportTerms): ControllerReport {
  const { controller, events, decisions, conflict } = person;
  const { language } = terms;
  const { parameters, timeZone } = controller;
  const consents = recordedConsents(events, recordTerms(controller, events, terms)).map(
    ({ record }) => record,
  );
  const known = isKnown(person);
  const decided = decisions[0]?.at ?? null;
  const calls = decisions.some(({ fields }) => fields !== null && isCall(fields));
  const facts = { events, consents, decidedAt: decided, calls };
  return {
    controller: {
      ...{ id: controller.id, name: controller.name },
      ...{ country: controller.country, region: controller.region },
    },
    known,
    text: summaryOf(person, known)[language],
    identifiers: identifiersOf(person),
    identityCheck: conflict ? reportTexts.identityCheck[language] : null,
    facts: allFacts(events, language),
    consents,
    uses: conflict ? [] : usesOf(decisions, language),
    decisions: decisionsOf(person, terms),
    recipients: recipientsOf(decisions, language),
    profiling: profilingOf(decisions, language),
    storage: known ? storagePeriods(facts, { parameters, timeZone, language }) : [],
    rights: rights.map(({ law, text }) => ({ law: law[language], text: text[language] })),
    authority: authorityText(authorityAt(controller))[language],
  };
}

/** By what the records of a person are made, for a report and for a proof. */
export function recordTerms(
  { country, timeZone, parameters }: ReportingController,
  events: readonly LedgerEvent[],
  { now, language }: { readonly now: EpochMs; readonly language: Language },
): RecordTerms {
  const states = foldSubject(events, { anchors: [], keyVersion: 1 }).values();
  const germanCalls = fallUnderCallRecords(states, { country, timeZone });
  const { doiExpiryDays: expiryDays } = parameters.consent;
  return { now, language, timeZone, germanCalls, expiryDays };
}

function isCall({ channel }: CampaignFields): boolean {
  return channel === 'PHONE_HUMAN' || channel === 'PHONE_AUTO';
}

function summaryOf({ events }: KnownPerson, known: boolean) {
  if (!known) return reportTexts.nothingStored;
  return events.some(isErasure) ? reportTexts.erased : reportTexts.stored;
}

/** Kinds and numbers: the gate knows keys and no addresses. */
function identifiersOf({ given, events }: KnownPerson): ControllerReport['identifiers'] {
  const keys = new Map<ContactKey, ContactPointKind>();
  for (const event of events) {
    // An erasure and a separation name another person's contact points as well.
    if (isErasure(event) || isSeparation(event)) continue;
    for (const { kind, key } of event.named) keys.set(key, kind);
  }
  const kinds = [...keys.values()].filter((kind) => kind !== 'domain');
  return {
    given: given.map(({ kind, known }) => ({ kind, known })),
    linked: contactPointKinds
      .map((kind) => ({ kind, count: kinds.filter((each) => each === kind).length }))
      .filter(({ count }) => count > 0),
  };
}

/** Every event in words, the newest first. */
function allFacts(events: readonly LedgerEvent[], language: Language): ReportedFact[] {
  const covered = coveredByErasure(events);
  return events
    .flatMap((event) => factsOf(event, covered.has(event) && !outlivesErasure(event), language))
    .toReversed();
}

function factsOf(event: LedgerEvent, kept: boolean, language: Language): readonly ReportedFact[] {
  return wordsOf(event).map(({ section, text }) => ({
    section,
    at: formatInstant(event.occurredAt),
    recordedAt: formatInstant(event.recordedAt),
    text: kept ? `${text[language]}; ${reportTexts.keptAsProof[language]}` : text[language],
    source: event.source,
    event: event.id,
    data: dataOf(event),
  }));
}

/** As it was reported; of the gate's own events not the keys of other people that they carry. */
function dataOf(event: LedgerEvent): Record<string, unknown> {
  if (isSeparation(event)) return {};
  return isErasure(event) ? { cause: event.data.cause } : { ...event.data };
}

function decisionsOf(
  { decisions, decisionsComplete, conflict }: KnownPerson,
  { language, decisionsListed }: ReportTerms,
): ControllerReport['decisions'] {
  const items = decisions
    .slice(0, decisionsListed)
    .map((decision) => reportedDecision(decision, conflict, language));
  const complete = decisionsComplete && decisions.length <= decisionsListed;
  const earliest = items.at(-1)?.at ?? null;
  return { items, complete, text: complete ? null : restOfDecisions(earliest)[language] };
}

/** In a conflict a reason may rest on what the other person said: it is held back. */
function reportedDecision(
  { id, at, campaign, fields, basis, reasons, policy }: LoggedDecision,
  withheld: boolean,
  language: Language,
): ReportedDecision {
  return {
    id,
    at: formatInstant(at),
    campaign,
    channel: fields?.channel ?? null,
    purpose: fields?.purpose ?? null,
    outcome: basis === null ? 'deny' : 'allow',
    basis: basis === null || withheld ? null : { code: basis, text: allowCodes[basis][language] },
    reasons: withheld ? [] : reasons.map(({ code, text }) => ({ code, text: text[language] })),
    policy,
  };
}

/** Decisions that were allowed and whose campaign is still on record, the oldest first. */
function allowed(decisions: readonly LoggedDecision[]) {
  return decisions
    .flatMap(({ at, fields, basis }) =>
      fields === null || basis === null ? [] : [{ at, fields, basis }],
    )
    .toReversed();
}

/** Sums things up that are the same: how many, the first and the last. */
function summed<Item extends { readonly at: EpochMs }, Sum>(
  items: readonly Item[],
  nameOf: (item: Item) => unknown,
  build: (group: readonly [Item, ...Item[]], seen: Seen) => Sum,
): Sum[] {
  const groups = new Map<string, [Item, ...Item[]]>();
  for (const item of items) {
    const name = JSON.stringify(nameOf(item));
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return [...groups.values()].map((group) => {
    const instants = group.map(({ at }) => at);
    return build(group, {
      first: formatInstant(Math.min(...instants)),
      last: formatInstant(Math.max(...instants)),
      decisions: group.length,
    });
  });
}

interface Seen {
  readonly first: string;
  readonly last: string;
  readonly decisions: number;
}

/** Art. 15(1)(a) GDPR, and what each purpose rests on. */
function usesOf(decisions: readonly LoggedDecision[], language: Language): Use[] {
  return summed(
    allowed(decisions),
    ({ fields, basis }) => [fields.purpose, fields.channel, basis],
    ([{ fields, basis }], seen) => ({
      ...{ purpose: fields.purpose, channel: fields.channel, ...seen },
      basis: { code: basis, text: allowCodes[basis][language] },
      law: basisLaw[basis][language],
    }),
  );
}

/** Art. 15(1)(c), (2) GDPR: the recipients themselves, no categories (CJEU C-154/21). */
function recipientsOf(decisions: readonly LoggedDecision[], language: Language): DataRecipient[] {
  const given = allowed(decisions).flatMap(({ at, fields }) => {
    const { processors, platform, channel, purpose } = fields;
    const about = { at, channel, purpose };
    const named = processors.map(({ name, country, contractRef, transfer }) => ({
      ...about,
      ...{ name, country, contract: contractRef, role: 'processor' as const },
      transfer: transferWords[transfer.basis]?.[language] ?? null,
    }));
    if (platform == null) return named;
    const own = { role: 'platform' as const, country: null, contract: null, transfer: null };
    return [...named, { ...about, name: platform, ...own }];
  });
  return summed(
    given,
    ({ name, role, country, contract, transfer }) => [name, role, country, contract, transfer],
    (group, seen) => {
      const [{ name, role, country, contract, transfer }] = group;
      return {
        ...{ name, role, country, contract, transfer, ...seen },
        channels: [...new Set(group.map(({ channel }) => channel))],
        purposes: [...new Set(group.map(({ purpose }) => purpose))],
      };
    },
  );
}

/** Art. 15(1)(h) GDPR. */
function profilingOf(
  decisions: readonly LoggedDecision[],
  language: Language,
): ControllerReport['profiling'] {
  const selected = allowed(decisions).filter(
    ({ fields: { profiling } }) => profiling.level !== 'P0' || profiling.attributes.length > 0,
  );
  const uses: ProfilingUse[] = summed(
    selected,
    ({ fields: { profiling } }) => [profiling.level, profiling.attributes],
    (group, seen) => {
      const [{ fields }] = group;
      const { level, attributes, significantEffect } = fields.profiling;
      return {
        level: `${level}: ${profilingWords[level][language]}`,
        attributes: attributes.map(({ name, category }) => `${name} (${category})`),
        automatedDecision: significantEffect || level === 'P8',
        purposes: [...new Set(group.map((each) => each.fields.purpose))],
        ...seen,
      };
    },
  );
  const text = uses.length === 0 ? reportTexts.noProfiling : reportTexts.profiling;
  return { text: text[language], uses };
}
