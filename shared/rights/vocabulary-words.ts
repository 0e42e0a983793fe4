import type { AllowCode, LocalText } from '../contract/reason-codes.ts';
import type {
  activityKinds,
  Channel,
  consentForms,
  ContactPointKind,
  evidenceMethods,
  holdKinds,
  originKinds,
  ProfilingLevel,
  RecipientType,
  saleStatuses,
  transferBases,
} from '../contract/vocabulary.ts';
import type { DoubleOptInState } from '../ledger/double-opt-in.ts';

/*
 * The words of the contract for people who have never read it. A word that is new there does not
 * compile without its line here.
 */

type WordsOf<Names extends string> = Readonly<Record<Names, LocalText>>;

const of = (de: string, en: string): LocalText => ({ de, en });

export const kindWords: WordsOf<ContactPointKind> = {
  id: of('Kundenkennung', 'customer key'),
  email: of('E-Mail-Adresse', 'e-mail address'),
  phone: of('Telefonnummer', 'phone number'),
  postal: of('Postanschrift', 'postal address'),
  domain: of('Domain', 'domain'),
  hash: of('Eintrag einer Liste von Hashwerten', 'entry of a list of hashes'),
};

export const channelWords: WordsOf<Channel> = {
  EMAIL: of('E-Mail', 'e-mail'),
  SMS: of('SMS', 'text message'),
  MMS: of('MMS', 'picture message'),
  MESSENGER: of('Messenger', 'messenger'),
  PUSH_APP: of('Push-Nachricht der App', 'push message of the app'),
  PUSH_WEB: of('Push-Nachricht des Browsers', 'push message of the browser'),
  INAPP: of('Hinweis in der App', 'message in the app'),
  INBOX_AD: of('Werbung im Postfach', 'advertisement in the inbox'),
  SOCIAL_DM: of('Direktnachricht in einem Netzwerk', 'direct message on a network'),
  CUSTOM_AUDIENCE: of('Zielgruppe auf einer Plattform', 'audience on a platform'),
  PHONE_HUMAN: of('Anruf', 'phone call'),
  PHONE_AUTO: of('automatischer Anruf', 'automated call'),
  FAX: of('Fax', 'fax'),
  POST: of('Brief', 'letter'),
};

export const recipientTypeWords: WordsOf<RecipientType> = {
  CONSUMER: of('Privatperson', 'private person'),
  SOLE_TRADER: of('Einzelunternehmen', 'sole trader'),
  BUSINESS_PERSON: of('Ansprechperson eines Unternehmens', 'contact person of a business'),
  BUSINESS_GENERIC: of('allgemeine Adresse eines Unternehmens', 'general address of a business'),
};

export const originWords: WordsOf<(typeof originKinds)[number]> = {
  own: of('bei Ihnen selbst erhoben', 'collected from you'),
  third_party: of('von Dritten erhalten', 'obtained from a third party'),
  public: of('aus öffentlicher Quelle', 'from a public source'),
  social: of('aus einem sozialen Netzwerk', 'from a social network'),
};

export const formWords: WordsOf<(typeof consentForms)[number]> = {
  active: of('aktiv angekreuzt oder erklärt', 'ticked or declared actively'),
  preticked: of('vorangekreuzt', 'ticked beforehand'),
  oral: of('mündlich', 'spoken'),
  written: of('schriftlich', 'in writing'),
};

export const methodWords: WordsOf<(typeof evidenceMethods)[number]> = {
  doi_email: of('Bestätigung per E-Mail (Double-Opt-in)', 'confirmed by e-mail (double opt-in)'),
  doi_sms: of('Bestätigung per SMS', 'confirmed by text message'),
  call_recording: of('Aufzeichnung des Anrufs', 'recording of the call'),
  paper: of('auf Papier', 'on paper'),
  import: of('aus einem Datenbestand übernommen', 'taken over from existing data'),
};

export const saleWords: WordsOf<(typeof saleStatuses)[number]> = {
  contract: of('Kauf', 'purchase'),
  ongoing_contract: of('laufender Vertrag', 'running contract'),
  freemium_account: of('kostenloses Konto', 'free account'),
  abandoned_cart: of('abgebrochener Kauf', 'abandoned purchase'),
  enquiry: of('Anfrage', 'enquiry'),
  prize_draw: of('Gewinnspiel', 'prize draw'),
};

export const activityWords: WordsOf<(typeof activityKinds)[number]> = {
  order: of('Bestellung', 'order'),
  login: of('Anmeldung im Konto', 'login'),
  click: of('Klick auf einen Link', 'click on a link'),
  reply: of('Antwort', 'reply'),
  call: of('Anruf von Ihnen', 'call from you'),
  enquiry: of('Anfrage', 'enquiry'),
  open: of('Öffnen einer Nachricht', 'opening of a message'),
};

