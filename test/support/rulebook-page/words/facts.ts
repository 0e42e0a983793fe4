/** What a rule looks at, for a reader who does not know the program. */
export interface FactWords {
  readonly en: string;
  readonly de: string;
  /** What it says, and who says it. */
  readonly meaning: string;
}

const fact = (en: string, de: string, meaning: string): FactWords => ({ en, de, meaning });

/** What a campaign says of itself, by its name in the rules' `inputs`. */
export const campaignFacts: Readonly<Record<string, FactWords>> = {
  advertiser: fact(
    'the advertiser',
    'Werbender',
    'whose goods or services are advertised; may differ from the controller',
  ),
  approval: fact(
    'the word of the data protection officer',
    'Freigabe durch den Datenschutzbeauftragten',
    'not asked, released or rejected; only for controllers that ask for it',
  ),
  assessments: fact(
    'documented assessments',
    'dokumentierte Abwägungen und Folgenabschätzungen',
    'the references of the balancing of interests and of the impact assessment',
  ),
  'assessments.dpiaRef': fact(
    'the reference of the impact assessment',
    'Fundstelle der Datenschutz-Folgenabschätzung',
    'where the assessment under Art. 35 GDPR is on file; the gate does not read it',
  ),
  'assessments.liaRef': fact(
    'the reference of the balancing of interests',
    'Fundstelle der Interessenabwägung',
    'where the balancing under Art. 6(1)(f) GDPR is on file; the gate does not read it',
  ),
  channel: fact('the channel', 'Werbekanal', 'one of the fourteen channels explained below'),
  content: fact(
    'the kind of message',
    'Art der Nachricht',
    'advertising, message about a contract, request for confirmation, request for permission or' +
      ' survey; the last two count as advertising',
  ),
  establishment: fact(
    'the establishment of the controller',
    'Niederlassung des Verantwortlichen',
    'its country, from the settings of the controller',
  ),
  'message.art14Notice': fact(
    'information under Art. 14 GDPR in the message',
    'Information nach Art. 14 DSGVO in der Nachricht',
    'the campaign states that the message carries it',
  ),
  'message.callerIdShown': fact(
    'the shown number',
    'angezeigte Rufnummer',
    'the campaign states that its calls show a number',
  ),
  'message.containsAdvertising': fact(
    'any advertising in the message',
    'Werbung in der Nachricht',
    'the campaign states it; one sentence of advertising is enough',
  ),
  'message.imprint': fact(
    'the imprint',
    'Impressum',
    'the campaign states that it can be reached from the message',
  ),
  'message.oneClickUnsubscribe': fact(
    'unsubscribing with one click',
    'Abmeldung mit einem Klick',
    'the campaign states that the message offers it (RFC 8058)',
  ),
  'message.optOutNotice': fact(
    'the notice of the right to object, in the message',
    'Hinweis auf das Widerspruchsrecht in der Nachricht',
    'the campaign states that the message carries it',
  ),
  'message.senderIdentified': fact(
    'sender and advertising character',
    'Absender und werblicher Charakter',
    'the campaign states that both can be recognised',
  ),
  platform: fact(
    'the platform or network',
    'Plattform oder Netzwerk',
    'on which an audience is addressed or a message shown, where there is one',
  ),
  processors: fact(
    'the processors',
    'Auftragsverarbeiter',
    'each with its country, the reference of its contract and the basis of a transfer',
  ),
  productCategory: fact(
    'the advertised product',
    'beworbene Ware oder Dienstleistung',
    'a category of the controller, from the general to the special: `running.socks`',
  ),
  profiling: fact(
    'the profiling as a whole',
    'Profiling insgesamt',
    'its level and the data that people are selected by',
  ),
  'profiling.attributes': fact(
    'the data that people are selected by',
    'Merkmale der Auswahl',
    'each with its category, its source and the purposes that it was collected for',
  ),
  'profiling.level': fact(
    'the level of profiling',
    'Profiling-Stufe',
    'P0 to P8 as explained below; the declared one, or a higher one that the data amount to',
  ),
  'profiling.political': fact(
    'political advertising',
    'politische Werbung',
    'the campaign states that it is such',
  ),
  'profiling.significantEffect': fact(
    'a significant effect',
    'erhebliche Wirkung',
    'the campaign states that it decides about people by machine alone, as Art. 22 GDPR has it',
  ),
  'profiling.specialCategories': fact(
    'special categories of data',
    'besondere Kategorien',
    'the campaign states that it uses or infers such data (Art. 9 GDPR)',
  ),
  purpose: fact('the purpose', 'Zweck', 'the name of the purpose, as consents name it'),
  similarity: fact(
    'the table of similar products',
    'Tabelle ähnlicher Waren',
    'from the settings of the controller; without an entry the main category decides',
  ),
};

