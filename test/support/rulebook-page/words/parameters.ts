import type { policyDefaults } from '../../../../shared/contract/policy-overrides.ts';

/** What a parameter of the policy means, in what it counts, and what the number rests on. */
export interface ParameterWords {
  readonly en: string;
  readonly de: string;
  /** Of numbers, in the plural; null for switches and choices. */
  readonly unit: 'months' | 'days' | 'years' | 'contacts' | 'people' | null;
  readonly source: string;
  /** Counsel should say whether the default is right. */
  readonly contested?: boolean;
  /** What each value of a switch or choice means, by the value as text. */
  readonly values?: Readonly<Record<string, string>>;
}

type Defaults = typeof policyDefaults;
type Words = {
  readonly [Section in keyof Defaults]: {
    readonly [Name in keyof Defaults[Section]]: ParameterWords;
  };
};

const yesOrNo = { true: 'yes', false: 'no' } as const;

export const parameterWords = {
  consent: {
    dormancyMonths: {
      en: 'dormancy: a consent unused for so long no longer carries',
      de: 'Nichtnutzung, nach der eine Einwilligung nicht mehr trägt',
      unit: 'months',
      source:
        'policy (CON-8); AG München 161 C 12736/22 and AG Bonn 104 C 227/15 (4 years), LG Berlin' +
        ' 15 O 653/03 (2 years)',
    },
    firstUseMonths: {
      en: 'first use: a consent must be used within so long of its confirmation',
      de: 'Frist für die erste Nutzung einer Einwilligung',
      unit: 'months',
      source: 'policy (CON-9); LG München I 17 HK O 138/10 (1.5 years)',
    },
    doiExpiryDays: {
      en: 'confirmation: a request for consent expires after so long',
      de: 'Verfall einer nicht bestätigten Anfrage',
      unit: 'days',
      source: 'policy (DOI-4); Art. 5(1)(c), (e) GDPR; practice 7 to 14 days',
    },
  },
  ec: {
    windowMonths: {
      en: 'existing customers: a sale carries the exception for so long',
      de: 'Dauer der Bestandskundenausnahme nach einem Kauf',
      unit: 'months',
      source: 'policy (EC-5); no statutory limit in DE and AT',
    },
    smsCovered: {
      en: 'existing customers: the exception covers messages to a phone number',
      de: 'Bestandskundenausnahme auch für Nachrichten an Rufnummern',
      unit: null,
      source: '§ 7(3) UWG speaks of an electronic postal address; contested (H-2)',
      contested: true,
      values: yesOrNo,
    },
    freemiumCountsAsSale: {
      en: 'existing customers: a free account with a paid upgrade counts as a sale',
      de: 'kostenloses Konto mit bezahlter Erweiterung gilt als Verkauf',
      unit: null,
      source: 'EC-1; CJEU C-654/23',
      values: yesOrNo,
    },
  },
  post: {
    requiresOptIn: {
      en: 'letters need a consent',
      de: 'Briefwerbung nur mit Einwilligung',
      unit: null,
      source: 'policy; not the law (CH-DE-08; OLG Stuttgart 2 U 63/22)',
      values: yesOrNo,
    },
  },
  retention: {
    inactivityMonths: {
      en: 'inactivity: customers are advertised to for so long after active contact',
      de: 'Frist ohne aktiven Kontakt für Kunden',
      unit: 'months',
      source: 'policy (RET-1); Art. 5(1)(e) GDPR; CNIL 3 years',
    },
    maximumMonths: {
      en: 'longest period without active contact, on any ground',
      de: 'Höchstdauer ohne aktiven Kontakt, auf jeder Grundlage',
      unit: 'months',
      source: 'policy (RET-2); Art. 5(1)(e) GDPR',
    },
    prospectMonths: {
      en: 'inactivity: people who never bought are advertised to for so long',
      de: 'Frist ohne aktiven Kontakt für Interessenten',
      unit: 'months',
      source: 'policy (RET-4); Art. 5(1)(e) GDPR',
    },
  },
  profiling: {
    stance: {
      en: 'stance on scoring from own data (level P3)',
      de: 'Haltung zum Scoring aus eigenen Daten (Stufe P3)',
      unit: null,
      source: 'DSK Orientierungshilfe Direktwerbung 2022; contested (H-4)',
      contested: true,
      values: {
        strict_dsk: 'strict, as the DSK: consent',
        lia: 'less strict: a documented balancing with an impact assessment is enough',
      },
    },
    minimumAge: {
      en: 'age from which people may be profiled (from level P2 on)',
      de: 'Mindestalter für Profiling (ab Stufe P2)',
      unit: 'years',
      source: 'policy; Rec. 38, 71 GDPR; Art. 28(2) DSA by analogy',
    },
  },
  age: {
    unknown: {
      en: 'somebody without a recorded birth date counts as',
      de: 'wer kein erfasstes Geburtsdatum hat, gilt als',
      unit: null,
      source: 'policy',
      values: { adult: 'adult', minor: 'minor' },
    },
  },
  frequency: {
    electronicPerWeek: {
      en: 'cap on electronic messages of all kinds in 7 days',
      de: 'Obergrenze elektronischer Nachrichten in 7 Tagen',
      unit: 'contacts',
      source: 'policy (E); § 7(1) UWG; Annex to § 3(3) Nr. 26 UWG',
    },
    electronicPerMonth: {
      en: 'cap on electronic messages of all kinds in 30 days',
      de: 'Obergrenze elektronischer Nachrichten in 30 Tagen',
      unit: 'contacts',
      source: 'policy (E); § 7(1) UWG; Annex to § 3(3) Nr. 26 UWG',
    },
    postPerFortnight: {
      en: 'cap on letters in 14 days',
      de: 'Obergrenze für Briefe in 14 Tagen',
      unit: 'contacts',
      source: 'policy (E)',
    },
    callsPerMonth: {
      en: 'cap on calls in 30 days, attempts included',
      de: 'Obergrenze für Anrufe in 30 Tagen, Versuche eingeschlossen',
      unit: 'contacts',
      source: 'policy (E); § 7(1) UWG; Annex to § 3(3) Nr. 26 UWG',
    },
    refusalCooldownDays: {
      en: 'pause after somebody refused in a contact',
      de: 'Ruhefrist nach einer Ablehnung im Kontakt',
      unit: 'days',
      source: 'policy (E); Annex to § 3(3) Nr. 26 UWG',
    },
  },
  presumedInterest: {
    validMonths: {
      en: 'a fact that suggests the interest of a business counts for so long',
      de: 'Geltung einer Tatsache, die ein Interesse belegt',
      unit: 'months',
      source: 'policy (E); CH-DE-05',
    },
  },
  analysis: {
    smallestCell: {
      en: 'smallest group that an analysis of social data may show',
      de: 'kleinste Gruppe einer Auswertung von Netzwerkdaten',
      unit: 'people',
      source: 'policy (PRO-9); comparators: EMA policy 0070, WP216; never below 5',
    },
  },
} satisfies Words;

/** Where a rule's `inputs` name a section, the parameters of it that the rule reads. */
export const parameterFamilies: Readonly<Record<string, readonly string[]>> = {
  frequency: [
    'frequency.electronicPerWeek',
    'frequency.electronicPerMonth',
    'frequency.postPerFortnight',
    'frequency.callsPerMonth',
  ],
};