export const holdWords: WordsOf<(typeof holdKinds)[number]> = {
  tax: of('Aufbewahrung nach Steuer- und Handelsrecht', 'retention under tax and commercial law'),
  legal: of('Aufbewahrung für Rechtsansprüche', 'retention for legal claims'),
};

export const stateWords: WordsOf<DoubleOptInState> = {
  REQUESTED: of('angefragt, noch nicht bestätigt', 'requested, not confirmed yet'),
  CONFIRMED: of('bestätigt', 'confirmed'),
  EXPIRED: of('abgelaufen, ohne bestätigt zu sein', 'expired without being confirmed'),
  BOUNCED: of('nicht bestätigt: unzustellbar', 'not confirmed: undeliverable'),
  WITHDRAWN: of('widerrufen', 'withdrawn'),
  REPLACED: of('durch eine spätere Anfrage ersetzt', 'replaced by a later request'),
};

export const profilingWords: WordsOf<ProfilingLevel> = {
  P0: of('keine Auswahl nach Merkmalen', 'no selection by attributes'),
  P1: of('Auswahl nach einem Merkmal', 'selection by one attribute'),
  P2: of('Gruppen nach eigener Kaufhistorie', 'segments of the own purchase history'),
  P3: of('Bewertung oder Vorhersage aus eigenen Daten', 'scoring or prediction from own data'),
  P4: of('Anreicherung mit Daten von Dritten', 'enrichment with data of third parties'),
  P5: of('Rückschluss aus der Wohngegend', 'inference from where you live'),
  P6: of('Beobachtung in sozialen Netzwerken', 'observation on social networks'),
  P7: of('besondere Kategorien von Daten', 'special categories of data'),
  P8: of('automatisierte Entscheidung mit erheblicher Wirkung', 'automated decision of weight'),
};

/** Null: nothing leaves the countries of the GDPR. */
export const transferWords: Readonly<Record<(typeof transferBases)[number], LocalText | null>> = {
  not_needed: null,
  adequacy: of('Angemessenheitsbeschluss (Art. 45 DSGVO)', 'adequacy decision (Art. 45 GDPR)'),
  dpf: of('EU-US Data Privacy Framework (Art. 45 DSGVO)', 'EU-US DPF (Art. 45 GDPR)'),
  scc: of(
    'Standardvertragsklauseln (Art. 46 DSGVO)',
    'standard contractual clauses (Art. 46 GDPR)',
  ),
  bcr: of('verbindliche interne Vorschriften (Art. 47 DSGVO)', 'binding rules (Art. 47 GDPR)'),
  none: of('keine Garantie', 'no safeguard'),
};

/** What each basis rests on, for Art. 15(1)(a) and 13(1)(c) GDPR. */
export const basisLaw: Readonly<Record<AllowCode, LocalText>> = {
  A_CONSENT_VALID: of('Art. 6 Abs. 1 lit. a, Art. 7 DSGVO', 'Art. 6(1)(a), 7 GDPR'),
  A_EXISTING_CUSTOMER: of(
    'Art. 13 Abs. 2 Richtlinie 2002/58/EG, § 7 Abs. 3 UWG',
    'Art. 13(2) Directive 2002/58/EC, § 7(3) UWG',
  ),
  A_LEGIT_INTEREST_POST: of('Art. 6 Abs. 1 lit. f DSGVO', 'Art. 6(1)(f) GDPR'),
  A_LEGIT_INTEREST_INAPP: of('Art. 6 Abs. 1 lit. f DSGVO', 'Art. 6(1)(f) GDPR'),
  A_LEGIT_INTEREST_PHONE: of('Art. 6 Abs. 1 lit. f DSGVO', 'Art. 6(1)(f) GDPR'),
  A_PRESUMED_B2B_PHONE: of(
    'Art. 6 Abs. 1 lit. f DSGVO, § 7 Abs. 2 Nr. 1 UWG',
    'Art. 6(1)(f) GDPR, § 7(2) Nr. 1 UWG',
  ),
  A_ONGOING_CONTRACT: of('Art. 6 Abs. 1 lit. f DSGVO', 'Art. 6(1)(f) GDPR'),
  A_OPTOUT_REGIME: of('Art. 6 Abs. 1 lit. f DSGVO', 'Art. 6(1)(f) GDPR'),
  A_B2B_OPTOUT_REGIME: of('Art. 6 Abs. 1 lit. f DSGVO', 'Art. 6(1)(f) GDPR'),
  A_TRANSACTIONAL: of('Art. 6 Abs. 1 lit. b DSGVO', 'Art. 6(1)(b) GDPR'),
  A_TRANSACTIONAL_DOI: of('Art. 6 Abs. 1 lit. f, Art. 7 Abs. 1 DSGVO', 'Art. 6(1)(f), 7(1) GDPR'),
  A_AGGREGATE_ONLY: of('Art. 6 Abs. 1 lit. f DSGVO', 'Art. 6(1)(f) GDPR'),
};
