import { channelContacts, channels } from '../contract/vocabulary.ts';
import { unreachable } from '../kernel/assert.ts';
import type { ContactKey, ContactPointName } from './contact-key.ts';
import {
  channelBit,
  channelSet,
  emptyState,
  EVERY_CHANNEL,
  type ChannelSince,
  type ContactPointState,
  type Withdrawal,
} from './contact-point-state.ts';
import { coursesOf, type Chapter, type Course, type History } from './chapters.ts';
import { coveredByErasure, outlivesErasure, type Erasure } from './erasure.ts';
import { trim } from './fold-bounds.ts';
import { mergeInto, narrowBy, registered, SEVERAL_COUNTRIES } from './fold-description.ts';
import { instantOf, since, type Draft, type EventOf } from './fold-draft.ts';
import { permissionTypes, placeOf, type LedgerEvent } from './ledger-event.ts';
import { isSeparation, separated } from './separation.ts';
import { foldConsent, markFirstUse } from './fold-consent.ts';
import { compareText, type Links, type Reach } from './reach.ts';
import { groundName } from './restriction-ground.ts';

/**
 * The order in which events count: by occurrence; permissions before refusals, and both before a
 * separation; by identity, and parts of one event by what they name.
 */
export function compareEvents(left: LedgerEvent, right: LedgerEvent): number {
  return (
    placeOf(left) - placeOf(right) ||
    rankOf(left) - rankOf(right) ||
    compareText(left.source, right.source) ||
    compareText(left.sourceId, right.sourceId) ||
    compareText(identityOf(left), identityOf(right))
  );
}

function rankOf(event: LedgerEvent): number {
  if (permissionTypes.has(event.type)) return 0;
  return isSeparation(event) ? 2 : 1;
}

/**
 * The state of every contact point of a subject, from all the subject's events: a pure function of
 * the set of events, so any order of arrival, any repetition and any replay gives the same.
 */
export function foldSubject(
  events: readonly LedgerEvent[],
  stored: { readonly anchors: readonly ContactKey[]; readonly keyVersion: number },
): ReadonlyMap<ContactKey, ContactPointState> {
  const history = historyOf(events);
  const states = new Map<ContactKey, ContactPointState>();
  for (const course of coursesOf(history)) {
    const { kind, key } = course.name;
    states.set(key, foldCourse(course, { ...emptyState(kind), ...stored }, history));
  }
  return states;
}

/** Each event once, in the order in which it counts. */
export function historyOf(events: readonly LedgerEvent[]): History {
  const ordered = [...new Map(events.map((event) => [identityOf(event), event])).values()].sort(
    compareEvents,
  );
  const covered = coveredByErasure(ordered);
  const dropped = (event: LedgerEvent) => covered.has(event) && !outlivesErasure(event);
  return { ordered, covered, dropped };
}

function identityOf(event: LedgerEvent): string {
  return JSON.stringify([event.source, event.sourceId, event.named]);
}

function foldCourse(
  { name, chapters }: Course,
  base: ContactPointState,
  { ordered }: History,
): ContactPointState {
  let state = base;
  for (const chapter of chapters) {
    const { links, endedBy } = chapter;
    const draft: Draft = {
      ...state,
      conflict: links.conflict,
      besides: links.besides,
      links: links.contactPoints.filter((other) => other.key !== name.key),
    };
    tell(draft, chapter, name);
    // What is too much is left out first, so that less of one person brings back nothing.
    state = trim(draft);
    if (endedBy === null) continue;
    const own = ordered.filter(({ named }) => named.some(({ key }) => key === name.key));
    const naming = new Set(own.map(({ id }) => id));
    state = separated(state, endedBy, (id) => naming.has(id));
  }
  return state;
}

function tell(draft: Draft, { links, told, late }: Chapter, name: ContactPointName): void {
  const narrowing = late
    .filter(({ seen }) => isBeside(seen, links, name))
    .map(({ event }) => event);
  for (const { event, seen } of told) {
    for (const copy of seen) {
      for (const other of links.mergedWith(copy, name.key)) mergeInto(draft, other);
    }
    const reaches = reachOf(event, links);
    if (reaches === null || seen.some((copy) => reaches(copy, name.key))) {
      const isNear = seen.some((copy) => links.permissionReaches(copy, name.key));
      apply(draft, event, { name, isNear });
    } else if (event.type === 'subject.registered' && isBeside(seen, links, name)) {
      narrowing.push(event);
    }
    for (const copy of seen) {
      for (const other of links.mergedAfter(copy, name.key)) mergeInto(draft, other);
    }
  }
  for (const event of narrowing) narrowBy(draft, event);
}

/** Brought near by a refusal alone, or by another person: a merge has not brought it. */
function isBeside(seen: readonly LedgerEvent[], links: Links, { key }: ContactPointName): boolean {
  return links.conflict || !seen.some((copy) => links.isLinked(copy, key));
}

