import { limits } from '../contract/limits.ts';
import { channelContacts, type Channel } from '../contract/vocabulary.ts';
import { DAY_MS, HOUR_MS, type EpochMs } from '../kernel/instant.ts';
import { compareEvents } from './fold.ts';
import type { EventOf } from './fold-draft.ts';
import type { LedgerEvent } from './ledger-event.ts';

/**
 * Where a double opt-in stands (RULES A.3). Whether the confirmation was sent is known to the tool
 * that sends it and not to the ledger, so `CONFIRM_SENT` is `REQUESTED` here. `STALE` is no matter
 * of events: the rule `consent-stale` says it, for a channel and by the law of an instant.
 */
export const doubleOptInStates = [
  'REQUESTED',
  'CONFIRMED',
  'EXPIRED',
  'BOUNCED',
  'WITHDRAWN',
  'REPLACED',
] as const;
export type DoubleOptInState = (typeof doubleOptInStates)[number];
/** States in which a request cannot be confirmed any more. */
export type EndedState = Exclude<DoubleOptInState, 'REQUESTED' | 'CONFIRMED'>;

export type ConsentRequest = EventOf<'consent.requested'>;
export type ConsentConfirmation = EventOf<'consent.confirmed'>;

export interface DoubleOptIn {
  readonly state: DoubleOptInState;
  /** Null where the consent was confirmed without a request (paper, an import). */
  readonly request: ConsentRequest | null;
  readonly confirmation: ConsentConfirmation | null;
  /** The refusal, the bounce or the newer request that ended it; null otherwise. */
  readonly endedBy: LedgerEvent | null;
  /** Refusals since then that concern the consent, oldest first; they may end a part of it only. */
  readonly refusals: readonly LedgerEvent[];
  /** Until when the request could be confirmed through the gate; null without a request. */
  readonly confirmBy: EpochMs | null;
}

/** The instant of the question, and the policy's `consent.doiExpiryDays`. */
export interface DoubleOptInTerms {
  readonly now: EpochMs;
  readonly expiryDays: number;
}

/**
 * The last instant at which a request can be confirmed: the life of a token from its recording,
 * and never longer than the policy lets a request live (DOI-4).
 */
export function confirmBy(request: ConsentRequest, expiryDays: number): EpochMs {
  return Math.min(
    request.recordedAt + limits.confirmationHours * HOUR_MS,
    request.occurredAt + expiryDays * DAY_MS,
  );
}

/**
 * Every double opt-in under a consent id, oldest first, from all events of its subject in any
 * order: one for each request, and one for what was confirmed before anybody asked. The last one
 * says where the consent stands; an earlier one that was confirmed carries on beside it until then.
 */
export function doubleOptInsOf(
  events: readonly LedgerEvent[],
  consentId: string,
  terms: DoubleOptInTerms,
): readonly DoubleOptIn[] {
  const declared = declarationsOf(events, consentId);
  const requests = declared.filter((event) => event.type === 'consent.requested');
  const first = declared.findIndex((event) => event.type === 'consent.requested');
  const before = declared
    .slice(0, first < 0 ? declared.length : first)
    .findLast((event) => event.type === 'consent.confirmed');
  return [
    ...(before === undefined
      ? []
      : [standing({ request: null, confirmation: before, confirmBy: null }, events)]),
    ...requests.map((request) => doubleOptInOfRequest(events, request, terms)),
  ];
}

/** How one request stands, beside whatever else was said under its consent id. */
export function doubleOptInOfRequest(
  events: readonly LedgerEvent[],
  request: ConsentRequest,
  terms: DoubleOptInTerms,
): DoubleOptIn {
  const declared = declarationsOf(events, request.data.consentId);
  const later = declared.filter((event) => compareEvents(event, request) > 0);
  const next = later.findIndex((event) => event.type === 'consent.requested');
  const own = next < 0 ? later : later.slice(0, next);
  const confirmation = own.findLast((event) => event.type === 'consent.confirmed') ?? null;
  const until = confirmBy(request, terms.expiryDays);
  if (confirmation !== null) return standing({ request, confirmation, confirmBy: until }, events);
  const refusals = events
    .filter((event) => event.occurredAt >= request.occurredAt)
    .filter((event) => endOf(event, scopeOf(request, null)) !== null)
    .sort(compareEvents);
  const open = { request, confirmation, refusals, confirmBy: until, endedBy: null };
  const newer = next < 0 ? undefined : later[next];
  if (newer !== undefined) return { ...open, state: 'REPLACED', endedBy: newer };
  const [refusal] = refusals;
  if (refusal !== undefined) return { ...open, state: 'WITHDRAWN', endedBy: refusal };
  const bounce = events.find((event) => isBounceOf(event, request));
  if (bounce !== undefined) return { ...open, state: 'BOUNCED', endedBy: bounce };
  return { ...open, state: terms.now > until ? 'EXPIRED' : 'REQUESTED' };
}

