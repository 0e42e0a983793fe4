import type { LocalText } from '../contract/reason-codes.ts';
import type { ConsentRecord, ConsentStep } from '../contract/subject-rights.ts';
import type { Channel } from '../contract/vocabulary.ts';
import type { Language } from '../kernel/document.ts';
import { DAY_MS, formatInstant, type EpochMs } from '../kernel/instant.ts';
import {
  doubleOptInsOf,
  type ConsentConfirmation,
  type ConsentRequest,
  type DoubleOptIn,
} from '../ledger/double-opt-in.ts';
import type { EventOf } from '../ledger/fold-draft.ts';
import { coveredByErasure, isErasure } from '../ledger/erasure.ts';
import { compareEvents } from '../ledger/fold.ts';
import type { LedgerEvent } from '../ledger/ledger-event.ts';
import { evidenceEnd } from './evidence.ts';
import { wordsOf } from './event-words.ts';
import { formWords, profilingWords, stateWords } from './vocabulary-words.ts';

/** By what the records of a person are made. */
export interface RecordTerms {
  readonly now: EpochMs;
  /** The policy's `consent.doiExpiryDays`. */
  readonly expiryDays: number;
  /** Of the controller: periods end with days, and days are local. */
  readonly timeZone: string;
  /** Whether § 7a UWG may ask for the records of calls to this person. */
  readonly germanCalls: boolean;
  readonly language: Language;
}

/** A record with the declaration that it stands for. */
export interface RecordedConsent {
  readonly record: ConsentRecord;
  /** The event that the state of the contact point names: confirmation, or request. */
  readonly event: string;
  /** Everything that it rests on. */
  readonly events: readonly string[];
}

/** All consents that some events tell of, the newest first (RULES DOI-6). */
export function recordedConsents(
  events: readonly LedgerEvent[],
  terms: RecordTerms,
): readonly RecordedConsent[] {
  const ordered = events.toSorted(compareEvents);
  const declared = ordered.filter(isDeclaration);
  const ids = new Set(declared.map(({ data }) => data.consentId));
  return [...ids]
    .flatMap((consentId) =>
      doubleOptInsOf(ordered, consentId, terms).map((consent) => ({
        consent,
        at: (consent.confirmation ?? consent.request)?.occurredAt ?? 0,
      })),
    )
    .sort((left, right) => right.at - left.at)
    .map(({ consent }) => recordOf(consent, ordered, terms));
}

type Declaration = ConsentRequest | ConsentConfirmation;

function isDeclaration(event: LedgerEvent): event is Declaration {
  return event.type === 'consent.requested' || event.type === 'consent.confirmed';
}

function recordOf(
  consent: DoubleOptIn,
  ordered: readonly LedgerEvent[],
  terms: RecordTerms,
): RecordedConsent {
  const { request, confirmation, refusals, state } = consent;
  const { language } = terms;
  const erasedAt = erasureOf(confirmation ?? request, ordered)?.occurredAt ?? null;
  const said = saidBy(consent, ordered);
  const channels = said((data) => data.channels) ?? [];
  const contacts = contactsUnder(consent, channels, ordered);
  const [first] = contacts;
  const last = contacts.at(-1);
  const form = said((data) => data.form);
  const wording = said((data) => data.wording);
  const level = said((data) => data.profilingLevel);
  const record: ConsentRecord = {
    consentId: (confirmation ?? request)?.data.consentId ?? '',
    state: erasedAt === null ? state : 'ERASED',
    text: (erasedAt === null ? stateWords[state] : erasedWords)[language],
    channels,
    purposes: said((data) => data.purposes) ?? [],
    advertisers: said((data) => data.advertisers),
    sectors: said((data) => data.sectors),
    platforms: said((data) => data.platforms),
    profilingLevel: level === null ? null : `${level}: ${profilingWords[level][language]}`,
    special: specialOf(said, language),
    form: form === null ? null : formWords[form][language],
    wording:
      wording === null
        ? null
        : {
            id: wording.id ?? null,
            version: wording.version ?? null,
            sha256: wording.sha256 ?? null,
          },
    parentalAuthorisationRef: said((data) => data.parentalAuthorisationRef),
    request: request === null ? null : stepOf(request),
    confirmation: confirmation === null ? null : stepOf(confirmation),
    refusals: refusals.map((event) => ({
      at: formatInstant(event.occurredAt),
      text: wordsOf(event)[0]?.text[language] ?? event.type,
      event: event.id,
    })),
    use: {
      first: first === undefined ? null : formatInstant(first.occurredAt),
      last: last === undefined ? null : formatInstant(last.occurredAt),
      count: contacts.length,
    },
    retention: retentionOf(consent, contacts, { erasedAt, terms }),
  };
  const steps = [request, confirmation].flatMap((event) => event?.id ?? []);
  const uses = contacts.map(({ id }) => id);
  return {
    record,
    event: confirmation?.id ?? request?.id ?? '',
    events: [...steps, ...refusals.map(({ id }) => id), ...uses],
  };
}

const erasedWords: LocalText = {
  de: 'gelöscht; nur der Nachweis wird noch aufbewahrt',
  en: 'erased; only the proof is still kept',
};

