import type { LocalText } from '../contract/reason-codes.ts';
import type { FactSection } from '../contract/subject-rights.ts';
import type { Channel } from '../contract/vocabulary.ts';
import { unreachable } from '../kernel/assert.ts';
import { languages } from '../kernel/document.ts';
import { formatInstant, parseInstant, type EpochMs } from '../kernel/instant.ts';
import type { EventOf } from '../ledger/fold-draft.ts';
import type { LedgerEvent } from '../ledger/ledger-event.ts';
import {
  activityWords,
  channelWords,
  holdWords,
  originWords,
  recipientTypeWords,
  saleWords,
} from './vocabulary-words.ts';

/** What an event says, in words, and in which part of a report it stands. */
export interface EventWords {
  readonly section: FactSection;
  readonly text: LocalText;
}

/** An instant for reading: to the minute, in UTC, the same in both languages. */
export function instantWords(at: EpochMs): string {
  return `${formatInstant(at).slice(0, 'YYYY-MM-DDThh:mm'.length).replace('T', ' ')} UTC`;
}

function given(text: string): string {
  const at = parseInstant(text);
  return at === null ? text : instantWords(at);
}

/** Builds a text in each language from parts that are names, texts in both, or nothing. */
function both(build: (language: 'de' | 'en') => string): LocalText {
  const [de, en] = languages.map(build);
  return { de: de ?? '', en: en ?? '' };
}

export function channelList(names: readonly Channel[] | null | undefined): LocalText {
  if (names == null) return { de: 'alle Kanäle', en: 'every channel' };
  return both((language) => names.map((name) => channelWords[name][language]).join(', '));
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `„${name}“`).join(', ');
}

function quotedEnglish(names: readonly string[]): string {
  return names.map((name) => `“${name}”`).join(', ');
}

/** Every type has its line: a new one does not compile without. */
export function wordsOf(event: LedgerEvent): readonly EventWords[] {
  switch (event.type) {
    case 'subject.registered':
      return registered(event);
    case 'consent.requested':
    case 'consent.confirmed':
      return [{ section: 'consents', text: declared(event) }];
    case 'consent.withdrawn':
      return [{ section: 'refusals', text: withdrawn(event) }];
    case 'objection.raised':
      return [{ section: 'refusals', text: objected(event) }];
    case 'contact.refused':
    case 'delivery.complained':
      return [{ section: 'refusals', text: refused(event) }];
    case 'restriction.set':
    case 'restriction.lifted':
      return [{ section: 'restrictions', text: restricted(event) }];
    case 'blocklist.entered':
    case 'blocklist.removed':
      return [{ section: 'blocks', text: blocked(event) }];
    case 'register.checked':
      return [{ section: 'registers', text: checked(event) }];
    case 'sale.recorded':
      return [{ section: 'sales', text: sold(event) }];
    case 'activity.recorded':
      return [{ section: 'activity', text: activityWords[event.data.kind] }];
    case 'interest.documented':
      return [{ section: 'interests', text: interested(event) }];
    case 'contact.made':
      return [{ section: 'contacts', text: contacted(event) }];
    case 'delivery.bounced':
      return [{ section: 'deliveries', text: bounced(event) }];
    case 'hold.set':
    case 'hold.lifted':
      return [{ section: 'holds', text: held(event) }];
    case 'subject.erased':
      return [{ section: 'erasures', text: erased(event) }];
    case 'subject.separated':
      return [{ section: 'person', text: separated }];
    default:
      return unreachable(event);
  }
}

function registered({ data }: EventOf<'subject.registered'>): readonly EventWords[] {
  const { residence, numberCountry, birthDate, origin } = data;
  const type = recipientTypeWords[data.recipientType];
  const person: EventWords = {
    section: 'person',
    text: {
      de: sentence([
        type.de,
        residence == null ? null : `Wohnsitz ${residence}`,
        numberCountry == null ? null : `Land der Rufnummer ${numberCountry}`,
        birthDate == null ? null : `geboren am ${birthDate}`,
      ]),
      en: sentence([
        type.en,
        residence == null ? null : `residence ${residence}`,
        numberCountry == null ? null : `country of the number ${numberCountry}`,
        birthDate == null ? null : `born on ${birthDate}`,
      ]),
    },
  };
  if (origin == null) return [person];
  const kind = originWords[origin.kind];
  const obtained = given(origin.obtainedAt);
  const notice = origin.art14NoticeAt == null ? null : given(origin.art14NoticeAt);
  const foreign = origin.kind !== 'own';
  return [
    person,
    {
      section: 'origin',
      text: {
        de: sentence([
          `Ihre Daten wurden ${kind.de}`,
          `Quelle „${origin.source}“`,
          `erhalten am ${obtained}`,
          notice !== null ? `Mitteilung nach Art. 14 DSGVO am ${notice}` : null,
          foreign && notice === null ? 'keine Mitteilung nach Art. 14 DSGVO vermerkt' : null,
        ]),
        en: sentence([
          `your data were ${kind.en}`,
          `source “${origin.source}”`,
          `obtained on ${obtained}`,
          notice !== null ? `notice under Art. 14 GDPR on ${notice}` : null,
          foreign && notice === null ? 'no notice under Art. 14 GDPR on record' : null,
        ]),
      },
    },
  ];
}

