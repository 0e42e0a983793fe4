import { limits } from '../contract/limits.ts';
import { channelContacts, channels, profilingLevels } from '../contract/vocabulary.ts';
import { unreachable } from '../kernel/assert.ts';
import { parseInstant, type EpochMs } from '../kernel/instant.ts';
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
  type Origin,
  type Since,
  type Withdrawal,
} from './contact-point-state.ts';
import type { LedgerEvent } from './ledger-event.ts';
import { compareText, linksOf, type Links } from './reach.ts';

/** A state while it is being folded. */
type Draft = { -readonly [Field in keyof ContactPointState]: ContactPointState[Field] };

type EventOf<Type extends LedgerEvent['type']> = Extract<LedgerEvent, { type: Type }>;

/** Types that can widen permission; on a tie in time they come first, so that the refusal wins. */
const permissions: ReadonlySet<LedgerEvent['type']> = new Set<LedgerEvent['type']>([
  'subject.registered',
  'consent.requested',
  'consent.confirmed',
  'restriction.lifted',
  'sale.recorded',
  'activity.recorded',
  'interest.documented',
  'blocklist.removed',
  'hold.lifted',
]);

/** The order in which events count: by occurrence; permissions before refusals; by identity. */
export function compareEvents(left: LedgerEvent, right: LedgerEvent): number {
  return (
    left.occurredAt - right.occurredAt ||
    Number(permissions.has(right.type)) - Number(permissions.has(left.type)) ||
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
  const links = linksOf(ordered);
  const states = new Map<ContactKey, ContactPointState>();
  for (const name of links.contactPoints) {
    const base = { ...emptyState(name.kind), ...stored };
    states.set(name.key, foldContactPoint(ordered, links, name, base));
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
    links: links.contactPoints.filter((other) => other.key !== name.key),
  };
  for (const event of events) {
    const reaches = isPermission(event) ? links.permissionReaches : links.refusalReaches;
    if (!reaches(event, name.key)) continue;
    apply(draft, event, name);
  }
  return trim(draft);
}

function isPermission(event: LedgerEvent): boolean {
  return permissions.has(event.type) && event.type !== 'subject.registered';
}

/** One event on one contact point. Every type has its line: a new one does not compile without. */
function apply(draft: Draft, event: LedgerEvent, name: ContactPointName): void {
  draft.firstKnownAt ??= event.occurredAt;
  if (name.kind === 'phone') draft.numberCountry ??= event.numberCountry;
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
      draft.restriction ??= since(event);
      return;
    case 'restriction.lifted':
      draft.restriction = null;
      return;
    case 'sale.recorded':
      return sold(draft, event);
    case 'activity.recorded':
      if (event.data.kind !== 'open') draft.lastActive = since(event);
      return;
    case 'contact.made':
      draft.contacts = [
        { channel: channels.indexOf(event.data.channel), at: event.occurredAt },
        ...draft.contacts,
      ];
      return;
    case 'contact.refused':
      return refused(draft, event);
    case 'interest.documented':
      draft.interests = [...draft.interests, interestOf(event)];
      return;
    case 'blocklist.entered':
    case 'blocklist.removed':
      return blocked(draft, event);
    case 'register.checked':
      if (concernsContactPoint(event, name)) checked(draft, event);
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

function since(event: LedgerEvent): Since {
  return { at: event.occurredAt, event: event.id };
}

function instantOf(text: string | null | undefined): EpochMs | null {
  return text == null ? null : parseInstant(text);
}

function registered(draft: Draft, event: EventOf<'subject.registered'>): void {
  const { data } = event;
  draft.residence = data.residence ?? draft.residence;
  draft.numberCountry = data.numberCountry ?? draft.numberCountry;
  draft.recipientType = data.recipientType;
  draft.birthDate = data.birthDate ?? draft.birthDate;
  if (data.origin == null) return;
  const origin: Origin = {
    ...since(event),
    kind: data.origin.kind,
    obtainedAt: instantOf(data.origin.obtainedAt) ?? event.occurredAt,
    art14NoticeAt: instantOf(data.origin.art14NoticeAt),
  };
  draft.origin = origin;
}

function consented(draft: Draft, event: EventOf<'consent.requested' | 'consent.confirmed'>): void {
  const { data } = event;
  const before = draft.consents.find((consent) => consent.consentId === data.consentId);
  const confirmed = event.type === 'consent.confirmed';
  const consent: ConsentState = {
    ...since(event),
    consentId: data.consentId,
    channels: data.channels === undefined ? (before?.channels ?? 0) : channelSet(data.channels),
    purposes: data.purposes ?? before?.purposes ?? [],
    advertisers: data.advertisers ?? before?.advertisers ?? null,
    sectors: data.sectors ?? before?.sectors ?? null,
    platforms: data.platforms ?? before?.platforms ?? null,
    profilingLevel:
      data.profilingLevel == null
        ? (before?.profilingLevel ?? 0)
        : profilingLevels.indexOf(data.profilingLevel),
    explicitArt9: data.explicitArt9 ?? before?.explicitArt9 ?? false,
    political: data.political ?? before?.political ?? false,
    deviceAccess: data.deviceAccess ?? before?.deviceAccess ?? false,
    form: data.form ?? before?.form ?? null,
    ...evidenceOf(event, before),
    parentalAuthorisation:
      data.parentalAuthorisationRef != null || (before?.parentalAuthorisation ?? false),
    requestedAt: confirmed ? (before?.requestedAt ?? null) : event.occurredAt,
    confirmedAt: confirmed ? event.occurredAt : (before?.confirmedAt ?? null),
  };
  draft.consents = [...draft.consents.filter((other) => other !== before), consent];
  draft.lastActive = since(event);
}

function evidenceOf(
  event: EventOf<'consent.requested' | 'consent.confirmed'>,
  before: ConsentState | undefined,
): Pick<ConsentState, 'method' | 'evidencedAt' | 'wordingComplete' | 'referenced'> {
  const { wording, evidence } = event.data;
  const wordingComplete = wording?.id != null && wording.version != null && wording.sha256 != null;
  return {
    method: evidence?.method ?? before?.method ?? null,
    evidencedAt: evidence == null ? (before?.evidencedAt ?? null) : event.occurredAt,
    wordingComplete: wording == null ? (before?.wordingComplete ?? false) : wordingComplete,
    referenced:
      evidence == null
        ? (before?.referenced ?? false)
        : hasText(evidence.url) || hasText(evidence.ref),
  };
}

function hasText(text: string | null | undefined): boolean {
  return text != null && text !== '';
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
  if (event.data.scope === 'profiling') draft.profilingObjection = since(event);
  else if (event.data.scope === 'all') objects(draft, event, EVERY_CHANNEL);
  else objects(draft, event, channelSet(event.data.channels));
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
      noticeAtCollection: hasText(event.data.noticeAtCollectionRef),
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

/** Results and bounces are about the very contact point, not about all that a person has. */
function concernsContactPoint(event: LedgerEvent, name: ContactPointName): boolean {
  const onlyIds = event.named.every((named) => named.kind === 'id');
  return onlyIds || event.named.some((named) => named.key === name.key);
}

function checked(draft: Draft, event: EventOf<'register.checked'>): void {
  const { register, listed } = event.data;
  const checkedAt = instantOf(event.data.checkedAt) ?? event.occurredAt;
  const before = draft.registers.find((result) => result.register === register);
  if (before !== undefined && before.checkedAt > checkedAt) return;
  const listedSince = instantOf(event.data.listedSince);
  draft.registers = [
    ...draft.registers.filter((result) => result !== before),
    { ...since(event), register, listed, listedSince, checkedAt },
  ];
}

function bounced(draft: Draft, event: EventOf<'delivery.bounced'>, name: ContactPointName): void {
  const contacts = channelContacts[event.data.channel];
  if (!event.data.permanent || contacts !== name.kind) return;
  if (concernsContactPoint(event, name)) draft.undeliverable = since(event);
}

function held(draft: Draft, event: EventOf<'hold.set' | 'hold.lifted'>): void {
  const { kind } = event.data;
  const others = draft.holds.filter((hold) => hold.kind !== kind);
  const until = instantOf(event.data.until);
  draft.holds = event.type === 'hold.set' ? [...others, { ...since(event), kind, until }] : others;
}

/** Bounds the permissive lists by dropping their oldest entries; refusals are never dropped. */
function trim(draft: Draft): ContactPointState {
  return {
    ...draft,
    consents: draft.consents.slice(-limits.consentsKept),
    sales: draft.sales.slice(-limits.salesKept),
    interests: draft.interests.slice(-limits.interestsKept),
    contacts: newestContacts(draft.contacts),
  };
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
