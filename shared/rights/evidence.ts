import { channelSet, type ContactPointState } from '../ledger/contact-point-state.ts';
import { isErasure } from '../ledger/erasure.ts';
import type { LedgerEvent } from '../ledger/ledger-event.ts';
import { endOfYearAfter, monthsAfter } from '../kernel/calendar.ts';
import type { EpochMs } from '../kernel/instant.ts';

/** Where a controller is established: its clock ends periods, and its law may ask for records. */
export interface Establishment {
  readonly country: string;
  readonly timeZone: string;
}

/** RET-6: years to the end of which claims about a consent may be raised (§§ 195, 199(1) BGB). */
const EVIDENCE_YEARS = 3;
/** § 7a(2) UWG: from the grant of a consent to calls, and again from each use. */
const CALL_EVIDENCE_MONTHS = 60;

const callChannels = channelSet(['PHONE_HUMAN', 'PHONE_AUTO']);

type Declaration = Extract<LedgerEvent, { type: 'consent.requested' | 'consent.confirmed' }>;
type Call = Extract<LedgerEvent, { type: 'contact.made' }>;

/** One consent as the ledger tells it: what declared it, what used it, and what ended it. */
export interface ConsentRecord {
  readonly declarations: readonly Declaration[];
  readonly isConfirmed: boolean;
  /** Calls that were made upon it; only consents to calls have any. */
  readonly calls: readonly Call[];
  /** The first refusal after the last confirmation that ends all of it; null: it may be in use. */
  readonly endedAt: EpochMs | null;
}

function isDeclaration(event: LedgerEvent): event is Declaration {
  return event.type === 'consent.requested' || event.type === 'consent.confirmed';
}

/** The consents among events in the order of the fold. */
export function consentRecords(ordered: readonly LedgerEvent[]): readonly ConsentRecord[] {
  const declared = Map.groupBy(ordered.filter(isDeclaration), ({ data }) => data.consentId);
  return [...declared.values()].map((declarations) => recordOf(declarations, ordered));
}

function recordOf(
  declarations: readonly Declaration[],
  ordered: readonly LedgerEvent[],
): ConsentRecord {
  const confirmed = declarations.filter(({ type }) => type === 'consent.confirmed');
  const channels = declarations.reduce((set, { data }) => set | channelSet(data.channels), 0);
  const [first] = confirmed;
  const granted = first?.occurredAt ?? Number.POSITIVE_INFINITY;
  const calls = ordered.filter(
    (event): event is Call =>
      event.type === 'contact.made' &&
      (channelSet([event.data.channel]) & channels & callChannels) !== 0 &&
      event.occurredAt >= granted,
  );
  const last = confirmed.at(-1)?.occurredAt ?? Number.NEGATIVE_INFINITY;
  const ending = ordered.find(
    (event) => event.occurredAt >= last && endsWhole(event, declarations),
  );
  return {
    declarations,
    isConfirmed: confirmed.length > 0,
    calls,
    endedAt: ending?.occurredAt ?? null,
  };
}

/** What limits a refusal leaves a part of the consent in use; then none of its evidence is old. */
function endsWhole(event: LedgerEvent, declarations: readonly Declaration[]): boolean {
  switch (event.type) {
    case 'consent.withdrawn': {
      const { consentId, channels, purposes } = event.data;
      const named = consentId == null || consentId === declarations[0]?.data.consentId;
      return named && channels == null && purposes == null;
    }
    case 'objection.raised':
      return event.data.scope === 'all';
    default:
      return isErasure(event);
  }
}

/** Until when the evidence of a consent that has ended is kept, and by which of the two duties. */
export interface EvidenceEnd {
  readonly until: EpochMs;
  readonly byCalls: boolean;
}

/** RET-6: three years to the end of the year; of calls five years from the grant and each use. */
export function evidenceEnd(
  { declarations, calls }: ConsentRecord,
  endedAt: EpochMs,
  period: { readonly timeZone: string; readonly germanCalls: boolean },
): EvidenceEnd {
  const general = endOfYearAfter(endedAt, EVIDENCE_YEARS, period.timeZone);
  const toCalls = declarations.some(({ data }) => (channelSet(data.channels) & callChannels) !== 0);
  if (!period.germanCalls || !toCalls) return { until: general, byCalls: false };
  const last = Math.max(...[...declarations, ...calls].map(({ occurredAt }) => occurredAt));
  const byCalls = callEvidenceEnd(last, period.timeZone);
  return byCalls > general ? { until: byCalls, byCalls: true } : { until: general, byCalls: false };
}

export function callEvidenceEnd(at: EpochMs, timeZone: string): EpochMs {
  return monthsAfter(at, CALL_EVIDENCE_MONTHS, timeZone);
}

/**
 * Whether § 7a UWG may ask for the records of calls: consumers, in Germany. What is not known is
 * taken as asked for, since a record that is gone cannot be made again.
 */
export function fallUnderCallRecords(
  states: Iterable<ContactPointState>,
  { country }: Establishment,
): boolean {
  const all = [...states];
  const countries = all.flatMap(({ residence, numberCountry }) => [
    ...(residence === null ? [] : [residence]),
    ...(numberCountry === null ? [] : [numberCountry]),
  ]);
  const types = all.flatMap(({ recipientType }) => recipientType ?? []);
  const isBusiness = types.length > 0 && types.every((type) => type !== 'CONSUMER');
  if (isBusiness) return false;
  return countries.length === 0 ? country === 'DE' : countries.some((each) => each === 'DE');
}
