import { describe, expect, it } from 'vitest';
import { eventData } from '../../shared/contract/events.ts';
import { wordsOf } from '../../shared/rights/event-words.ts';
import {
  active,
  blocked,
  bought,
  checked,
  consented,
  contacted,
  interested,
  listed,
  objected,
  refused,
  registered,
  requested,
  withdrew,
} from '../scenarios/facts.ts';
import type { Fact } from '../scenarios/scenario.ts';
import { eventsOf } from './sample-events.ts';

const AT = '2026-03-01T09:12:44Z';
const fact = (type: Fact['type'], data: object): Fact => ({ type, at: AT, data });

type Row = readonly [fact: Fact, section: string, de: string, en: string];

const rows: readonly Row[] = [
  [
    registered({ birthDate: '1984-04-04', numberCountry: 'AT', origin: null }),
    'person',
    'Privatperson; Wohnsitz DE; Land der Rufnummer AT; geboren am 1984-04-04',
    'private person; residence DE; country of the number AT; born on 1984-04-04',
  ],
  [
    requested(AT),
    'consents',
    'Einwilligung „c-1“ angefragt; für E-Mail; zum Zweck „newsletter.fashion“',
    'consent “c-1” requested; for e-mail; for the purpose “newsletter.fashion”',
  ],
  [
    consented({ channels: ['EMAIL', 'PHONE_HUMAN'] }),
    'consents',
    'Einwilligung „c-1“ erteilt oder bestätigt; für E-Mail, Anruf; zum Zweck „newsletter.fashion“',
    'consent “c-1” given or confirmed; for e-mail, phone call; ' +
      'for the purpose “newsletter.fashion”',
  ],
  [
    withdrew({ consentId: 'c-1', channels: ['SMS'], purposes: ['a', 'b'] }, AT),
    'refusals',
    'Einwilligung „c-1“ widerrufen; für SMS; zum Zweck „a“, „b“',
    'consent “c-1” withdrawn; for text message; for the purpose “a”, “b”',
  ],
  [
    withdrew({}, AT),
    'refusals',
    'Einwilligungen widerrufen; für alle Kanäle',
    'consents withdrawn; for every channel',
  ],
  [
    objected({ scope: 'all' }, AT),
    'refusals',
    'Widerspruch gegen Werbung: alle Kanäle',
    'objection to advertising: every channel',
  ],
  [
    objected({ scope: 'channel', channels: ['POST'] }, AT),
    'refusals',
    'Widerspruch gegen Werbung: Brief',
    'objection to advertising: letter',
  ],
  [
    objected({ scope: 'profiling' }, AT),
    'refusals',
    'Widerspruch gegen Profiling',
    'objection to profiling',
  ],
  [
    refused('PHONE_HUMAN', AT),
    'refusals',
    'Kontakt abgelehnt: Anruf',
    'contact refused: phone call',
  ],
  [
    fact('delivery.complained', { channel: 'EMAIL' }),
    'refusals',
    'als unerwünscht gemeldet: E-Mail',
    'reported as unwanted: e-mail',
  ],
  [
    fact('restriction.set', { ground: 'Streit' }),
    'restrictions',
    'Verarbeitung eingeschränkt: Streit',
    'processing restricted: Streit',
  ],
  [
    fact('restriction.lifted', { ground: 'Streit' }),
    'restrictions',
    'Einschränkung der Verarbeitung aufgehoben: Streit',
    'restriction of processing lifted: Streit',
  ],
  [
    blocked({ channels: ['SMS'] }),
    'blocks',
    'auf die Sperrliste „advertising“ gesetzt; SMS',
    'put on the block list “advertising”; text message',
  ],
  [
    { ...blocked(), subject: { domain: 'example.org' } },
    'blocks',
    'auf die Sperrliste „advertising“ gesetzt; alle Kanäle; die ganze Domain Ihrer E-Mail-Adresse',
    'put on the block list “advertising”; every channel; the whole domain of your e-mail address',
  ],
  [
    fact('blocklist.removed', { list: 'a' }),
    'blocks',
    'von der Sperrliste „a“ genommen; alle Kanäle',
    'taken off the block list “a”; every channel',
  ],
  [
    checked('DE_DDV'),
    'registers',
    'Verzeichnis DE_DDV abgefragt am 2026-11-20 08:00 UTC; nicht eingetragen',
    'register DE_DDV checked on 2026-11-20 08:00 UTC; not listed',
  ],
  [
    listed('IT_RPO', '2026-02-01T00:00:00Z'),
    'registers',
    'Verzeichnis IT_RPO abgefragt am 2026-11-20 08:00 UTC; eingetragen gegen Werbung; ' +
      'seit 2026-02-01 00:00 UTC',
    'register IT_RPO checked on 2026-11-20 08:00 UTC; listed against advertising; ' +
      'since 2026-02-01 00:00 UTC',
  ],
  [
    bought({ saleId: 's-1' }),
    'sales',
    'Kauf „s-1“, Warengruppe „running.shoes“; Kontaktdaten dabei erhalten; ' +
      'Hinweis auf das Widerspruchsrecht: „N1“',
    'purchase “s-1”, product category “running.shoes”; contact data obtained with it; ' +
      'notice of the right to object: “N1”',
  ],
  [active('click', AT), 'activity', 'Klick auf einen Link', 'click on a link'],
  [
    interested({ fact: 'asked', validUntil: AT }),
    'interests',
    'vermutetes Interesse (Anruf): asked; gültig bis 2026-03-01 09:12 UTC',
    'presumed interest (phone call): asked; valid until 2026-03-01 09:12 UTC',
  ],
  [
    fact('contact.made', { channel: 'EMAIL', campaignId: 'cmp_1' }),
    'contacts',
    'E-Mail; Kampagne „cmp_1“',
    'e-mail; campaign “cmp_1”',
  ],
  [contacted('POST', AT), 'contacts', 'Brief', 'letter'],
  [
    fact('delivery.bounced', { channel: 'EMAIL', permanent: true }),
    'deliveries',
    'dauerhaft unzustellbar: E-Mail',
    'permanently undeliverable: e-mail',
  ],
  [
    fact('delivery.bounced', { channel: 'EMAIL', permanent: false }),
    'deliveries',
    'vorübergehend unzustellbar: E-Mail',
    'undeliverable for the time being: e-mail',
  ],
  [
    fact('hold.set', { kind: 'tax', until: AT }),
    'holds',
    'Aufbewahrung nach Steuer- und Handelsrecht; bis 2026-03-01 09:12 UTC',
    'retention under tax and commercial law; until 2026-03-01 09:12 UTC',
  ],
  [
    fact('hold.lifted', { kind: 'legal' }),
    'holds',
    'beendet: Aufbewahrung für Rechtsansprüche',
    'ended: retention for legal claims',
  ],
];