type Declaration = ConsentRequest | ConsentConfirmation;

/** In the order in which they count. */
function declarationsOf(events: readonly LedgerEvent[], consentId: string): readonly Declaration[] {
  return events
    .filter((event) => event.type === 'consent.requested' || event.type === 'consent.confirmed')
    .filter((event) => event.data.consentId === consentId)
    .sort(compareEvents);
}

/** A confirmed consent: it has ended when refusals since then leave no channel and no purpose. */
function standing(
  consent: Pick<DoubleOptIn, 'request' | 'confirmBy'> & {
    readonly confirmation: ConsentConfirmation;
  },
  events: readonly LedgerEvent[],
): DoubleOptIn {
  const { request, confirmation } = consent;
  const scope = scopeOf(request, confirmation);
  const refusals = events
    .filter((event) => event.occurredAt >= confirmation.occurredAt)
    .filter((event) => endOf(event, scope) !== null)
    .sort(compareEvents);
  const ends = refusals.flatMap((event) => endOf(event, scope) ?? []);
  const remains = scope.channels.some((channel) =>
    scope.purposes.some(
      (purpose) =>
        !ends.some((end) => covers(end.channels, channel) && covers(end.purposes, purpose)),
    ),
  );
  return remains
    ? { ...consent, state: 'CONFIRMED', endedBy: null, refusals }
    : { ...consent, state: 'WITHDRAWN', endedBy: refusals.at(-1) ?? null, refusals };
}

interface Scope {
  readonly consentId: string;
  readonly channels: readonly Channel[];
  readonly purposes: readonly string[];
}

function scopeOf(request: ConsentRequest | null, confirmation: ConsentConfirmation | null): Scope {
  const { consentId = '' } = confirmation?.data ?? request?.data ?? {};
  const channels = confirmation?.data.channels ?? request?.data.channels ?? [];
  const purposes = confirmation?.data.purposes ?? request?.data.purposes ?? [];
  return { consentId, channels, purposes };
}

/** What a refusal ends of a consent; null in a place: all of them. */
interface End {
  readonly channels: readonly Channel[] | null;
  readonly purposes: readonly string[] | null;
}

function covers(names: readonly string[] | null, name: string): boolean {
  return names === null || names.includes(name);
}

/** What the event ends of the consent; null when it does not concern it. */
function endOf(event: LedgerEvent, scope: Scope): End | null {
  const end = refusalOf(event, scope.consentId);
  if (end === null) return null;
  const channel = scope.channels.some((name) => covers(end.channels, name));
  const purpose = scope.purposes.some((name) => covers(end.purposes, name));
  return channel && purpose ? end : null;
}

function refusalOf(event: LedgerEvent, consentId: string): End | null {
  switch (event.type) {
    case 'consent.withdrawn': {
      const { data } = event;
      if (data.consentId != null && data.consentId !== consentId) return null;
      return { channels: data.channels ?? null, purposes: data.purposes ?? null };
    }
    case 'objection.raised': {
      const { scope, channels } = event.data;
      if (scope === 'profiling') return null;
      return { channels: scope === 'all' ? null : (channels ?? null), purposes: null };
    }
    case 'delivery.complained':
      return { channels: [event.data.channel], purposes: null };
    default:
      return null;
  }
}

/** A permanent bounce, since the request, of a contact point that the request names. */
function isBounceOf(event: LedgerEvent, request: ConsentRequest): boolean {
  if (event.type !== 'delivery.bounced' || !event.data.permanent) return false;
  if (event.occurredAt < request.occurredAt) return false;
  const kind = channelContacts[event.data.channel];
  if (kind !== confirmedBy(request)) return false;
  const bounced = event.named.filter((name) => name.kind === kind);
  const asked = new Set(request.named.map(({ key }) => key));
  return bounced.length === 0 || bounced.some(({ key }) => asked.has(key));
}

/** The kind of contact point through which the request is to be confirmed. */
function confirmedBy(request: ConsentRequest): 'email' | 'phone' | null {
  switch (request.data.evidence?.method) {
    case 'doi_email':
      return 'email';
    case 'doi_sms':
    case 'call_recording':
      return 'phone';
    default:
      return null;
  }
}
