import type { RetentionThing } from '../contract/retention.ts';
import { policyDefaults } from '../contract/policy-overrides.ts';
import { daysBefore, endOfYearAfter, monthsAfter, monthsBefore } from '../kernel/calendar.ts';
import type { EpochMs } from '../kernel/instant.ts';
import type { ContactKey } from '../ledger/contact-key.ts';
import type { ContactPointState, Hold } from '../ledger/contact-point-state.ts';
import { coveredByErasure, isErasure, outlivesErasure } from '../ledger/erasure.ts';
import { compareEvents } from '../ledger/fold.ts';
import type { LedgerEvent } from '../ledger/ledger-event.ts';
import { withoutEarlierReports } from '../ledger/sale-reports.ts';
import { isSeparation } from '../ledger/separation.ts';
import { inForce, type Jurisdiction } from '../policy/jurisdiction.ts';
import { isStated, type PolicyParameters } from '../policy/policy.ts';
import { legalHold, remainsOf, statesOf, subjectOf } from './erasure-plan.ts';
import {
  consentRecords,
  evidenceEnd,
  fallUnderCallRecords,
  type ConsentRecord,
  type Establishment,
} from './evidence.ts';
import { narrows, withoutEvidence, withoutRequest } from './minimise.ts';

/** What is due of one person; nothing here is done by looking at it. */
export interface Due {
  readonly what: RetentionThing;
  readonly due: EpochMs;
  /** Events that go or are shortened; none where people have to act. */
  readonly events: readonly LedgerEvent[];
  readonly blockedBy: Hold | null;
}

export interface RetentionPlan {
  /** A key of the subject, the same in every plan. */
  readonly subject: ContactKey;
  readonly due: readonly Due[];
  /** All facts of the person go, as after an erasure, but without a suppression entry. */
  readonly wholeSubject: boolean;
  /** Events to be stored again with fewer words, though no erasure covers them. */
  readonly reduced: readonly LedgerEvent[];
  /** Nothing but keys is left, and nothing refers to them: events and states may go. */
  readonly bare: boolean;
}

export interface RetentionContext extends Establishment {
  readonly instant: EpochMs;
  readonly parameters: PolicyParameters;
  readonly jurisdictions: readonly Jurisdiction[];
}

/** RET-7: from one look at a suppression entry to the next; ORI-2: until a notice is late. */
const REVIEW_MONTHS = 36;
const NOTICE_MONTHS = 1;
/** A review is listed for so many days: whoever looks once a month sees each once. */
const REVIEW_DAYS = 31;
/** RET-9: the decision log, and calls to consumers in Germany (§ 7a(2) UWG). */
const LOG_YEARS = 3;
const CALL_LOG_MONTHS = 60;

/** One person as the plan sees them. */
interface Person {
  readonly keys: readonly ContactKey[];
  readonly states: readonly ContactPointState[];
  /** Their events in the order of the fold, and those that no erasure covers. */
  readonly ordered: readonly LedgerEvent[];
  readonly standing: readonly LedgerEvent[];
  readonly records: readonly ConsentRecord[];
}

/**
 * What is due of the person under a key, by all events of the ledger partitions that hold them: the
 * periods are those of RULES D, in calendar months and years on the clock of the controller.
 */
export function planRetention(
  events: readonly LedgerEvent[],
  key: ContactKey,
  context: RetentionContext,
): RetentionPlan {
  const all = [...events].sort(compareEvents);
  const states = subjectOf(statesOf(all), [key]);
  const ordered = all.filter(({ named }) => named.some((name) => states.has(name.key)));
  const covered = coveredByErasure(ordered);
  const standing = ordered.filter((event) => !covered.has(event) && !isErasure(event));
  const records = consentRecords(standing);
  const keys = [...states.keys()].sort();
  const person = { keys, states: [...states.values()], ordered, standing, records };
  const blockedBy = legalHold(states, context.instant);
  const whole = wholeSubjectDue(person, context);
  const minimised = whole === null ? minimisedBy(person, context) : { due: [], reduced: [] };
  const bare = blockedBy === null && isBare(person, context);
  const due = [
    ...(whole === null ? [] : [whole]),
    ...minimised.due,
    ...coveredDue(ordered, context),
    ...(bare ? [{ what: 'bare_entry' as const, due: context.instant, events: ordered }] : []),
    ...forPeople(person, context, whole !== null),
  ];
  return {
    subject: keys[0] ?? key,
    due: due.map((each) => ({ ...each, blockedBy })),
    wholeSubject: whole !== null && blockedBy === null,
    reduced: blockedBy === null ? minimised.reduced : [],
    bare,
  };
}