describe('what an event says, in words', () => {
  it.each(rows.map(([said, ...rest]) => [said.type, said, ...rest] as const))(
    '%s',
    (_type, said, section, de, en) => {
      const [event] = eventsOf([said]);
      expect(event === undefined ? [] : wordsOf(event)).toEqual([{ section, text: { de, en } }]);
    },
  );

  it('tells where data come from, and the notice of Art. 14 or its absence', () => {
    const origin = {
      ...{ kind: 'third_party', source: 'Adressen Muster', obtainedAt: '2026-01-15T09:00:00Z' },
    };
    const events = eventsOf([
      registered({ origin: { ...origin, art14NoticeAt: '2026-02-01T09:00:00Z' } }),
      registered({ origin }),
    ]);
    const words = events.map((event) => wordsOf(event)[1]?.text);
    expect(words).toEqual([
      {
        de:
          'Ihre Daten wurden von Dritten erhalten; Quelle „Adressen Muster“; ' +
          'erhalten am 2026-01-15 09:00 UTC; Mitteilung nach Art. 14 DSGVO am 2026-02-01 09:00 UTC',
        en:
          'your data were obtained from a third party; source “Adressen Muster”; ' +
          'obtained on 2026-01-15 09:00 UTC; notice under Art. 14 GDPR on 2026-02-01 09:00 UTC',
      },
      {
        de:
          'Ihre Daten wurden von Dritten erhalten; Quelle „Adressen Muster“; ' +
          'erhalten am 2026-01-15 09:00 UTC; keine Mitteilung nach Art. 14 DSGVO vermerkt',
        en:
          'your data were obtained from a third party; source “Adressen Muster”; ' +
          'obtained on 2026-01-15 09:00 UTC; no notice under Art. 14 GDPR on record',
      },
    ]);
  });

  it('has a row above for every type that a source may send', () => {
    const types = new Set<string>(rows.map(([{ type }]) => type));
    expect(Object.keys(eventData).filter((type) => !types.has(type))).toEqual([]);
  });
});