/**
 * What an event of the subject must fit to reach a contact point; null: a refusal reaches them all,
 * whenever the link was made. What permits or describes reaches what was linked by then; a
 * description of before a link comes with the link.
 */
function reachOf(event: LedgerEvent, links: Links): Reach | null {
  // That somebody is not listed widens; it is about what was asked for and known by then.
  if (event.type === 'register.checked' && !event.data.listed) return links.permissionReaches;
  return permissionTypes.has(event.type) ? links.permissionReaches : null;
}

/** One event on one contact point. Every type has its line: a new one does not compile without. */
function apply(
  draft: Draft,
  event: LedgerEvent,
  { name, isNear }: { readonly name: ContactPointName; readonly isNear: boolean },
): void {
  draft.firstKnownAt ??= event.occurredAt;
  if (event.type !== 'subject.erased' && event.named.some(({ key }) => key === name.key)) {
    if (name.kind === 'phone') draft.numberCountry ??= event.numberCountry;
    // Who leaves by a link names a key, and says nothing of the hosts that the address lies under.
    if (name.kind === 'email' && event.domains.length > 0) draft.domains = event.domains;
  }
  switch (event.type) {
    case 'subject.registered':
      return registered(draft, event);
    case 'consent.requested':
    case 'consent.confirmed':
      return consented(draft, event);
    case 'consent.withdrawn':
      return withdrawn(draft, event);
    case 'objection.raised':
      return objected(draft, event);
    case 'restriction.set':
    case 'restriction.lifted':
      return restricted(draft, event);
    case 'sale.recorded':
      return sold(draft, event);
    case 'activity.recorded':
      if (event.data.kind !== 'open') draft.lastActive = since(event);
      return;
    case 'contact.made':
      return contacted(draft, event, isNear);
    case 'contact.refused':
      return refused(draft, event);
    case 'interest.documented':
      draft.interests = [...draft.interests, interestOf(event)];
      return;
    case 'blocklist.entered':
    case 'blocklist.removed':
      return blocked(draft, event);
    case 'register.checked':
      if (isAskedFor(event, name)) checked(draft, event);
      return;
    case 'delivery.bounced':
      return bounced(draft, event, name);
    case 'delivery.complained':
      objects(draft, event, channelBit(event.data.channel));
      return;
    case 'hold.set':
    case 'hold.lifted':
      return held(draft, event);
    case 'subject.erased':
      return erased(draft, event, name);
    case 'subject.separated':
      // It begins a chapter, and says nothing in it.
      return;
    default:
      return unreachable(event);
  }
}

/** A lift ends the restriction of its ground; another text ends one that stands alone. */
function restricted(draft: Draft, event: EventOf<'restriction.set' | 'restriction.lifted'>): void {
  const ground = groundName(event.data.ground);
  const before = draft.restrictions;
  const same = before.find((each) => each.ground === ground);
  if (event.type === 'restriction.lifted') {
    const lifted = same ?? (before.length === 1 ? before[0] : undefined);
    draft.restrictions = before.filter((each) => each !== lifted);
  } else if (same === undefined) draft.restrictions = [...before, { ...since(event), ground }];
}

/** For caps a contact counts with all of the subject; it uses only what was linked by then. */
function contacted(draft: Draft, event: EventOf<'contact.made'>, isUse: boolean): void {
  const { channel } = event.data;
  const at = event.occurredAt;
  draft.contacts = [{ channel: channels.indexOf(channel), isUse, at }, ...draft.contacts];
  if (!isUse) return;
  draft.consents = markFirstUse(draft.consents, { at, channelBit: channelBit(channel) });
}

function consented(draft: Draft, event: EventOf<'consent.requested' | 'consent.confirmed'>): void {
  draft.consents = foldConsent(draft.consents, event);
  draft.lastActive = since(event);
}

/** A withdrawal that names neither a consent nor a purpose is an objection too (API, Refusals). */
function withdrawn(draft: Draft, event: EventOf<'consent.withdrawn'>): void {
  const { consentId, channels: names, purposes } = event.data;
  const withdrawal: Withdrawal = {
    ...since(event),
    consentId: consentId ?? null,
    channels: channelSet(names),
    purposes: purposes ?? null,
  };
  const scope = ({ consentId: id, channels: set, purposes: list }: Withdrawal) =>
    JSON.stringify([id, set, list]);
  draft.withdrawals = [
    ...draft.withdrawals.filter((other) => scope(other) !== scope(withdrawal)),
    withdrawal,
  ];
  if (consentId == null && purposes == null) objects(draft, event, withdrawal.channels);
}

function objected(draft: Draft, event: EventOf<'objection.raised'>): void {
  const { scope, channels } = event.data;
  // Art. 21(2): direct marketing includes the profiling that is related to it.
  if (scope !== 'channel') draft.profilingObjection = since(event);
  if (scope === 'all') objects(draft, event, EVERY_CHANNEL);
  else if (scope === 'channel') objects(draft, event, channelSet(channels));
}

