/** What a person reads. */
export interface LocalText {
  readonly de: string;
  readonly en: string;
}

export interface ReasonCodeDefinition {
  /** `gap`: a fact is missing or a rule could not be evaluated; denied all the same. */
  readonly kind: 'rule' | 'gap';
  readonly text: LocalText;
}

const rule = (de: string, en: string): ReasonCodeDefinition => ({ kind: 'rule', text: { de, en } });
const gap = (de: string, en: string): ReasonCodeDefinition => ({ kind: 'gap', text: { de, en } });

/** Every reason for which somebody is not contacted (RULES G); codes are only ever added. */
export const denyCodes = Object.freeze({
  D_CONTENT_SENDER_CONCEALED: rule(
    'Absender oder werblicher Charakter der Nachricht ist verschleiert, oder das Impressum fehlt',
    'the sender or the advertising character is concealed, or the imprint is missing',
  ),
  D_CONTENT_UNSUBSCRIBE_MISSING: rule(
    'Die Nachricht bietet keine Möglichkeit zur Abmeldung',
    'the message offers no way to unsubscribe',
  ),
  D_CALLER_ID_SUPPRESSED: rule('Rufnummer wird unterdrückt', 'the caller id is suppressed'),
  D_DOI_MAIL_CONTAINS_ADVERT: rule(
    'Die Bestätigungsmail enthält Werbung',
    'the confirmation mail contains advertising',
  ),
  D_PROCESSOR_NO_AVV: rule(
    'Auftragsverarbeiter ohne Vertrag nach Art. 28 DSGVO',
    'a processor without a contract under Art. 28 GDPR',
  ),
  D_TRANSFER_NO_BASIS: rule(
    'Übermittlung in ein Drittland ohne Rechtsgrundlage',
    'transfer to a third country without a legal basis',
  ),
  D_LIA_MISSING: rule(
    'Die Interessenabwägung ist nicht dokumentiert',
    'the balancing of interests is not documented',
  ),
  D_DPIA_MISSING: rule(
    'Die Datenschutz-Folgenabschätzung fehlt',
    'the data protection impact assessment is missing',
  ),
  D_SECTOR_RULE: rule(
    'Besondere Regeln für politische Werbung oder Werbung auf Plattformen sind nicht erfüllt',
    'special rules for political advertising or for advertising on platforms are not met',
  ),
  D_CRIMINAL_DATA_ART10: rule(
    'Daten über Straftaten dürfen nicht für Werbung genutzt werden',
    'data on criminal convictions must not be used for advertising',
  ),
  D_CAMPAIGN_NOT_APPROVED: rule('Kampagne ist nicht freigegeben', 'the campaign is not approved'),
  D_RECIPIENT_INVALID: rule(
    'Die Kontaktangabe ist ungültig',
    'the contact detail cannot be used as one',
  ),
  D_JURISDICTION_UNKNOWN: gap(
    'Anwendbares Recht unbekannt: Wohnsitz und Land der Rufnummer fehlen oder sind nicht abgedeckt',
    'unknown law: residence and number country are missing or not covered',
  ),
  D_FACT_MISSING: gap('Eine nötige Angabe fehlt', 'a fact that is needed is missing'),
  D_BLOCKLIST_INTERNAL: rule('Steht auf der Sperrliste', 'is on the block list'),
  D_OBJECTION_ART21: rule('Werbewiderspruch', 'objected to direct marketing'),
  D_RESTRICTED_ART18: rule(
    'Verarbeitung ist eingeschränkt',
    'processing is restricted at the request of the person',
  ),
  D_ERASED: rule(
    'Daten wurden auf Verlangen gelöscht; eine neue Quelle erlaubt keine Werbung',
    'the data were erased on request; another source permits no advertising',
  ),
  D_CONTACT_UNDELIVERABLE: rule(
    'Zustellung ist dauerhaft gescheitert',
    'delivery has failed permanently',
  ),
  D_EXTERNAL_DNC_LIST: rule(
    'Steht in einem externen Verzeichnis gegen Werbung',
    'is listed in an external register against advertising',
  ),
  D_DNC_LIST_STALE: rule(
    'Der Abgleich mit dem externen Verzeichnis ist zu alt',
    'the check against the external register is too old',
  ),
  D_PUBLIC_REFUSAL_NOTICE: rule(
    'Erkennbarer Hinweis gegen Werbung',
    'a recognisable notice against advertising',
  ),
  D_CONSENT_WITHDRAWN: rule('Einwilligung widerrufen', 'consent withdrawn'),
  D_CONSENT_MISSING: rule('Keine Einwilligung', 'no consent'),
  D_CONSENT_UNCONFIRMED: rule(
    'Einwilligung wurde noch nicht bestätigt',
    'the consent was not confirmed yet',
  ),
  D_CONSENT_DOI_EXPIRED: rule(
    'Die Bestätigung der Einwilligung blieb aus; die Anfrage ist abgelaufen',
    'the consent was never confirmed and the request has expired',
  ),
  D_CONSENT_CHANNEL_MISMATCH: rule(
    'Die Einwilligung gilt nicht für diesen Kanal',
    'the consent does not cover this channel',
  ),
  D_CONSENT_PURPOSE_MISMATCH: rule(
    'Die Einwilligung gilt nicht für diesen Zweck',
    'the consent does not cover this purpose',
  ),
  D_CONSENT_CONTROLLER_MISMATCH: rule(
    'Die Einwilligung nennt diesen Werbenden oder diese Branche nicht',
    'the consent does not name this advertiser or sector',
  ),
  D_CONSENT_INVALID_FORM: rule(
    'Die Einwilligung wurde nicht aktiv erklärt',
    'the consent was not given by an active declaration',
  ),
  D_CONSENT_EVIDENCE_MISSING: rule(
    'Die Einwilligung ist nicht vollständig nachgewiesen',
    'the evidence of the consent is incomplete',
  ),
  D_CONSENT_STALE: rule(
    'Die Einwilligung wurde zu lange nicht genutzt',
    'the consent was unused for too long',
  ),
  D_MINOR_NO_PARENTAL: rule(
    'Minderjährig ohne Zustimmung der Eltern',
    'a minor without parental authorisation',
  ),
  D_EC_CHANNEL_NOT_COVERED: rule(
    'Die Bestandskundenausnahme gilt nicht für diesen Kanal',
    'the existing-customer exception does not cover this channel',
  ),
  D_EC_NOT_FROM_SALE: rule(
    'Die Kontaktdaten stammen nicht aus einem Verkauf',
    'the contact detail was not obtained with a sale',
  ),
  D_EC_NOT_OWN: rule(
    'Beworben werden nicht eigene Waren oder Dienstleistungen',
    'what is advertised are not own goods or services',
  ),
  D_EC_NOT_SIMILAR: rule(
    'Die beworbene Ware ähnelt der gekauften nicht',
    'what is advertised is not similar to what was bought',
  ),
  D_EC_NO_NOTICE_AT_COLLECTION: rule(
    'Bei der Erhebung fehlte der Hinweis auf das Widerspruchsrecht',
    'the right to object was not pointed out at collection',
  ),
  D_EC_NO_NOTICE_IN_MESSAGE: rule(
    'In der Nachricht fehlt der Hinweis auf das Widerspruchsrecht',
    'the message does not point out the right to object',
  ),
  D_EC_WINDOW_EXPIRED: rule('Der letzte Kauf liegt zu lange zurück', 'the last sale is too old'),
  D_PRESUMED_INTEREST_NOT_DOCUMENTED: rule(
    'Ein konkretes Interesse an einem Anruf ist nicht belegt',
    'a concrete interest in a call is not documented',
  ),
  D_ORIGIN_UNKNOWN: gap('Herkunft der Daten unbekannt', 'the origin of the data is unknown'),
  D_ART14_NOTICE_MISSING: rule(
    'Die Information nach Art. 14 DSGVO fehlt',
    'the information under Art. 14 GDPR was not given',
  ),
  D_MINOR_POLICY: rule(
    'Profiling von Minderjährigen ist ausgeschlossen',
    'profiling of minors is excluded',
  ),
  D_PROFILING_OBJECTION: rule(
    'Widerspruch gegen Profiling zu Werbezwecken',
    'objected to profiling for marketing',
  ),
  D_SOCIAL_TRACKING: rule(
    'Beobachtung einzelner Personen in sozialen Netzwerken',
    'tracking of individuals on social networks',
  ),
  D_SPECIAL_CATEGORY_NO_EXPLICIT_CONSENT: rule(
    'Besondere Kategorien ohne ausdrückliche Einwilligung',
    'special categories of data without explicit consent',
  ),
  D_AUTOMATED_DECISION_ART22: rule(
    'Automatisierte Einzelentscheidung mit erheblicher Wirkung',
    'an automated decision with significant effect',
  ),
  D_PROFILING_LEVEL_NOT_PERMITTED: rule(
    'Für diese Profiling-Stufe fehlt die Einwilligung',
    'consent to this level of profiling is missing',
  ),
  D_PURPOSE_INCOMPATIBLE: rule(
    'Daten werden für einen anderen Zweck genutzt, als sie erhoben wurden',
    'data are used for another purpose than they were collected for',
  ),
  D_DATA_CATEGORY_NOT_PERMITTED: rule(
    'Diese Datenkategorie darf für Werbung nicht genutzt werden',
    'this category of data must not be used for advertising',
  ),
  D_DEVICE_ACCESS_NO_CONSENT: rule(
    'Keine Einwilligung in den Zugriff auf das Endgerät',
    'no consent to access the device',
  ),
  D_RETENTION_INACTIVE: rule('Zu lange kein aktiver Kontakt', 'no active contact for too long'),
  D_RETENTION_MAX: rule(
    'Die Höchstdauer ohne aktiven Kontakt ist überschritten',
    'the longest period without active contact is over',
  ),
  D_TAX_HOLD_ONLY: rule(
    'Daten werden nur noch zur Aufbewahrung gehalten',
    'the data are kept for retention duties alone',
  ),
  D_QUIET_HOURS: rule('Außerhalb der erlaubten Zeiten', 'outside the permitted hours'),
  D_FREQUENCY_CAP: rule('Zu viele Kontakte in kurzer Zeit', 'too many contacts in a short time'),
  D_REFUSAL_COOLDOWN: rule(
    'Kontakt wurde vor Kurzem abgelehnt',
    'contact was refused a short time ago',
  ),
  D_KANON_THRESHOLD: rule(
    'Eine Gruppe der Auswertung ist zu klein',
    'a cell of the analysis is too small',
  ),
  D_SOURCE_NOT_PUBLIC: rule(
    'Die Quelle ist nicht allgemein zugänglich',
    'the source is not generally available',
  ),
  D_TOKEN_EXPIRED: rule('Die Freigabe ist abgelaufen', 'the clearance has expired'),
} as const satisfies Record<string, ReasonCodeDefinition>);
export type DenyCode = keyof typeof denyCodes;

