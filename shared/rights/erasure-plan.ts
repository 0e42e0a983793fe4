import { keptThings, type Kept, type KeptThing } from '../contract/erasures.ts';
import { files } from '../contract/files.ts';
import { DAY_MS, formatInstant, type EpochMs } from '../kernel/instant.ts';
import type { ContactKey, ContactPointName } from '../ledger/contact-key.ts';
import type { ContactPointState, Hold } from '../ledger/contact-point-state.ts';
import {
  coveredByErasure,
  erasedKeys,
  isErasure,
  outlivesErasure,
  type ErasureCause,
  type ErasureData,
} from '../ledger/erasure.ts';
import { compareEvents, foldSubject } from '../ledger/fold.ts';
import { SEVERAL_COUNTRIES } from '../ledger/fold-description.ts';
import type { LedgerEvent } from '../ledger/ledger-event.ts';
import { reducedGround } from '../ledger/restriction-ground.ts';
import { isSeparation } from '../ledger/separation.ts';
import {
  callEvidenceEnd,
  consentRecords,
  evidenceEnd,
  fallUnderCallRecords,
  type ConsentRecord,
  type Establishment,
} from './evidence.ts';

type States = ReadonlyMap<ContactKey, ContactPointState>;

/** A contact point as the request names it, with what its key will not tell any more. */
export interface RequestedContact extends ContactPointName {
  readonly numberCountry: string | null;
  readonly domains: readonly ContactKey[];
}

/** The erasure of one subject, as its one event is going to say it. */
export interface ErasurePlan {
  /** Every contact point of the subject: any of them meets the suppression entry later. */
  readonly named: readonly ContactPointName[];
  readonly spared: readonly ContactKey[];
  readonly known: ErasureData['known'];
  /** Two people, or too many contact points: it stays one, whatever is deleted. */
  readonly conflict: boolean;
  readonly besides: readonly ContactKey[];
  /** Behind everything that is recorded, also what is dated a little ahead. */
  readonly occurredAt: EpochMs;
}

/** The states of whoever stands under these keys: of people told apart, those of one. */
export function subjectOf(states: States, keys: Iterable<ContactKey>): States {
  const found = new Map<ContactKey, ContactPointState>();
  const open = [...keys];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    const state = states.get(key);
    if (state === undefined || found.has(key)) continue;
    found.set(key, state);
    open.push(...state.links.map((link) => link.key));
  }
  return found;
}

/** The hold that forbids erasure (Art. 17(3)(e) GDPR), or null. */
export function legalHold(states: States, instant: EpochMs): Hold | null {
  for (const { holds } of states.values()) {
    const hold = holds.find(({ kind, until }) => kind === 'legal' && isRunning(until, instant));
    if (hold !== undefined) return hold;
  }
  return null;
}

function isRunning(until: EpochMs | null, instant: EpochMs): boolean {
  return until === null || until > instant;
}

export function statesOf(events: readonly LedgerEvent[]): States {
  return foldSubject(events, { anchors: [], keyVersion: 1 });
}

/**
 * Who is erased: all of the subject; of two people who share a contact point, at the request of
 * one, what it names and what has been seen with a key that it names and with no other.
 */
export function planErasure(
  events: readonly LedgerEvent[],
  states: States,
  question: {
    readonly cause: ErasureCause;
    readonly requested: readonly RequestedContact[];
    readonly instant: EpochMs;
  },
): ErasurePlan {
  const { cause, requested, instant } = question;
  const all = [...states.values()];
  const conflict = all.some((state) => state.conflict);
  const named = new Map<ContactKey, ContactPointName>();
  for (const [key, { kind }] of states) named.set(key, { kind, key });
  for (const { kind, key } of requested) named.set(key, { kind, key });
  const isPart = conflict && cause === 'request';
  const erased = isPart ? ownOf(events, requested) : new Set(named.keys());
  const times = events.map(({ occurredAt }) => occurredAt + 1);
  return {
    named: [...named.values()],
    spared: [...named.keys()].filter((key) => !erased.has(key)),
    known: knownOf(states, requested),
    conflict,
    besides: [...new Set(all.flatMap(({ besides }) => besides))],
    occurredAt: times.reduce((latest, at) => Math.max(latest, at), instant),
  };
}