function objects(draft: Draft, event: LedgerEvent, set: number): void {
  draft.objections = latest(draft.objections, { ...since(event), channels: set });
}

function refused(draft: Draft, event: EventOf<'contact.refused'>): void {
  const set = channelBit(event.data.channel);
  draft.refusals = latest(draft.refusals, { ...since(event), channels: set });
}

/** Replaces the entry of the same scope: the newer instant is the stricter one. */
function latest(entries: readonly ChannelSince[], entry: ChannelSince): readonly ChannelSince[] {
  return [...entries.filter((other) => other.channels !== entry.channels), entry];
}

function sold(draft: Draft, event: EventOf<'sale.recorded'>): void {
  draft.sales = [
    ...draft.sales,
    {
      ...since(event),
      productCategory: event.data.productCategory,
      status: event.data.status,
      contactDataObtainedHere: event.data.contactDataObtainedHere,
      noticeAtCollection: (event.data.noticeAtCollectionRef ?? '') !== '',
    },
  ];
  draft.lastActive = since(event);
}

function interestOf(event: EventOf<'interest.documented'>) {
  return {
    ...since(event),
    channels: channelBit(event.data.channel),
    validUntil: instantOf(event.data.validUntil),
  };
}

function blocked(draft: Draft, event: EventOf<'blocklist.entered' | 'blocklist.removed'>): void {
  const { list } = event.data;
  const set = channelSet(event.data.channels);
  const others = draft.blocks.filter((block) => block.list !== list);
  const same = draft.blocks.filter((block) => block.list === list);
  if (event.type === 'blocklist.entered') {
    const kept = same.filter((block) => block.channels !== set);
    draft.blocks = [...others, ...kept, { ...since(event), list, channels: set }];
    return;
  }
  if (set === EVERY_CHANNEL) draft.blocks = others;
  else draft.blocks = [...others, ...same.filter((block) => block.channels !== set)];
}

/** A result is about the very contact point that was asked for, not all that a person has. */
function isAskedFor(event: LedgerEvent, name: ContactPointName): boolean {
  const onlyIds = event.named.every((named) => named.kind === 'id');
  return onlyIds || event.named.some((named) => named.key === name.key);
}

function checked(draft: Draft, event: EventOf<'register.checked'>): void {
  const { register, listed } = event.data;
  const checkedAt = instantOf(event.data.checkedAt) ?? event.occurredAt;
  const before = draft.registers.find((result) => result.register === register);
  if (before !== undefined && before.checkedAt > checkedAt) return;
  const isTie = before?.checkedAt === checkedAt;
  if (isTie && before.listed && !listed) return;
  const listedSince = instantOf(event.data.listedSince);
  draft.registers = [
    ...draft.registers.filter((result) => result !== before),
    { ...since(event), register, listed, listedSince, checkedAt },
  ];
}

/** About the address that is named; where none of its kind is named, about all of that kind. */
function bounced(draft: Draft, event: EventOf<'delivery.bounced'>, name: ContactPointName): void {
  const contacts = channelContacts[event.data.channel];
  if (!event.data.permanent || contacts !== name.kind) return;
  const named = event.named.filter((each) => each.kind === contacts);
  const isMeant = named.length === 0 || named.some((each) => each.key === name.key);
  if (isMeant) draft.undeliverable = since(event);
}

function held(draft: Draft, event: EventOf<'hold.set' | 'hold.lifted'>): void {
  const { kind } = event.data;
  const others = draft.holds.filter((hold) => hold.kind !== kind);
  if (event.type === 'hold.lifted') {
    draft.holds = others;
    return;
  }
  // A second hold of a kind does not shorten the first.
  const before = draft.holds.find((hold) => hold.kind === kind);
  const until = instantOf(event.data.until);
  const open = until === null || before?.until === null;
  const latest = open ? null : Math.max(until, before?.until ?? until);
  draft.holds = [...others, { ...since(event), kind, until: latest }];
}

/**
 * What was erased has been dropped already. Whoever asked for it is not advertised to any more, as
 * after an objection; where only its time was over, nothing is left that permits anything.
 */
function erased(draft: Draft, event: Erasure, name: ContactPointName): void {
  const { cause, spared, known } = event.data;
  const own = known.find(({ key }) => key === name.key);
  if (own !== undefined) {
    draft.numberCountry = own.numberCountry;
    draft.domains = own.domains;
    if (own.lawOpen) draft.residence = SEVERAL_COUNTRIES;
  }
  if (cause !== 'request') return;
  if (!spared.includes(name.key)) draft.erased = since(event);
  objects(draft, event, EVERY_CHANNEL);
  draft.profilingObjection = since(event);
}