/** What is on record about a person, by its name in the rules' `inputs`. */
export const personFacts: Readonly<Record<string, FactWords>> = {
  birthDate: fact('the birth date', 'Geburtsdatum', 'where it is on record'),
  blocks: fact(
    'entries on the block list',
    'Einträge auf der Sperrliste',
    "of the controller's own list, for all channels or for some",
  ),
  consents: fact(
    'consents on record',
    'Einwilligungen',
    'with channels, purposes, advertisers, form, wording, evidence, confirmation and use',
  ),
  contacts: fact(
    'earlier contacts',
    'frühere Kontakte',
    'when the controller wrote or called, and on which channel, attempts included',
  ),
  holds: fact(
    'duties to keep the data',
    'Aufbewahrungspflichten',
    'holds for tax law or for legal claims, some with a last day',
  ),
  interests: fact(
    'documented interest of a business',
    'belegtes Interesse eines Unternehmens',
    'facts that suggest interest in a call, with their date',
  ),
  erased: fact(
    'an erasure',
    'Löschung',
    'at the request of the person (Art. 17 GDPR): when, and nothing else',
  ),
  lastActive: fact(
    'the last active contact',
    'letzter aktiver Kontakt',
    'when the person last did something: ordered, asked, called, logged in, clicked, consented',
  ),
  numberCountry: fact(
    'the country of the phone number',
    'Land der Rufnummer',
    'as recorded, or by the number itself',
  ),
  objections: fact(
    'objections to marketing',
    'Werbewidersprüche',
    'for all channels or for some (Art. 21(2) GDPR); complaints count too',
  ),
  origin: fact(
    'the origin of the data',
    'Herkunft der Daten',
    'the person, a third party, public sources or a network; since when; when the person was told',
  ),
  profilingObjection: fact(
    'an objection to profiling',
    'Widerspruch gegen Profiling',
    'to profiling for marketing alone (Art. 21(2) GDPR)',
  ),
  recipient: fact(
    'the contact detail',
    'Kontaktangabe',
    'what the campaign names: an address, a number or an account',
  ),
  recipientType: fact(
    'private or business recipient',
    'Verbraucher oder Unternehmen',
    'consumer, sole trader, named business contact or general business address',
  ),
  refusals: fact(
    'refusals in a contact',
    'Ablehnungen im Kontakt',
    'when somebody said in a call or message that no further one is wanted',
  ),
  registers: fact(
    'results of registers against advertising',
    'Abgleiche mit Verzeichnissen gegen Werbung',
    'listed or not, when it was asked and since when somebody is listed',
  ),
  residence: fact('the residence', 'Wohnsitz', 'the country, where it is on record'),
  restriction: fact(
    'a restriction of processing',
    'Einschränkung der Verarbeitung',
    'under Art. 18 GDPR',
  ),
  sales: fact(
    'sales and similar dealings',
    'Verkäufe und ähnliche Vorgänge',
    'with product, kind, date, whether the contact detail was obtained there, and the notice given',
  ),
  undeliverable: fact(
    'a failed delivery',
    'gescheiterte Zustellung',
    'for good, not only for the moment',
  ),
  withdrawals: fact(
    'withdrawals of consent',
    'Widerrufe',
    'of a consent, of channels, of purposes, or of everything',
  ),
};
