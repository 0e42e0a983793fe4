import type { EpochMs } from '../kernel/instant.ts';
import type { ConsentState, ContactPointState } from '../ledger/contact-point-state.ts';
import type { LedgerEvent } from '../ledger/ledger-event.ts';
import { statesOf } from './erasure-plan.ts';

/*
 * Fewer words for what is over. A shortened event keeps its identity, its instant and its names, so
 * it is known again, and links stay; what it says no more may narrow and never widen.
 */

type Declaration = Extract<LedgerEvent, { type: 'consent.requested' | 'consent.confirmed' }>;

/**
 * A request that was never confirmed, as the enquiry that it was: that somebody was active stays,
 * and so the periods that run from it. Null where a withdrawal may be about it: as a consent that
 * was withdrawn it stands in the way of other grounds (Art. 7(3) GDPR).
 */
export function withoutRequest(
  event: Declaration,
  ordered: readonly LedgerEvent[],
  reducedAt: EpochMs,
): LedgerEvent | null {
  if (event.type !== 'consent.requested') return null;
  const { consentId } = event.data;
  const refused = ordered.some(
    ({ type, data }) =>
      type === 'consent.withdrawn' && (data.consentId == null || data.consentId === consentId),
  );
  return refused
    ? null
    : { ...event, reducedAt, type: 'activity.recorded', data: { kind: 'enquiry' } };
}

/** A declaration without its record: wording, IP address, recording. Null when it has none. */
export function withoutEvidence(event: Declaration, reducedAt: EpochMs): LedgerEvent | null {
  const { wording, evidence, parentalAuthorisationRef } = event.data;
  if (wording == null && evidence == null && parentalAuthorisationRef == null) return null;
  const less = { wording: null, evidence: null, parentalAuthorisationRef: null };
  return event.type === 'consent.requested'
    ? { ...event, reducedAt, data: { ...event.data, ...less } }
    : { ...event, reducedAt, data: { ...event.data, ...less } };
}

/** Whether nothing but evidence, and requests that nobody confirmed, is missing afterwards. */
export function narrows(ordered: readonly LedgerEvent[], shorter: readonly LedgerEvent[]): boolean {
  const before = statesOf(ordered);
  const after = statesOf(replaced(ordered, shorter));
  if (before.size !== after.size) return false;
  return [...before].every(([key, state]) => {
    const other = after.get(key);
    return other !== undefined && isNarrower(state, other);
  });
}

/** The events with those of the same identity in their places. */
export function replaced(
  ordered: readonly LedgerEvent[],
  shorter: readonly LedgerEvent[],
): readonly LedgerEvent[] {
  const byPlace = new Map(shorter.map((event) => [placeName(event), event]));
  return ordered.map((event) => byPlace.get(placeName(event)) ?? event);
}

/** An event that counts for several parts lies in each of them under the same id. */
export function placeName({ id, named }: LedgerEvent): string {
  return JSON.stringify([id, named]);
}

function isNarrower(before: ContactPointState, after: ContactPointState): boolean {
  const rest = (state: ContactPointState) => JSON.stringify({ ...state, consents: [] });
  if (rest(before) !== rest(after)) return false;
  const left = new Set(after.consents.map(unproven));
  const gone = before.consents.filter((consent) => !left.has(unproven(consent)));
  const known = new Set(before.consents.map(unproven));
  return gone.every(({ confirmedAt }) => confirmedAt === null) && isSubset(left, known);
}

function isSubset(some: ReadonlySet<string>, all: ReadonlySet<string>): boolean {
  return [...some].every((each) => all.has(each));
}

/** What a consent covers, without what proves it. */
function unproven(consent: ConsentState): string {
  return JSON.stringify({
    ...consent,
    method: null,
    evidencedAt: null,
    wordingComplete: false,
    referenced: false,
    parentalAuthorisation: false,
    requestedAt: null,
    answeredAt: null,
  });
}
