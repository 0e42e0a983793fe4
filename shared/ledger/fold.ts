import { limits } from '../contract/limits.ts';
import { channelContacts, channels } from '../contract/vocabulary.ts';
import { unreachable } from '../kernel/assert.ts';
import { sha256Hex } from '../kernel/hash.ts';
import type { EpochMs } from '../kernel/instant.ts';
import type { ContactKey, ContactPointName } from './contact-key.ts';
import {
  channelBit,
  channelSet,
  emptyState,
  EVERY_CHANNEL,
  type ChannelSince,
  type ConsentState,
  type Contact,
  type ContactPointState,
  type Withdrawal,
} from './contact-point-state.ts';
import { narrowBy, registered } from './fold-description.ts';
import { instantOf, since, type Draft, type EventOf } from './fold-draft.ts';
import { permissionTypes, type LedgerEvent } from './ledger-event.ts';
import { withoutEarlierReports } from './sale-reports.ts';
import { foldConsent, markFirstUse } from './fold-consent.ts';
import { compareText, eventsBySubject, linksOf, type Links, type Reach } from './reach.ts';

/**
 * When an event takes its place. A permission that is dated ahead of its recording must not undo a
 * refusal that comes in between, so it stands where it was recorded.
 */
function placeOf(event: LedgerEvent): EpochMs {
  const { occurredAt, recordedAt } = event;
  return permissionTypes.has(event.type) ? Math.min(occurredAt, recordedAt) : occurredAt;
}

/** The order in which events count: by occurrence; permissions before refusals; by identity. */
export function compareEvents(left: LedgerEvent, right: LedgerEvent): number {
  return (
    placeOf(left) - placeOf(right) ||
    Number(permissionTypes.has(right.type)) - Number(permissionTypes.has(left.type)) ||
    compareText(left.source, right.source) ||
    compareText(left.sourceId, right.sourceId)
  );
}

/**
 * The state of every contact point of a subject, from all the subject's events: a pure function of
 * the set of events, so any order of arrival, any repetition and any replay gives the same.
 */
export function foldSubject(
  events: readonly LedgerEvent[],
  stored: { readonly anchors: readonly ContactKey[]; readonly keyVersion: number },
): ReadonlyMap<ContactKey, ContactPointState> {
  const ordered = [...new Map(events.map((event) => [identityOf(event), event])).values()].sort(
    compareEvents,
  );
  const states = new Map<ContactKey, ContactPointState>();
  for (const subject of eventsBySubject(ordered)) {
    const standing = withoutEarlierReports(subject);
    const links = linksOf(standing);
    for (const name of links.contactPoints) {
      const base = { ...emptyState(name.kind), ...stored };
      states.set(name.key, foldContactPoint(standing, links, name, base));
    }
  }
  return states;
}

function identityOf(event: LedgerEvent): string {
  return JSON.stringify([event.source, event.sourceId, event.named]);
}

function foldContactPoint(
  events: readonly LedgerEvent[],
  links: Links,
  name: ContactPointName,
  base: ContactPointState,
): ContactPointState {
  const draft: Draft = {
    ...base,
    conflict: links.conflict,
    besides: links.besides,
    links: links.contactPoints.filter((other) => other.key !== name.key),
  };
  const beside: EventOf<'subject.registered'>[] = [];
  for (const event of events) {
    const reaches = reachOf(event, links);
    if (reaches(event, name.key)) apply(draft, event, name);
    else if (event.type === 'subject.registered' && links.refusalReaches(event, name.key)) {
      beside.push(event);
    }
  }
  for (const event of beside) narrowBy(draft, event);
  return trim(draft);
}

/** What describes a person reaches all of one subject, but of two people only the one it names. */
function reachOf(event: LedgerEvent, links: Links): Reach {
  // That somebody is not listed widens; it is about what was asked for and known by then.
  if (event.type === 'register.checked' && !event.data.listed) return links.permissionReaches;
  if (event.type === 'subject.registered' && !links.conflict) return links.descriptionReaches;
  return permissionTypes.has(event.type) ? links.permissionReaches : links.refusalReaches;
}

/** One event on one contact point. Every type has its line: a new one does not compile without. */
function apply(draft: Draft, event: LedgerEvent, name: ContactPointName): void {
  draft.firstKnownAt ??= event.occurredAt;
  if (event.named.some(({ key }) => key === name.key)) {
    if (name.kind === 'phone') draft.numberCountry ??= event.numberCountry;
    if (name.kind === 'email') draft.domains = event.domains;
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
      return contacted(draft, event);
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
    default:
      return unreachable(event);
  }
}

/** A lift ends the restriction of its ground; another text ends one that stands alone. */
function restricted(draft: Draft, event: EventOf<'restriction.set' | 'restriction.lifted'>): void {
  const ground = sha256Hex(event.data.ground.trim().toLowerCase()).slice(0, GROUND_DIGITS);
  const before = draft.restrictions;
  const same = before.find((each) => each.ground === ground);
  if (event.type === 'restriction.lifted') {
    const lifted = same ?? (before.length === 1 ? before[0] : undefined);
    draft.restrictions = before.filter((each) => each !== lifted);
  } else if (same === undefined) draft.restrictions = [...before, { ...since(event), ground }];
}

/** A ground is free text and only compared: 48 bits of its hash tell a person's grounds apart. */
const GROUND_DIGITS = 12;

function contacted(draft: Draft, event: EventOf<'contact.made'>): void {
  const { channel } = event.data;
  const at = event.occurredAt;
  draft.contacts = [{ channel: channels.indexOf(channel), at }, ...draft.contacts];
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

/** Bounds the permissive lists by dropping their oldest entries; refusals are never dropped. */
function trim(draft: Draft): ContactPointState {
  return {
    ...draft,
    consents: newestConsents(draft.consents),
    sales: draft.sales.slice(-limits.salesKept),
    interests: draft.interests.slice(-limits.interestsKept),
    contacts: newestContacts(draft.contacts),
  };
}

/** As many as are kept, and no more text than a state can carry; at least the newest one. */
function newestConsents(consents: readonly ConsentState[]): readonly ConsentState[] {
  const kept = consents.slice(-limits.consentsKept);
  let characters = kept.reduce((sum, consent) => sum + charactersOf(consent), 0);
  while (kept.length > 1 && characters > limits.consentCharacters) {
    const oldest = kept.shift();
    characters -= oldest === undefined ? 0 : charactersOf(oldest);
  }
  return kept;
}

function charactersOf({ purposes, advertisers, sectors, platforms }: ConsentState): number {
  const texts = [purposes, advertisers ?? [], sectors ?? [], platforms ?? []].flat();
  return texts.reduce((sum, text) => sum + text.length, 0);
}

/**
 * Frequency caps count the contacts of a channel, so messages of one must not push out the calls
 * of another: the channel that has the most gives up its oldest first.
 */
function newestContacts(contacts: readonly Contact[]): readonly Contact[] {
  const byChannel = new Map<number, Contact[]>();
  for (const contact of contacts) {
    const own = byChannel.get(contact.channel) ?? [];
    byChannel.set(contact.channel, own);
    if (own.length < limits.contactsKept) own.push(contact);
  }
  const lists = [...byChannel.values()];
  for (let kept = lists.flat().length; kept > limits.contactsKept; kept--) {
    const longest = lists.reduce((left, right) => (right.length > left.length ? right : left));
    longest.pop();
  }
  const keeps = new Set(lists.flat());
  return contacts.filter((contact) => keeps.has(contact));
}
