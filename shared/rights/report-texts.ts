import type { Authority } from '../contract/authorities.ts';
import type { LocalText } from '../contract/reason-codes.ts';
import type { FactSection } from '../contract/subject-rights.ts';

/** What a report says in sentences, whoever it is about. */
export const reportTexts = {
  title: { de: 'Auskunft nach Art. 15 DSGVO', en: 'Access report under Art. 15 GDPR' },
  nothingStored: {
    de: 'Zu den genannten Angaben ist bei uns nichts gespeichert.',
    en: 'Nothing is stored here under what was named.',
  },
  stored: {
    de: 'Zu den genannten Angaben sind die folgenden Daten gespeichert.',
    en: 'The following data are stored under what was named.',
  },
  erased: {
    de: 'Ihre Daten wurden gelöscht; was davon bleibt, steht unten.',
    en: 'Your data were erased; what is left of them stands below.',
  },
  keptAsProof: {
    de: 'gelöscht, nur noch aufbewahrt, solange ein Gesetz oder ein Nachweis es verlangt',
    en: 'erased, only kept as long as a law or a proof asks for it',
  },
  keys: {
    de:
      'Anschriften, E-Mail-Adressen und Rufnummern sind nicht im Klartext gespeichert, sondern ' +
      'als Schlüssel, aus denen sie nicht zurückgerechnet werden können.',
    en:
      'Addresses, e-mail addresses and phone numbers are not stored in clear text but as keys ' +
      'from which they cannot be computed back.',
  },
  identityCheck: {
    de:
      'Eine der genannten Angaben führt zu mehr als einer Person. Mitgeteilt wird nur, was die ' +
      'genannten Angaben betrifft; Gründe von Entscheidungen sind zurückgehalten. Bitte die ' +
      'Identität prüfen und alle Kennungen nennen, die zu der Person gehören (Art. 12 Abs. 6, ' +
      'Art. 15 Abs. 4 DSGVO).',
    en:
      'One of the contact details named leads to more than one person. Only what concerns the ' +
      'details named is told; reasons of decisions are held back. Please check the identity and ' +
      'name every key that belongs to the person (Art. 12(6), 15(4) GDPR).',
  },
  noProfiling: {
    de:
      'Für keine Kampagne, die Ihnen gegenüber zulässig war, wurden Merkmale von Ihnen ' +
      'ausgewertet. Ob Sie angeschrieben werden dürfen, prüft ein Programm nach festen, ' +
      'dokumentierten Regeln; das hat keine rechtliche oder ähnlich erhebliche Wirkung für Sie ' +
      '(Art. 22 DSGVO).',
    en:
      'No campaign that was permitted towards you evaluated attributes of yours. Whether you may ' +
      'be contacted is checked by a program by fixed, documented rules; that has no legal or ' +
      'similarly significant effect on you (Art. 22 GDPR).',
  },
  profiling: {
    de:
      'Für die folgenden Kampagnen wurden Merkmale von Ihnen ausgewertet, um Empfänger ' +
      'auszuwählen. Ob Sie angeschrieben werden dürfen, prüft ein Programm nach festen, ' +
      'dokumentierten Regeln.',
    en:
      'For the following campaigns attributes of yours were evaluated to select recipients. ' +
      'Whether you may be contacted is checked by a program by fixed, documented rules.',
  },
  noAuthority: {
    de: 'die Datenschutz-Aufsichtsbehörde, die für den Verantwortlichen zuständig ist',
    en: 'the supervisory authority that is competent for the controller',
  },
} as const satisfies Readonly<Record<string, LocalText>>;

/** What a proof of consent says beside that. */
export const proofTexts = {
  title: { de: 'Nachweis der Einwilligung', en: 'Proof of consent' },
  valid: { de: 'Die Einwilligung ist gültig.', en: 'The consent is valid.' },
  invalid: {
    de: 'Es gibt keine Einwilligung, die jetzt trägt.',
    en: 'There is no consent that carries now.',
  },
  none: {
    de: 'Für diesen Kanal und Zweck ist keine Einwilligung gespeichert.',
    en: 'No consent is stored for this channel and purpose.',
  },
  contact: { de: 'Kontaktweg', en: 'Contact point' },
  verdict: { de: 'Beurteilung', en: 'Verdict' },
  reasons: { de: 'Dagegen steht:', en: 'Against it stands:' },
  integrity: { de: 'Prüfung dieses Nachweises', en: 'How to check this proof' },
  policy: { de: 'Fassung der Richtlinie', en: 'Policy revision' },
  events: { de: 'Ereignisse im Protokoll', en: 'Events of the ledger' },
  howToCheck: {
    de:
      'Die Prüfsumme ist SHA-256 über das kanonische JSON (RFC 8785) dieses Nachweises ohne die ' +
      'Prüfsumme; er ist auch als JSON zu haben. Die Schlüssel der Kontaktwege sind HMAC-SHA-256 ' +
      'und verraten keine Adresse.',
    en:
      'The checksum is SHA-256 over the canonical JSON (RFC 8785) of this proof without the ' +
      'checksum; it is also available as JSON. The keys of contact points are HMAC-SHA-256 and ' +
      'tell no address.',
  },
} as const satisfies Readonly<Record<string, LocalText>>;