function sentence(parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null).join('; ');
}

function declared(event: EventOf<'consent.requested'> | EventOf<'consent.confirmed'>): LocalText {
  const { consentId, channels, purposes } = event.data;
  const requested = event.type === 'consent.requested';
  const words = channels == null ? null : channelList(channels);
  return {
    de: sentence([
      requested
        ? `Einwilligung „${consentId}“ angefragt`
        : `Einwilligung „${consentId}“ erteilt oder bestätigt`,
      words === null ? null : `für ${words.de}`,
      purposes == null ? null : `zum Zweck ${quoted(purposes)}`,
    ]),
    en: sentence([
      requested ? `consent “${consentId}” requested` : `consent “${consentId}” given or confirmed`,
      words === null ? null : `for ${words.en}`,
      purposes == null ? null : `for the purpose ${quotedEnglish(purposes)}`,
    ]),
  };
}

function withdrawn({ data }: EventOf<'consent.withdrawn'>): LocalText {
  const { consentId, channels, purposes } = data;
  const words = channelList(channels);
  return {
    de: sentence([
      consentId == null ? 'Einwilligungen widerrufen' : `Einwilligung „${consentId}“ widerrufen`,
      `für ${words.de}`,
      purposes == null ? null : `zum Zweck ${quoted(purposes)}`,
    ]),
    en: sentence([
      consentId == null ? 'consents withdrawn' : `consent “${consentId}” withdrawn`,
      `for ${words.en}`,
      purposes == null ? null : `for the purpose ${quotedEnglish(purposes)}`,
    ]),
  };
}

function objected({ data }: EventOf<'objection.raised'>): LocalText {
  if (data.scope === 'profiling') {
    return { de: 'Widerspruch gegen Profiling', en: 'objection to profiling' };
  }
  const words = channelList(data.scope === 'all' ? null : data.channels);
  return {
    de: `Widerspruch gegen Werbung: ${words.de}`,
    en: `objection to advertising: ${words.en}`,
  };
}

function refused(event: EventOf<'contact.refused'> | EventOf<'delivery.complained'>): LocalText {
  const words = channelWords[event.data.channel];
  return event.type === 'contact.refused'
    ? { de: `Kontakt abgelehnt: ${words.de}`, en: `contact refused: ${words.en}` }
    : { de: `als unerwünscht gemeldet: ${words.de}`, en: `reported as unwanted: ${words.en}` };
}

function restricted(event: EventOf<'restriction.set'> | EventOf<'restriction.lifted'>): LocalText {
  const { ground } = event.data;
  return event.type === 'restriction.set'
    ? {
        de: `Verarbeitung eingeschränkt: ${ground}`,
        en: `processing restricted: ${ground}`,
      }
    : {
        de: `Einschränkung der Verarbeitung aufgehoben: ${ground}`,
        en: `restriction of processing lifted: ${ground}`,
      };
}

/** A list or a register may name the domain of an address instead of the address. */
function isWholeDomain({ named }: LedgerEvent): boolean {
  return named.every(({ kind }) => kind === 'domain');
}

function blocked(event: EventOf<'blocklist.entered'> | EventOf<'blocklist.removed'>): LocalText {
  const { list, channels } = event.data;
  const words = channelList(channels);
  const entered = event.type === 'blocklist.entered';
  const domain = isWholeDomain(event);
  return {
    de: sentence([
      entered ? `auf die Sperrliste „${list}“ gesetzt` : `von der Sperrliste „${list}“ genommen`,
      words.de,
      domain ? 'die ganze Domain Ihrer E-Mail-Adresse' : null,
    ]),
    en: sentence([
      entered ? `put on the block list “${list}”` : `taken off the block list “${list}”`,
      words.en,
      domain ? 'the whole domain of your e-mail address' : null,
    ]),
  };
}