/** The erasure that covers a declaration of which the proof is kept. */
function erasureOf(
  declaration: Declaration | null,
  ordered: readonly LedgerEvent[],
): LedgerEvent | null {
  if (declaration === null || !coveredByErasure(ordered).has(declaration)) return null;
  const later = ordered.slice(ordered.indexOf(declaration));
  return later.find(isErasure) ?? null;
}

type Said = <Value>(of: (data: Declaration['data']) => Value | null | undefined) => Value | null;

/**
 * What the declaration says: the confirmation first, then its request; a confirmation without one
 * may leave out what was said before under the same id.
 */
function saidBy({ request, confirmation }: DoubleOptIn, ordered: readonly LedgerEvent[]): Said {
  const own = confirmation ?? request;
  const before =
    request !== null || own === null
      ? []
      : ordered
          .filter(isDeclaration)
          .filter((event) => event.data.consentId === own.data.consentId)
          .filter((event) => compareEvents(event, own) < 0)
          .toReversed();
  const sources = [confirmation, request, ...before].flatMap((event) => event?.data ?? []);
  return (of) => {
    for (const data of sources) {
      const value = of(data);
      if (value != null) return value;
    }
    return null;
  };
}

function specialOf(said: Said, language: Language): string[] {
  const words: readonly (readonly [boolean | null, LocalText])[] = [
    [said((data) => data.explicitArt9), special.explicitArt9],
    [said((data) => data.political), special.political],
    [said((data) => data.deviceAccess), special.deviceAccess],
  ];
  return words.flatMap(([given, text]) => (given === true ? [text[language]] : []));
}

const special = {
  explicitArt9: {
    de: 'besondere Kategorien von Daten (Art. 9 DSGVO)',
    en: 'special categories of data (Art. 9 GDPR)',
  },
  political: { de: 'politische Werbung', en: 'political advertising' },
  deviceAccess: { de: 'Zugriff auf das Endgerät', en: 'access to the device' },
} as const satisfies Readonly<Record<string, LocalText>>;

function stepOf(event: Declaration): ConsentStep {
  const { evidence } = event.data;
  return {
    at: formatInstant(event.occurredAt),
    recordedAt: formatInstant(event.recordedAt),
    event: event.id,
    source: event.source,
    method: evidence?.method ?? null,
    url: evidence?.url ?? null,
    reference: evidence?.ref ?? null,
    ip: evidence?.ip ?? null,
    userAgent: evidence?.userAgent ?? null,
    locale: evidence?.locale ?? null,
  };
}

type ContactMade = EventOf<'contact.made'>;

/** Contacts on a channel of the consent, from its confirmation to its end. */
function contactsUnder(
  { confirmation, state, endedBy }: DoubleOptIn,
  channels: readonly Channel[],
  ordered: readonly LedgerEvent[],
): readonly ContactMade[] {
  if (confirmation === null) return [];
  const end = state === 'WITHDRAWN' ? (endedBy?.occurredAt ?? null) : null;
  return ordered.filter(
    (event): event is ContactMade =>
      event.type === 'contact.made' &&
      channels.includes(event.data.channel) &&
      event.occurredAt >= confirmation.occurredAt &&
      (end === null || event.occurredAt <= end),
  );
}

/**
 * Until when the proof is kept if nothing uses the consent any more from now on (RET-6, § 7a(2)
 * UWG). A request that was never confirmed proves nothing and goes when it has expired (RET-10).
 */
function retentionOf(
  { request, confirmation, endedBy }: DoubleOptIn,
  contacts: readonly ContactMade[],
  { erasedAt, terms }: { readonly erasedAt: EpochMs | null; readonly terms: RecordTerms },
): ConsentRecord['retention'] {
  const { expiryDays, language, now } = terms;
  if (confirmation === null) {
    const until = formatInstant((request?.occurredAt ?? 0) + expiryDays * DAY_MS);
    return { rule: 'RET-10', until, text: retentionWords.request[language] };
  }
  const declarations = request === null ? [confirmation] : [request, confirmation];
  const calls = contacts.filter(
    ({ data }) => data.channel === 'PHONE_HUMAN' || data.channel === 'PHONE_AUTO',
  );
  const endedAt = endedBy?.occurredAt ?? erasedAt;
  const record = { declarations, calls, endedAt, isConfirmed: true };
  const { until, byCalls } = evidenceEnd(record, endedAt ?? now, terms);
  const [rule, words] = byCalls
    ? ['§ 7a(2) UWG', retentionWords.call]
    : ['RET-6', retentionWords.claims];
  return { rule, until: formatInstant(until), text: words[language] };
}

const retentionWords = {
  request: {
    de: 'unbestätigte Anfragen werden nach Ablauf gelöscht',
    en: 'requests that are not confirmed are deleted once they have expired',
  },
  call: {
    de: 'Nachweis für Anrufe: fünf Jahre ab Erteilung und ab jeder Nutzung',
    en: 'proof for calls: five years from the grant and from each use',
  },
  claims: {
    de: 'Nachweis: während der Nutzung und drei Jahre zum Jahresende danach',
    en: 'proof: while it is used, and three years to the end of a year after that',
  },
} as const satisfies Readonly<Record<string, LocalText>>;
