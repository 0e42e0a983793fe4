import type { DenyCode } from '../../shared/contract/reason-codes.ts';
import { channelContacts, type Channel } from '../../shared/contract/vocabulary.ts';
import { lastConsentedAt, liftsFrom, validConsents } from './consent.ts';
import type { Case, Recorded } from './question.ts';

/* RULES B (OBJ-*) and 0.5 step 3: what no basis overcomes, and what lifts it. */

export function refusalReasons(facts: Case): Set<DenyCode> {
  const reasons = new Set<DenyCode>();
  const consentedAt = lastConsentedAt(facts);
  for (const event of [...facts.own, ...facts.beside]) {
    const code = refusedBy(event, facts);
    // OBJ-4: a newer, specific, confirmed consent lifts it within its scope; a tie does not.
    // Of two people, the consent of one lifts no refusal of the other.
    const isForAll = facts.choices.has('consent-lifts-for-all-names');
    const isMine = (facts.own.includes(event) || isForAll) && !facts.isShared;
    const isLifted = isMine && consentedAt > event.at;
    if (code !== null && !isLifted) reasons.add(code);
  }
  const { own, permitting, beside } = facts;
  if (isRestricted(own, permitting, facts) || isRestricted(beside, beside, facts)) {
    reasons.add('D_RESTRICTED_ART18');
  }
  return reasons;
}

/** The refusals of advertising on this channel, each with its code. */
function refusedBy(event: Recorded, facts: Case): DenyCode | null {
  const { channel } = facts.question.campaign;
  switch (event.type) {
    case 'objection.raised': {
      const { scope, channels } = event.data;
      if (scope === 'profiling') return null;
      // OBJ-3: a scoped statement as scoped, in doubt the broad one.
      if (scope === 'channel' && !(channels ?? []).includes(channel)) return null;
      return 'D_OBJECTION_ART21';
    }
    case 'consent.withdrawn': {
      // API, Refusals win: without scope it is an objection on the channels that it concerns.
      const { consentId, channels, purposes } = event.data;
      if (consentId != null || purposes != null) return null;
      return channels == null || channels.includes(channel) ? 'D_OBJECTION_ART21' : null;
    }
    case 'delivery.complained':
      return event.data.channel === channel ? 'D_OBJECTION_ART21' : null;
    default:
      return null;
  }
}

/** OBJ-7: a lift ends the restriction of its ground. */
function isRestricted(
  events: readonly Recorded[],
  lifts: readonly Recorded[],
  facts: Case,
): boolean {
  const sets = events.filter((event) => event.type === 'restriction.set');
  const grounds = new Set(sets.map(({ data }) => data.ground));
  const anyGround = grounds.size === 1 && facts.choices.has('lift-of-another-ground');
  return sets.some((set) => {
    return !lifts.some((lifted) => {
      if (lifted.type !== 'restriction.lifted' || lifted.at <= set.at) return false;
      return anyGround || lifted.data.ground === set.data.ground;
    });
  });
}

/** Was advertising on the channel refused after an instant, or at it? */
export function isRefusedSince(since: number, facts: Case): boolean {
  return [...facts.own, ...facts.beside].some((event) => {
    return (facts.isShared || event.at >= since) && refusedBy(event, facts) !== null;
  });
}

/** Blocks and dead addresses stand in the way of every message, advertising or not. */
export function blockReasons(facts: Case): Set<DenyCode> {
  const reasons = new Set<DenyCode>();
  const { channel } = facts.question.campaign;
  const { own, permitting, beside, domain } = facts;
  const people = [
    [own, permitting],
    [beside, beside],
    [domain, domain],
  ] as const;
  const isService = !facts.isAdvertising && facts.choices.has('blocks-stop-advertising');
  if (!isService && people.some(([entries, removals]) => isBlocked(entries, removals, channel))) {
    reasons.add('D_BLOCKLIST_INTERNAL');
  }
  const hasBounced = facts.own.some((event) => {
    if (event.type !== 'delivery.bounced' || !event.data.permanent) return false;
    const isAnswered =
      facts.choices.has('confirmation-clears-bounce') && isReachedSince(event.at, facts);
    const isSameKind = channelContacts[event.data.channel] === channelContacts[channel];
    return isSameKind && concernsContact(event, facts) && !isAnswered;
  });
  if (hasBounced) reasons.add('D_CONTACT_UNDELIVERABLE');
  return reasons;
}

/** Has the person confirmed a consent to the campaign from the contact point itself? */
function isReachedSince(at: number, facts: Case): boolean {
  return validConsents(facts).some((consent) => {
    const method = consent.declaration.evidence?.method ?? '';
    return liftsFrom(consent) > at && ['doi_email', 'doi_sms'].includes(method);
  });
}

/** An entry stands for its channels (none named: all) until a later removal names them too. */
function isBlocked(
  entries: readonly Recorded[],
  removals: readonly Recorded[],
  channel: Channel,
): boolean {
  return entries.some((entry) => {
    if (entry.type !== 'blocklist.entered') return false;
    if (entry.data.channels != null && !entry.data.channels.includes(channel)) return false;
    return !removals.some((removal) => {
      if (removal.type !== 'blocklist.removed' || removal.at <= entry.at) return false;
      const isDomain = entry.subject.domain != null || removal.subject.domain != null;
      const [one, other] = [entry.names, removal.names];
      if (isDomain && one.join() !== other.join()) return false;
      if (removal.data.list !== entry.data.list) return false;
      // What was entered for some channels or for all is removed as it was entered, or wholly.
      const [removed, entered] = [removal.data.channels, entry.data.channels];
      return removed == null || [...removed].sort().join() === [...(entered ?? [])].sort().join();
    });
  });
}

/** A bounce of another address of the person says nothing of this one. */
function concernsContact(event: Recorded, facts: Case): boolean {
  const kind = facts.contacts[0]?.split(':')[0] ?? '';
  const names = event.names.filter((name) => name.startsWith(`${kind}:`));
  return names.length === 0 || names.some((name) => facts.contacts.includes(name));
}