function ownOf(
  events: readonly LedgerEvent[],
  requested: readonly ContactPointName[],
): ReadonlySet<ContactKey> {
  const own = new Set(requested.map(({ key }) => key));
  const isForeign = ({ kind, key }: ContactPointName) => kind === 'id' && !own.has(key);
  const ids = requested.filter(({ kind }) => kind === 'id').map(({ key }) => key);
  const withOthers = new Set<ContactKey>();
  const withOwn = new Set<ContactKey>();
  for (const event of events) {
    // These name both people, whoever is whose.
    if (isErasure(event) || isSeparation(event)) continue;
    const { named } = event;
    const target = named.some(isForeign) ? withOthers : withOwn;
    const isOwn = named.some(({ key }) => ids.includes(key));
    for (const { key } of named) if (target === withOthers || isOwn) target.add(key);
  }
  const more = [...withOwn].filter((key) => !withOthers.has(key));
  return new Set([...own, ...more]);
}

/** Of numbers the country, of addresses the hosts: what a key does not tell. */
function knownOf(states: States, requested: readonly RequestedContact[]): ErasureData['known'] {
  const known = new Map<ContactKey, ErasureData['known'][number]>();
  const keep = (name: RequestedContact, lawOpen: boolean) => {
    const numberCountry = name.kind === 'phone' ? name.numberCountry : null;
    const domains = name.kind === 'email' ? [...name.domains] : [];
    if (numberCountry === null && domains.length === 0 && !lawOpen) return;
    known.set(name.key, { key: name.key, numberCountry, domains, lawOpen });
  };
  for (const name of requested) keep(name, false);
  for (const [key, { kind, residence, numberCountry, domains }] of states) {
    const lawOpen = [residence, numberCountry].includes(SEVERAL_COUNTRIES);
    keep({ kind, key, numberCountry, domains }, lawOpen);
  }
  return [...known.values()];
}

/** What becomes of the events that an erasure covers. */
export interface Remains {
  /** To be deleted: no law wants them, and nothing is folded from them. */
  readonly removed: readonly LedgerEvent[];
  /** To be stored again with fewer words. */
  readonly reduced: readonly LedgerEvent[];
  readonly kept: readonly Kept[];
  /** A legal hold that came later: nothing goes while it runs. */
  readonly blockedBy: Hold | null;
}

interface Clock extends Establishment {
  readonly instant: EpochMs;
  /** To see what a hold keeps from going. */
  readonly ignoreHolds?: boolean;
}

/**
 * Goes through the events that lie before an erasure, now or years later: what no law keeps any
 * more goes, what is kept is restricted already, because the fold reads nothing from it.
 */
export function remainsOf(events: readonly LedgerEvent[], clock: Clock): Remains {
  const ordered = [...events].sort(compareEvents);
  const covered = coveredByErasure(ordered);
  const own = ordered.filter((event) => covered.has(event));
  const keptUntil = new Map<LedgerEvent, Keeping>([
    ...evidenceAmong(own, ordered, clock),
    ...taxRecordsAmong(own, ordered, clock.instant),
  ]);
  const linked = namedByErasures(ordered);
  const removed: LedgerEvent[] = [];
  const reduced: LedgerEvent[] = [];
  for (const event of own) {
    if (outlivesErasure(event)) {
      const shorter = withoutWords(event, clock.instant);
      if (shorter !== null) reduced.push(shorter);
    } else if (keptUntil.has(event)) continue;
    else if (event.named.every(({ key }) => linked.has(key))) removed.push(event);
    else if (event.reducedAt === undefined) reduced.push(asLink(event, clock.instant));
  }
  const kept = keptOf(ordered, covered, keptUntil, clock);
  const touched = [...removed, ...reduced].flatMap(({ named }) => named.map(({ key }) => key));
  const blockedBy = legalHold(subjectOf(statesOf(ordered), touched), clock.instant);
  return blockedBy === null || clock.ignoreHolds === true
    ? { removed, reduced, kept, blockedBy }
    : { removed: [], reduced: [], kept, blockedBy };
}

interface Keeping {
  readonly what: KeptThing;
  readonly until: EpochMs | null;
}

/** A consent that was given: its declarations, and the calls that used it. */
function evidenceAmong(
  own: readonly LedgerEvent[],
  ordered: readonly LedgerEvent[],
  clock: Clock,
): readonly (readonly [LedgerEvent, Keeping])[] {
  const { instant, timeZone } = clock;
  const given = consentRecords(own).filter(({ isConfirmed }) => isConfirmed);
  if (given.length === 0) return [];
  const unerased = ordered.filter((event) => !isErasure(event));
  const known = [...statesOf(unerased).values(), ...statesOf(ordered).values()];
  const germanCalls = fallUnderCallRecords(known, clock);
  const keep = (record: ConsentRecord) => {
    const ended = record.endedAt ?? erasedAt(ordered, record) ?? instant;
    const { until, byCalls } = evidenceEnd(record, ended, { timeZone, germanCalls });
    if (until <= instant) return [];
    const what = byCalls ? 'call_evidence' : 'consent_evidence';
    const declarations = record.declarations.map((each) => [each, { what, until }] as const);
    if (!germanCalls) return declarations;
    const calls = record.calls
      .map((call) => ({ call, until: callEvidenceEnd(call.occurredAt, timeZone) }))
      .filter((each) => each.until > instant)
      .map((each) => [each.call, { what: 'call_evidence', until: each.until }] as const);
    return [...declarations, ...calls];
  };
  return given.flatMap<readonly [LedgerEvent, Keeping]>(keep);
}