function checked(event: EventOf<'register.checked'>): LocalText {
  const { register, listed, listedSince, checkedAt } = event.data;
  const at = given(checkedAt);
  const since = listedSince == null ? null : given(listedSince);
  const domain = isWholeDomain(event);
  return {
    de: sentence([
      `Verzeichnis ${register} abgefragt am ${at}`,
      listed ? 'eingetragen gegen Werbung' : 'nicht eingetragen',
      since === null ? null : `seit ${since}`,
      domain ? 'die ganze Domain Ihrer E-Mail-Adresse' : null,
    ]),
    en: sentence([
      `register ${register} checked on ${at}`,
      listed ? 'listed against advertising' : 'not listed',
      since === null ? null : `since ${since}`,
      domain ? 'the whole domain of your e-mail address' : null,
    ]),
  };
}

function sold({ data }: EventOf<'sale.recorded'>): LocalText {
  const { saleId, productCategory, contactDataObtainedHere, noticeAtCollectionRef } = data;
  const status = saleWords[data.status];
  const notice = noticeAtCollectionRef ?? null;
  return {
    de: sentence([
      `${status.de} „${saleId}“, Warengruppe „${productCategory}“`,
      contactDataObtainedHere ? 'Kontaktdaten dabei erhalten' : null,
      notice === null ? null : `Hinweis auf das Widerspruchsrecht: „${notice}“`,
    ]),
    en: sentence([
      `${status.en} “${saleId}”, product category “${productCategory}”`,
      contactDataObtainedHere ? 'contact data obtained with it' : null,
      notice === null ? null : `notice of the right to object: “${notice}”`,
    ]),
  };
}

function interested({ data }: EventOf<'interest.documented'>): LocalText {
  const words = channelWords[data.channel];
  const until = data.validUntil == null ? null : given(data.validUntil);
  return {
    de: sentence([
      `vermutetes Interesse (${words.de}): ${data.fact}`,
      until === null ? null : `gültig bis ${until}`,
    ]),
    en: sentence([
      `presumed interest (${words.en}): ${data.fact}`,
      until === null ? null : `valid until ${until}`,
    ]),
  };
}

function contacted({ data }: EventOf<'contact.made'>): LocalText {
  const words = channelWords[data.channel];
  const campaign = data.campaignId ?? null;
  return {
    de: sentence([words.de, campaign === null ? null : `Kampagne „${campaign}“`]),
    en: sentence([words.en, campaign === null ? null : `campaign “${campaign}”`]),
  };
}

function bounced({ data }: EventOf<'delivery.bounced'>): LocalText {
  const words = channelWords[data.channel];
  return data.permanent
    ? { de: `dauerhaft unzustellbar: ${words.de}`, en: `permanently undeliverable: ${words.en}` }
    : {
        de: `vorübergehend unzustellbar: ${words.de}`,
        en: `undeliverable for the time being: ${words.en}`,
      };
}

function held(event: EventOf<'hold.set'> | EventOf<'hold.lifted'>): LocalText {
  const words = holdWords[event.data.kind];
  const until = event.data.until == null ? null : given(event.data.until);
  const set = event.type === 'hold.set';
  return {
    de: sentence([set ? words.de : `beendet: ${words.de}`, until === null ? null : `bis ${until}`]),
    en: sentence([set ? words.en : `ended: ${words.en}`, until === null ? null : `until ${until}`]),
  };
}

const separated: LocalText = {
  de: 'geprüft: Ihre Kontaktangaben werden seither getrennt von denen einer anderen Person geführt',
  en: 'checked: your contact details are kept apart from those of another person since then',
};

function erased({ data, occurredAt }: EventOf<'subject.erased'>): LocalText {
  const at = instantWords(occurredAt);
  return data.cause === 'request'
    ? {
        de: `gelöscht am ${at} auf Ihr Verlangen; ein Sperreintrag bleibt, damit es dabei bleibt`,
        en: `erased on ${at} at your request; a suppression entry is kept, so that it stays so`,
      }
    : {
        de: `gelöscht am ${at}, weil die Zeit der Aufbewahrung vorbei war`,
        en: `erased on ${at}, because the time for which data are kept was over`,
      };
}