/** Art. 15(1)(e), (f) GDPR. */
export const rights: readonly { readonly law: LocalText; readonly text: LocalText }[] = [
  {
    law: { de: 'Art. 16 DSGVO', en: 'Art. 16 GDPR' },
    text: { de: 'Berichtigung falscher Daten', en: 'rectification of wrong data' },
  },
  {
    law: { de: 'Art. 17 DSGVO', en: 'Art. 17 GDPR' },
    text: { de: 'Löschung', en: 'erasure' },
  },
  {
    law: { de: 'Art. 18 DSGVO', en: 'Art. 18 GDPR' },
    text: { de: 'Einschränkung der Verarbeitung', en: 'restriction of processing' },
  },
  {
    law: { de: 'Art. 20 DSGVO', en: 'Art. 20 GDPR' },
    text: { de: 'Mitnahme Ihrer Daten', en: 'portability of your data' },
  },
  {
    law: { de: 'Art. 21 Abs. 2 DSGVO', en: 'Art. 21(2) GDPR' },
    text: {
      de: 'Widerspruch gegen Werbung und das Profiling dafür, jederzeit und ohne Gründe',
      en: 'objection to advertising and the profiling for it, at any time and without reasons',
    },
  },
  {
    law: { de: 'Art. 7 Abs. 3 DSGVO', en: 'Art. 7(3) GDPR' },
    text: {
      de: 'Widerruf einer Einwilligung, jederzeit, mit Wirkung für die Zukunft',
      en: 'withdrawal of a consent, at any time, with effect for the future',
    },
  },
  {
    law: { de: 'Art. 77 DSGVO', en: 'Art. 77 GDPR' },
    text: {
      de: 'Beschwerde bei einer Aufsichtsbehörde',
      en: 'complaint to a supervisory authority',
    },
  },
];

export function authorityText(authority: Authority | null): LocalText {
  if (authority === null) return reportTexts.noAuthority;
  const { name, seat } = authority;
  const text = seat === undefined ? name : `${name}, ${seat}`;
  return { de: text, en: text };
}

/** Where the decisions are that a report leaves out. */
export function restOfDecisions(earliest: string | null): LocalText {
  return {
    de:
      `Ältere Entscheidungen${earliest === null ? '' : ` als vom ${earliest}`} sind nicht ` +
      'aufgeführt; POST /v1/decisions/search gibt sie (`to`).',
    en:
      `Decisions${earliest === null ? '' : ` older than ${earliest}`} are left out; ` +
      'POST /v1/decisions/search answers them (`to`).',
  };
}

export const sectionTitles: Readonly<Record<FactSection, LocalText>> = {
  person: { de: 'Angaben zur Person', en: 'The person' },
  origin: { de: 'Herkunft der Daten', en: 'Origin of the data' },
  consents: { de: 'Erklärungen zu Einwilligungen', en: 'Declarations of consent' },
  refusals: { de: 'Widerrufe und Widersprüche', en: 'Withdrawals and objections' },
  restrictions: { de: 'Einschränkungen', en: 'Restrictions' },
  blocks: { de: 'Sperrlisten', en: 'Block lists' },
  registers: { de: 'Externe Verzeichnisse', en: 'External registers' },
  sales: { de: 'Käufe und Anfragen', en: 'Purchases and enquiries' },
  activity: { de: 'Aktivität', en: 'Activity' },
  interests: { de: 'Vermutete Interessen', en: 'Presumed interests' },
  contacts: { de: 'Kontakte mit Ihnen', en: 'Contacts made' },
  deliveries: { de: 'Zustellung', en: 'Delivery' },
  holds: { de: 'Aufbewahrungspflichten', en: 'Duties of retention' },
  erasures: { de: 'Löschungen', en: 'Erasures' },
};