type Open = Omit<Due, 'blockedBy'>;

/** The last thing that shows an interest: RET-3; of who never was active, the collection. */
function clockOf({ states }: Person): EpochMs | null {
  const clocks = states.flatMap(
    ({ lastActive, origin, firstKnownAt }) =>
      lastActive?.at ?? origin?.obtainedAt ?? firstKnownAt ?? [],
  );
  return clocks.length === 0 ? null : Math.max(...clocks);
}

/** Data that a running contract needs are not erased for silence (Art. 6(1)(b), 17(1)(a) GDPR). */
function hasRunningContract({ standing }: Person): boolean {
  return withoutEarlierReports(standing).some(
    (event) => event.type === 'sale.recorded' && event.data.status === 'ongoing_contract',
  );
}

/** The first period that says that all facts of the person go. */
function wholeSubjectDue(person: Person, context: RetentionContext): Open | null {
  // What somebody else's own key stands in is not theirs alone, and stays with the other.
  const own = new Set(person.keys);
  const facts = person.standing.filter(
    (event) =>
      !outlivesErasure(event) &&
      event.named.every(({ kind, key }) => kind !== 'id' || own.has(key)),
  );
  const clock = clockOf(person);
  if (facts.length === 0 || clock === null || hasRunningContract(person)) return null;
  const { instant, timeZone, parameters } = context;
  const after = (what: RetentionThing, months: number): Open | null =>
    clock < monthsBefore(instant, months, timeZone)
      ? { what, due: monthsAfter(clock, months, timeZone), events: facts }
      : null;
  return (
    unconfirmedDue(person, facts, context) ??
    after('inactive_subject', parameters.retention.maximumMonths) ??
    taxDue(person, facts, context) ??
    (isProspect(person) ? after('prospect', prospectMonths(person, context)) : null)
  );
}

/** RET-10: whoever only asked, and never answered the question whether it was them. */
function unconfirmedDue(
  { records }: Person,
  facts: readonly LedgerEvent[],
  context: RetentionContext,
): Open | null {
  const asked = facts.every(({ type }) => type === 'consent.requested');
  if (!asked || !records.every((record) => isExpired(record, context))) return null;
  const last = Math.max(...facts.map(({ occurredAt }) => occurredAt));
  return { what: 'unconfirmed_subject', due: expiryOf(last, context), events: facts };
}

function expiryOf(at: EpochMs, { timeZone, parameters }: RetentionContext): EpochMs {
  return daysBefore(at, -parameters.consent.doiExpiryDays, timeZone);
}

function isExpired({ declarations, isConfirmed }: ConsentRecord, context: RetentionContext) {
  const last = Math.max(...declarations.map(({ occurredAt }) => occurredAt));
  return !isConfirmed && expiryOf(last, context) < context.instant;
}

/** RET-5: kept for the tax office alone, and that is over. */
function taxDue(
  person: Person,
  facts: readonly LedgerEvent[],
  context: RetentionContext,
): Open | null {
  const { instant, timeZone } = context;
  const holds = person.states.flatMap((state) => state.holds);
  const ends = holds.map(({ until }) => until ?? Number.POSITIVE_INFINITY);
  const end = Math.max(...ends);
  if (holds.length === 0 || end > instant) return null;
  const months = monthsFor('inactivityMonths', person, context);
  const active = (clockOf(person) ?? 0) >= monthsBefore(instant, months, timeZone);
  return active || hasConsent(person) ? null : { what: 'tax_records', due: end, events: facts };
}