/** The erasure that ended a consent which nothing had ended before. */
function erasedAt(ordered: readonly LedgerEvent[], { declarations }: ConsentRecord) {
  const last = Math.max(...declarations.map(({ occurredAt }) => occurredAt));
  return ordered.filter(isErasure).find(({ occurredAt }) => occurredAt >= last)?.occurredAt;
}

/** Sales, while a hold for tax records runs. */
function taxRecordsAmong(
  own: readonly LedgerEvent[],
  ordered: readonly LedgerEvent[],
  instant: EpochMs,
): readonly (readonly [LedgerEvent, Keeping])[] {
  const holds = [...statesOf(ordered).values()].flatMap((state) => state.holds);
  const hold = holds.find(({ kind, until }) => kind === 'tax' && isRunning(until, instant));
  if (hold === undefined) return [];
  const sales = own.filter(({ type }) => type === 'sale.recorded');
  return sales.map((sale) => [sale, { what: 'tax_records', until: hold.until }] as const);
}

function namedByErasures(events: readonly LedgerEvent[]): ReadonlySet<ContactKey> {
  return new Set(events.filter(isErasure).flatMap(({ named }) => named.map(({ key }) => key)));
}

/** What people wrote may be about anybody; of a ground what is compared stays (OBJ-7). */
function withoutWords(event: LedgerEvent, reducedAt: EpochMs): LedgerEvent | null {
  if (event.type === 'subject.separated') {
    const { data } = event;
    return data.reason === '' ? null : { ...event, reducedAt, data: { ...data, reason: '' } };
  }
  if (event.type !== 'restriction.set' && event.type !== 'restriction.lifted') return null;
  const ground = reducedGround(event.data.ground);
  return ground === event.data.ground ? null : { ...event, reducedAt, data: { ground } };
}

/**
 * An old event that came after the erasure and names something more: that the two were seen
 * together is all that stays of it, because a refusal reaches along it.
 */
export function asLink(event: LedgerEvent, reducedAt: EpochMs): LedgerEvent {
  return { ...event, reducedAt, type: 'activity.recorded', data: { kind: 'open' } };
}

function keptOf(
  ordered: readonly LedgerEvent[],
  covered: ReadonlySet<LedgerEvent>,
  keptUntil: ReadonlyMap<LedgerEvent, Keeping>,
  { instant }: Clock,
): readonly Kept[] {
  const entries: Kept[] = [];
  const suppression = ordered.filter(
    (event) => isErasure(event) || (covered.has(event) && outlivesErasure(event)),
  );
  entries.push(keptThing('suppression', suppression.length, null));
  const byThing = Map.groupBy(keptUntil.values(), ({ what }) => what);
  for (const [what, keepings] of byThing) {
    const ends = keepings.map(({ until }) => until ?? Number.POSITIVE_INFINITY);
    const latest = Math.max(...ends);
    entries.push(keptThing(what, keepings.length, Number.isFinite(latest) ? latest : null));
  }
  const others = ordered.filter(
    (event) => !covered.has(event) && !isErasure(event) && isBesideErasure(event, ordered),
  );
  if (others.length > 0) entries.push(keptThing('other_person', others.length, null));
  const filesGo = instant + files.audience.keptDays * DAY_MS;
  entries.push(keptThing('decision_log', null, null), keptThing('audience_files', null, filesGo));
  return entries;
}

/** Names an erased contact point, before its erasure, under somebody else's key. */
function isBesideErasure(event: LedgerEvent, ordered: readonly LedgerEvent[]): boolean {
  return ordered.some(
    (erasure) =>
      isErasure(erasure) &&
      compareEvents(event, erasure) < 0 &&
      event.named.some(({ key }) => erasedKeys(erasure).has(key)),
  );
}

function keptThing(what: KeptThing, events: number | null, until: EpochMs | null): Kept {
  const { rule, authority, text } = keptThings[what];
  const end = until === null ? null : formatInstant(until);
  return { what, events, rule, authority, why: { ...text }, until: end };
}
