import type { Jurisdiction } from '../../../../shared/policy/jurisdiction.ts';

/** The parts of a country's law that rules read, each under `law.` in their `inputs`. */
export type LawPart = Exclude<
  keyof Jurisdiction,
  | 'country'
  | 'validFrom'
  | 'validTo'
  | 'timeZones'
  | 'publicHolidays'
  | 'authorities'
  | 'unverified'
>;

interface LawWords {
  readonly en: string;
  readonly de: string;
  readonly meaning: string;
}

export const lawWords: Readonly<Record<LawPart, LawWords>> = {
  channels: {
    en: 'grounds besides consent',
    de: 'Rechtsgrundlagen neben der Einwilligung',
    meaning: 'which grounds the country offers on a channel, for private and business recipients',
  },
  corporateTypes: {
    en: 'who counts as a business',
    de: 'wer als Unternehmen gilt',
    meaning: 'recipients whom the country does not protect like private people',
  },
  consentAge: {
    en: 'age of consent',
    de: 'Alter der Einwilligung',
    meaning: 'from which a child consents alone (Art. 8(1) GDPR)',
  },
  existingCustomerMonths: {
    en: 'period of the existing-customer exception',
    de: 'Dauer der Bestandskundenausnahme',
    meaning: 'how long a sale carries it',
  },
  existingCustomerClock: {
    en: 'start of the existing-customer period',
    de: 'Beginn der Bestandskundenfrist',
    meaning: 'the sale, or the last permitted use after it',
  },
  enquirySuffices: {
    en: 'enquiry instead of a sale',
    de: 'Anfrage statt Verkauf',
    meaning: 'advertisers for whom an enquiry is as good as a sale',
  },
  registers: {
    en: 'registers against advertising',
    de: 'Verzeichnisse gegen Werbung',
    meaning: 'which must be asked, how long a result holds and what a listing takes away',
  },
  windows: {
    en: 'permitted hours',
    de: 'erlaubte Zeiten',
    meaning: 'days and hours for calls and for messages to a phone',
  },
  caps: {
    en: 'cap on contacts',
    de: 'Obergrenze für Kontakte',
    meaning: 'how many contacts within how many days',
  },
  refusalCooldown: {
    en: 'pause after a refusal',
    de: 'Ruhefrist nach einer Ablehnung',
    meaning: 'for how many days nobody is contacted again who refused',
  },
  dormancyMonths: {
    en: 'period of dormancy',
    de: 'Frist der Nichtnutzung',
    meaning: 'after which an unused consent no longer carries',
  },
  inactivityMonths: {
    en: 'period of inactivity',
    de: 'Frist ohne aktiven Kontakt',
    meaning: 'after which customers are no longer advertised to',
  },
  prospectMonths: {
    en: 'period for prospects',
    de: 'Frist für Interessenten',
    meaning: 'after which people who never bought are no longer advertised to',
  },
};

/** The countries of this book, in the words of both languages. */
export const countryNames: Readonly<Record<string, { readonly en: string; readonly de: string }>> =
  {
    AT: { en: 'Austria', de: 'Österreich' },
    BE: { en: 'Belgium', de: 'Belgien' },
    CH: { en: 'Switzerland', de: 'Schweiz' },
    CZ: { en: 'Czechia', de: 'Tschechien' },
    DE: { en: 'Germany', de: 'Deutschland' },
    DK: { en: 'Denmark', de: 'Dänemark' },
    ES: { en: 'Spain', de: 'Spanien' },
    FI: { en: 'Finland', de: 'Finnland' },
    FR: { en: 'France', de: 'Frankreich' },
    GB: { en: 'United Kingdom', de: 'Vereinigtes Königreich' },
    IE: { en: 'Ireland', de: 'Irland' },
    IT: { en: 'Italy', de: 'Italien' },
    LU: { en: 'Luxembourg', de: 'Luxemburg' },
    NL: { en: 'Netherlands', de: 'Niederlande' },
    NO: { en: 'Norway', de: 'Norwegen' },
    PL: { en: 'Poland', de: 'Polen' },
    PT: { en: 'Portugal', de: 'Portugal' },
    SE: { en: 'Sweden', de: 'Schweden' },
  };

/** Registers by the names under which their results are recorded. */
export const registerNames: Readonly<Record<string, string>> = {
  AT_ECG: 'ECG list of the RTR',
  AT_ROBINSON: 'Robinson list for post',
  BE_DNCM: 'Bel-me-niet-meer / Ne m’appelez plus',
  BE_ROBINSON: 'Robinson Mail',
  CH_DIRECTORY: 'telephone directory (asterisk, or no entry)',
  DE_DDV: 'DDV Robinson list',
  DK_ROBINSON: 'Robinsonlisten (CPR)',
  ES_ROBINSON: 'Lista Robinson',
  FR_BLOCTEL: 'Bloctel',
  GB_CTPS: 'Corporate Telephone Preference Service',
  GB_TPS: 'Telephone Preference Service',
  IE_NDD: 'National Directory Database',
  IT_RPO: 'Registro pubblico delle opposizioni',
  NO_RESERVASJON: 'Reservasjonsregisteret',
  SE_NIX: 'NIX-Telefon',
};