const contracts: ReadonlySet<string> = new Set([
  'contract',
  'ongoing_contract',
  'freemium_account',
]);

function isProspect(person: Person): boolean {
  const bought = person.states.some(({ sales }) =>
    sales.some(({ status }) => contracts.has(status)),
  );
  return !bought && !hasConsent(person);
}

/** RET-1 is for everybody; RET-4 only shortens the period for who never bought. */
function prospectMonths(person: Person, context: RetentionContext): number {
  return Math.min(
    monthsFor('prospectMonths', person, context),
    monthsFor('inactivityMonths', person, context),
  );
}

/** A consent that nobody has ended: who gave it is no mere prospect. */
function hasConsent({ records }: Person): boolean {
  return records.some(({ isConfirmed, endedAt }) => isConfirmed && endedAt === null);
}

/**
 * A country's own period takes the place of the policy's default there, one that the controller has
 * shortened holds everywhere, and of all countries the shortest counts: as for the rules.
 */
function monthsFor(
  name: 'inactivityMonths' | 'prospectMonths',
  { states }: Person,
  { country, parameters, jurisdictions, instant }: RetentionContext,
): number {
  const own = parameters.retention[name];
  const meant = own < policyDefaults.retention[name] || isStated(parameters, `retention.${name}`);
  const countries = new Set([
    country,
    ...states.flatMap(({ residence }) => residence ?? []),
    ...states.flatMap(({ numberCountry }) => numberCountry ?? []),
  ]);
  const national = [...countries].map((each) => inForce(jurisdictions, each, instant)?.[name]);
  const months = national.map((count) =>
    count == null || meant ? Math.min(own, count ?? own) : count,
  );
  return Math.min(...months);
}

/** RET-6, RET-10, RET-12: evidence of what is over, while the person stays. */
function minimisedBy(
  person: Person,
  context: RetentionContext,
): { readonly due: readonly Open[]; readonly reduced: readonly LedgerEvent[] } {
  const { ordered, records, states } = person;
  const { instant, timeZone } = context;
  const germanCalls = fallUnderCallRecords(states, context);
  const due: Open[] = [];
  const reduced: LedgerEvent[] = [];
  for (const record of records) {
    const expired = isExpired(record, context);
    const { endedAt, declarations } = record;
    const end = endedAt === null ? null : evidenceEnd(record, endedAt, { timeZone, germanCalls });
    const isOver = record.isConfirmed && end !== null && end.until <= instant;
    if (!expired && !isOver) continue;
    const shorter = declarations.flatMap((event) => {
      const less = expired ? withoutRequest(event, ordered, instant) : null;
      return less ?? withoutEvidence(event, instant) ?? [];
    });
    if (shorter.length === 0 || !narrows(ordered, shorter)) continue;
    reduced.push(...shorter);
    const last = Math.max(...declarations.map(({ occurredAt }) => occurredAt));
    const at = isOver ? end.until : expiryOf(last, context);
    const what = isOver ? 'consent_evidence' : 'unconfirmed_request';
    due.push({ what, due: at, events: shorter });
    const traced = declarations.filter(({ data }) => data.evidence?.ip ?? data.evidence?.userAgent);
    if (traced.length > 0) due.push({ what: 'connection_data', due: at, events: traced });
  }
  return { due, reduced };
}

/** What erasures have left and nothing keeps any more, and what came too late. */
function coveredDue(ordered: readonly LedgerEvent[], context: RetentionContext): readonly Open[] {
  const { removed, reduced } = remainsOf(ordered, { ...context, ignoreHolds: true });
  const given = new Set<LedgerEvent>(
    consentRecords(ordered)
      .filter(({ isConfirmed }) => isConfirmed)
      .flatMap(({ declarations, calls }) => [...declarations, ...calls]),
  );
  const held = ordered.some((event) => event.type === 'hold.set' && event.data.kind === 'tax');
  const erasures = ordered.filter(isErasure).map(({ recordedAt }) => recordedAt);
  const erasedAt = Math.max(...erasures);
  const thingOf = (event: LedgerEvent): RetentionThing => {
    if (given.has(event)) return 'erased_evidence';
    if (held && event.type === 'sale.recorded') return 'tax_records';
    return event.recordedAt > erasedAt ? 'late_report' : 'unfinished_erasure';
  };
  const byThing = Map.groupBy([...removed, ...reduced], thingOf);
  return [...byThing].map(([what, events]) => ({ what, due: context.instant, events }));
}

