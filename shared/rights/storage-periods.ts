import { files } from '../contract/files.ts';
import type { ConsentRecord, StoragePeriod } from '../contract/subject-rights.ts';
import { endOfYearAfter, monthsAfter } from '../kernel/calendar.ts';
import type { Language } from '../kernel/document.ts';
import { formatInstant, parseInstant, type EpochMs } from '../kernel/instant.ts';
import { coveredByErasure, isErasure } from '../ledger/erasure.ts';
import type { LedgerEvent } from '../ledger/ledger-event.ts';
import type { PolicyParameters } from '../policy/policy.ts';
import { storageWords, type StorageWords } from './storage-words.ts';

/** What periods are counted from. */
export interface StoredFacts {
  readonly events: readonly LedgerEvent[];
  readonly consents: readonly ConsentRecord[];
  /** The newest decision, and whether any was about a call. */
  readonly decidedAt: EpochMs | null;
  readonly calls: boolean;
}

export interface StorageTerms {
  readonly parameters: PolicyParameters;
  readonly timeZone: string;
  readonly language: Language;
}

const YEARS = 3;
const CALL_MONTHS = 60;

/**
 * How long what is stored is kept, and by what rule it goes (Art. 15(1)(d) GDPR; RULES D). Dates
 * are by the policy in force, without what single countries shorten: what is due then is due then
 * at the latest.
 */
export function storagePeriods(facts: StoredFacts, terms: StorageTerms): StoragePeriod[] {
  const { events, consents, decidedAt, calls } = facts;
  const { timeZone, language } = terms;
  const { retention } = terms.parameters;
  const say = (words: StorageWords, until: EpochMs | null): StoragePeriod => ({
    what: words.what[language],
    rule: words.rule,
    until: until === null || until === OPEN ? null : formatInstant(until),
    text: words.text[language],
  });
  const periods: StoragePeriod[] = [];
  const covered = coveredByErasure(events);
  const known = events.filter((event) => !covered.has(event) && !isErasure(event));
  const first = known[0]?.occurredAt ?? null;
  const active = known.findLast(isActive)?.occurredAt ?? null;
  if (first !== null) {
    const since = active ?? first;
    const bought = known.some(({ type }) => type === 'sale.recorded');
    const months = bought ? retention.inactivityMonths : retention.prospectMonths;
    const words = bought ? storageWords.customers : storageWords.prospects;
    periods.push(say(words, monthsAfter(since, months, timeZone)));
    periods.push(say(storageWords.facts, monthsAfter(since, retention.maximumMonths, timeZone)));
  }
  const proofs = consents.map((consent) => consent.retention.until).sort();
  const last = proofs.at(-1);
  if (last !== undefined) periods.push(say(storageWords.consents, parseInstant(last)));
  if (events.some(isRefusal)) periods.push(say(storageWords.suppression, null));
  const held = heldUntil(events);
  if (held !== null) periods.push(say(storageWords.hold, held));
  if (decidedAt !== null) {
    const claims = endOfYearAfter(decidedAt, YEARS, timeZone);
    const call = calls ? monthsAfter(decidedAt, CALL_MONTHS, timeZone) : claims;
    periods.push(say(storageWords.decisions, Math.max(claims, call)));
  }
  const uploads = {
    ...storageWords.uploads,
    text: storageWords.uploadsOf(files.audience.keptDays),
  };
  periods.push(say(uploads, null));
  return periods;
}

/** RET-3: what counts as active contact. */
function isActive(event: LedgerEvent): boolean {
  switch (event.type) {
    case 'consent.requested':
    case 'consent.confirmed':
    case 'sale.recorded':
      return true;
    case 'activity.recorded':
      return event.data.kind !== 'open';
    default:
      return false;
  }
}

function isRefusal({ type }: LedgerEvent): boolean {
  switch (type) {
    case 'consent.withdrawn':
    case 'objection.raised':
    case 'blocklist.entered':
    case 'delivery.complained':
    case 'subject.erased':
      return true;
    default:
      return false;
  }
}

/** A hold without an end. */
const OPEN = Number.POSITIVE_INFINITY;

/** The latest end of the holds that were not lifted; null without any. */
function heldUntil(ordered: readonly LedgerEvent[]): EpochMs | null {
  const open = new Map<string, EpochMs>();
  for (const event of ordered) {
    if (event.type === 'hold.lifted') open.delete(event.data.kind);
    if (event.type !== 'hold.set') continue;
    const until = event.data.until == null ? OPEN : (parseInstant(event.data.until) ?? OPEN);
    open.set(event.data.kind, Math.max(until, open.get(event.data.kind) ?? until));
  }
  return open.size === 0 ? null : Math.max(...open.values());
}