/** Every basis on which somebody may be contacted (RULES G). */
export const allowCodes = Object.freeze({
  A_CONSENT_VALID: { de: 'Gültige Einwilligung', en: 'valid consent' },
  A_EXISTING_CUSTOMER: { de: 'Bestandskunde, ähnliche Ware', en: 'existing customer' },
  A_LEGIT_INTEREST_POST: { de: 'Berechtigtes Interesse, Post', en: 'legitimate interest, post' },
  A_LEGIT_INTEREST_INAPP: {
    de: 'Berechtigtes Interesse, in der App',
    en: 'legitimate interest, in the app',
  },
  A_LEGIT_INTEREST_PHONE: {
    de: 'Berechtigtes Interesse, Telefon',
    en: 'legitimate interest, phone',
  },
  A_PRESUMED_B2B_PHONE: {
    de: 'Mutmaßliche Einwilligung, Geschäftskunde',
    en: 'presumed consent of a business',
  },
  A_ONGOING_CONTRACT: { de: 'Laufender Vertrag', en: 'ongoing contract' },
  A_OPTOUT_REGIME: { de: 'Widerspruchsregelung des Landes', en: 'opt-out regime of the country' },
  A_B2B_OPTOUT_REGIME: {
    de: 'Widerspruchsregelung für Unternehmen',
    en: 'opt-out regime for businesses',
  },
  A_TRANSACTIONAL: { de: 'Vertragsnachricht ohne Werbung', en: 'transactional message' },
  A_TRANSACTIONAL_DOI: { de: 'Bestätigungsmail ohne Werbung', en: 'confirmation request' },
  A_AGGREGATE_ONLY: { de: 'Nur Gruppenauswertung', en: 'aggregate analysis only' },
} as const satisfies Record<string, LocalText>);
export type AllowCode = keyof typeof allowCodes;

/** The order is part of the stored format of decision pages: append only. */
export const denyCodeList: readonly DenyCode[] = Object.freeze(
  Object.keys(denyCodes).filter((code): code is DenyCode => Object.hasOwn(denyCodes, code)),
);
export const allowCodeList: readonly AllowCode[] = Object.freeze(
  Object.keys(allowCodes).filter((code): code is AllowCode => Object.hasOwn(allowCodes, code)),
);