/** What a sweep leaves to people. */
function forPeople(person: Person, context: RetentionContext, isWhole: boolean): readonly Open[] {
  const { states } = person;
  const { instant, timeZone } = context;
  const due: Open[] = [];
  const clock = clockOf(person);
  const months = monthsFor('inactivityMonths', person, context);
  const isCustomer = person.standing.length > 0 && !isProspect(person) && !hasConsent(person);
  if (!isWhole && isCustomer && clock !== null && clock < monthsBefore(instant, months, timeZone)) {
    due.push({ what: 'inactive_customer', due: monthsAfter(clock, months, timeZone), events: [] });
  }
  const origins = states.flatMap(({ origin }) => origin ?? []);
  const foreign = origins.filter(
    ({ kind, art14NoticeAt }) => kind !== 'own' && art14NoticeAt === null,
  );
  if (!isWhole && foreign.length > 0) {
    const obtained = Math.min(...foreign.map(({ obtainedAt }) => obtainedAt));
    due.push({
      what: 'art14_notice',
      due: monthsAfter(obtained, NOTICE_MONTHS, timeZone),
      events: [],
    });
  }
  const review = reviewOf(states, context);
  if (review !== null) due.push({ what: 'suppression', due: review, events: [] });
  return due;
}

/** The last time at which the newest refusal came to another three years, while it is listed. */
function reviewOf(
  states: readonly ContactPointState[],
  { instant, timeZone }: RetentionContext,
): EpochMs | null {
  const entries = states.flatMap(({ objections, blocks, withdrawals, erased }) => [
    ...[...objections, ...blocks, ...withdrawals].map(({ at }) => at),
    ...(erased === null ? [] : [erased.at]),
  ]);
  if (entries.length === 0) return null;
  const since = Math.max(...entries);
  for (let months = REVIEW_MONTHS; ; months += REVIEW_MONTHS) {
    const review = monthsAfter(since, months, timeZone);
    if (review > instant) return null;
    if (review > daysBefore(instant, REVIEW_DAYS, timeZone)) return review;
  }
}

/** No fact, no refusal, and no decision that could refer to the keys. */
function isBare({ states, ordered }: Person, { instant, timeZone }: RetentionContext): boolean {
  const erasures = ordered.filter(isErasure);
  if (erasures.length === 0 || erasures.some(({ data }) => data.cause !== 'retention'))
    return false;
  const last = Math.max(...erasures.map(({ recordedAt }) => recordedAt));
  if (logEnd(last, true, timeZone) > instant || ordered.some(isSeparation)) return false;
  const facts = ordered.filter((event) => !outlivesErasure(event) && event.reducedAt === undefined);
  return facts.length === 0 && states.every((state) => isEmpty(state, instant));
}

function isEmpty(state: ContactPointState, instant: EpochMs): boolean {
  const lists = [
    ...[state.consents, state.withdrawals, state.objections, state.restrictions, state.blocks],
    ...[state.registers, state.sales, state.interests, state.contacts, state.refusals],
  ];
  const running = state.holds.some(({ until }) => until === null || until > instant);
  const single = [state.profilingObjection, state.erased, state.undeliverable, state.origin];
  return (
    !running && lists.every(({ length }) => length === 0) && single.every((one) => one === null)
  );
}

/** RET-9: until when decisions of an instant are kept. */
export function logEnd(decidedAt: EpochMs, isGermanCall: boolean, timeZone: string): EpochMs {
  const years = endOfYearAfter(decidedAt, LOG_YEARS, timeZone);
  return isGermanCall ? Math.max(years, monthsAfter(decidedAt, CALL_LOG_MONTHS, timeZone)) : years;
}