/** Headings, columns and single words of printed reports. */
export const labels = {
  summary: { de: 'Überblick', en: 'Summary' },
  controller: { de: 'Verantwortlicher', en: 'Controller' },
  createdAt: { de: 'Erstellt am', en: 'Created on' },
  given: { de: 'Gefragt nach', en: 'Asked for' },
  linked: { de: 'Gespeichert sind', en: 'Stored are' },
  knownKind: { de: 'gespeichert', en: 'stored' },
  unknownKind: { de: 'nicht gespeichert', en: 'not stored' },
  identityCheck: { de: 'Prüfung der Identität', en: 'Check of the identity' },
  consents: { de: 'Einwilligungen mit Nachweis', en: 'Consents with evidence' },
  uses: { de: 'Zwecke und Rechtsgrundlagen', en: 'Purposes and legal bases' },
  decisions: { de: 'Entscheidungen über Sie', en: 'Decisions about you' },
  recipients: { de: 'Empfänger Ihrer Daten', en: 'Recipients of your data' },
  profiling: { de: 'Profiling', en: 'Profiling' },
  storage: { de: 'Dauer der Speicherung', en: 'How long data are kept' },
  rights: { de: 'Ihre Rechte', en: 'Your rights' },
  authority: { de: 'Aufsichtsbehörde', en: 'Supervisory authority' },
  at: { de: 'Zeitpunkt', en: 'Instant' },
  statement: { de: 'Angabe', en: 'Statement' },
  source: { de: 'Quelle', en: 'Source' },
  reference: { de: 'Beleg', en: 'Reference' },
  section: { de: 'Abschnitt', en: 'Section' },
  details: { de: 'Einzelheiten', en: 'Details' },
  purpose: { de: 'Zweck', en: 'Purpose' },
  channel: { de: 'Kanal', en: 'Channel' },
  basis: { de: 'Grundlage', en: 'Basis' },
  rule: { de: 'Regel', en: 'Rule' },
  period: { de: 'Zeitraum', en: 'Period' },
  count: { de: 'Anzahl', en: 'Count' },
  campaign: { de: 'Kampagne, Zweck', en: 'Campaign, purpose' },
  outcome: { de: 'Ergebnis', en: 'Outcome' },
  reasons: { de: 'Grund', en: 'Reason' },
  allowed: { de: 'zulässig', en: 'permitted' },
  denied: { de: 'unzulässig', en: 'not permitted' },
  withheld: { de: 'zurückgehalten', en: 'held back' },
  recipient: { de: 'Empfänger', en: 'Recipient' },
  processor: { de: 'Auftragsverarbeiter', en: 'processor' },
  platform: { de: 'Plattform', en: 'platform' },
  country: { de: 'Land', en: 'Country' },
  contract: { de: 'Vertrag', en: 'Contract' },
  transfer: { de: 'Garantien', en: 'Safeguards' },
  level: { de: 'Stufe', en: 'Level' },
  attributes: { de: 'Merkmale', en: 'Attributes' },
  automated: { de: 'automatisierte Entscheidung', en: 'automated decision' },
  what: { de: 'Was', en: 'What' },
  until: { de: 'Bis', en: 'Until' },
  why: { de: 'Warum', en: 'Why' },
  state: { de: 'Stand', en: 'State' },
  advertisers: { de: 'Werbende', en: 'Advertisers' },
  controllerAlone: { de: 'nur der Verantwortliche', en: 'the controller alone' },
  sectors: { de: 'Branchen', en: 'Sectors' },
  platforms: { de: 'Plattformen', en: 'Platforms' },
  form: { de: 'Form', en: 'Form' },
  wording: { de: 'Wortlaut', en: 'Wording' },
  requested: { de: 'Angefragt', en: 'Requested' },
  confirmed: { de: 'Bestätigt', en: 'Confirmed' },
  parental: { de: 'Zustimmung der Eltern', en: 'Parental authorisation' },
  special: { de: 'Umfasst auch', en: 'Also covers' },
  refusals: { de: 'Widerrufen', en: 'Withdrawn' },
  use: { de: 'Genutzt', en: 'Used' },
  never: { de: 'nie', en: 'never' },
  keptUntil: { de: 'Nachweis aufbewahrt bis', en: 'Proof kept until' },
} as const satisfies Readonly<Record<string, LocalText>>;

/** How many rows of a long list are printed, and where the others are. */
export function moreRows(printed: number, all: number): LocalText {
  return {
    de: `Gedruckt sind die neuesten ${printed} von ${all}; alle stehen in der Fassung als CSV.`,
    en: `The newest ${printed} of ${all} are printed; all of them are in the report as CSV.`,
  };
}
