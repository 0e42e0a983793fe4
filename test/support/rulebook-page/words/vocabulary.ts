import type { AllowCode } from '../../../../shared/contract/reason-codes.ts';
import type {
  advertiserKinds,
  Channel,
  consentForms,
  contents,
  evidenceMethods,
  originKinds,
  ProfilingLevel,
  RecipientType,
  saleStatuses,
  transferBases,
} from '../../../../shared/contract/vocabulary.ts';
import type { StatutoryBasis } from '../../../../shared/policy/jurisdiction.ts';
import type { RuleGroup } from '../../../../shared/policy/rule.ts';

type WordsOf<List extends readonly string[]> = Readonly<Record<List[number], string>>;

/** Channels as they read within a sentence. */
export const channelWords: Readonly<Record<Channel, string>> = {
  EMAIL: 'e-mail',
  SMS: 'SMS',
  MMS: 'MMS',
  MESSENGER: 'messenger messages',
  PUSH_APP: 'push messages of apps',
  PUSH_WEB: 'push messages of browsers',
  INAPP: 'in-app messages',
  INBOX_AD: 'inbox advertising',
  SOCIAL_DM: 'direct messages on networks',
  CUSTOM_AUDIENCE: 'audiences on platforms',
  PHONE_HUMAN: 'calls by people',
  PHONE_AUTO: 'calls by machines',
  FAX: 'fax',
  POST: 'letters',
};

/** What a channel is, where its name does not say it. */
export const channelMeanings: Readonly<Record<Channel, string>> = {
  EMAIL: 'to an e-mail address · E-Mail',
  SMS: 'text messages to a phone number · SMS',
  MMS: 'picture and sound messages to a phone number · MMS',
  MESSENGER: 'messages of a messenger service to a phone number · Messenger-Nachrichten',
  PUSH_APP: 'shown by the phone for an installed app · Push-Nachrichten der App',
  PUSH_WEB: 'shown by the browser for a website · Push-Nachrichten des Browsers',
  INAPP: 'shown within the own session of the user, unlike a letterbox · Hinweise in der App',
  INBOX_AD: 'advertisements among the mails of a webmail inbox (CJEU C-102/20) · Inbox-Werbung',
  SOCIAL_DM: 'private messages on a social or business network · Direktnachrichten',
  CUSTOM_AUDIENCE: 'upload of contact details, hashed or not, to a platform · Zielgruppen-Upload',
  PHONE_HUMAN: 'a person calls · Anrufe durch Menschen',
  PHONE_AUTO: 'a recording or an artificial voice calls · automatische Anrufmaschinen',
  FAX: 'to a fax number · Telefax',
  POST: 'addressed to a person · adressierte Briefwerbung',
};

export const recipientWords: Readonly<Record<RecipientType, string>> = {
  CONSUMER: 'consumers',
  SOLE_TRADER: 'sole traders',
  BUSINESS_PERSON: 'named contacts at businesses',
  BUSINESS_GENERIC: 'general addresses of businesses',
};

/** Grounds besides consent, as the tables of the countries name them. */
export const basisWords: Readonly<Record<StatutoryBasis, string>> = {
  existing_customer: 'existing customers',
  legitimate_interest: 'legitimate interest',
  presumed_interest: 'presumed interest',
  ongoing_contract: 'running contract',
  recent_customer: 'recent purchase',
  opt_out: 'opt-out',
};

export const basisMeanings: Readonly<Record<StatutoryBasis, string>> = {
  existing_customer:
    'own similar goods, to customers who were told of their right to object (Art. 13(2)' +
    ' Dir. 2002/58; § 7(3) UWG) · Bestandskundenausnahme',
  legitimate_interest:
    'Art. 6(1)(f) GDPR; the balancing must be documented · berechtigtes Interesse',
  presumed_interest:
    'concrete facts suggest that a business is interested in this offer by phone · mutmaßliche' +
    ' Einwilligung',
  ongoing_contract:
    'a contract with this controller is running, and what is offered is similar to its object ·' +
    ' laufender Vertrag',
  recent_customer:
    'something similar was bought from this controller within the last 12 months · Kauf im' +
    ' letzten Jahr',
  opt_out:
    'permitted until somebody objects or is listed in a register · erlaubt bis zum Widerspruch',
};

export const advertiserKindWords: WordsOf<typeof advertiserKinds> = {
  commercial: 'commercial advertisers',
  charity: 'charities',
  press: 'the press',
};

export const profilingLevelWords: Readonly<Record<ProfilingLevel, string>> = {
  P0: 'no selection beyond having a ground',
  P1: 'one criterion without new insight, such as the postcode or having bought a product',
  P2: 'segments by a few criteria from own purchase history',
  P3: 'scoring, prediction or behavioural profiles from own data',
  P4: 'enrichment from outside: credit agencies, brokers, matching with third parties',
  P5: 'geoscoring: purchasing power by address',
  P6: 'tracking what individuals do on social networks',
  P7: 'special categories of data, used or inferred',
  P8: 'decisions by a machine alone, with significant effect',
};

export const contentWords: WordsOf<typeof contents> = {
  advertising: 'advertising',
  transactional: 'a message about a contract',
  doi_confirmation: 'the request to confirm a consent (double opt-in)',
  permission_request: 'asks for consent to advertising, and is advertising (CH-DE-18)',
  survey: 'asks for opinions, and is advertising (CH-DE-16)',
};

export const saleStatusWords: WordsOf<typeof saleStatuses> = {
  contract: 'a contract that was made',
  ongoing_contract: 'a contract that is running',
  freemium_account: 'a free account with a paid upgrade',
  abandoned_cart: 'a cart that was left; no sale',
  enquiry: 'an enquiry; no sale, but for some advertisers as good as one',
  prize_draw: 'a prize draw; no sale',
};

export const consentFormWords: WordsOf<typeof consentForms> = {
  active: 'an active act, such as ticking a box',
  preticked: 'a box that was ticked beforehand; no consent',
  oral: 'said aloud',
  written: 'signed on paper or in text',
};

export const evidenceMethodWords: WordsOf<typeof evidenceMethods> = {
  doi_email: 'double opt-in by e-mail',
  doi_sms: 'double opt-in by text message',
  call_recording: 'recording of a call',
  paper: 'paper',
  import: 'taken over from another system; proves nothing',
};

export const originWords: WordsOf<typeof originKinds> = {
  own: 'from the person',
  third_party: 'from a third party, such as a broker',
  public: 'from public sources',
  social: 'from a social network',
};

export const transferWords: WordsOf<typeof transferBases> = {
  not_needed: 'none needed, or so the campaign says; the country must be in the EEA or adequate',
  adequacy: 'adequacy decision (Art. 45 GDPR)',
  dpf: 'EU-US Data Privacy Framework, with the reference of the listing',
  scc: 'standard contractual clauses, with their reference',
  bcr: 'binding corporate rules, with their reference',
  none: 'none',
};

/** What an allowed contact stands on, beyond its name. */
export const groundMeanings: Readonly<Record<AllowCode, string>> = {
  A_CONSENT_VALID: 'a consent that fits channel, purpose and advertiser, confirmed and evidenced',
  A_EXISTING_CUSTOMER: 'the existing-customer exception: all of its conditions are met',
  A_LEGIT_INTEREST_POST: 'letters on a documented balancing (Art. 6(1)(f) GDPR)',
  A_LEGIT_INTEREST_INAPP: 'in-app messages on a documented balancing (Art. 6(1)(f) GDPR)',
  A_LEGIT_INTEREST_PHONE:
    'calls on a legitimate interest, or to somebody who bought something similar within a year',
  A_PRESUMED_B2B_PHONE: 'calls to a business on presumed consent (§ 7(2) Nr. 1 Alt. 2 UWG)',
  A_ONGOING_CONTRACT: 'a running contract with this controller, and an offer similar to its object',
  A_OPTOUT_REGIME: 'private recipients in a country where the channel is free until they object',
  A_B2B_OPTOUT_REGIME: 'business recipients where the channel is free until they object',
  A_TRANSACTIONAL: 'a message without advertising about a contract',
  A_TRANSACTIONAL_DOI: 'the request to confirm a consent, without advertising',
  A_AGGREGATE_ONLY: 'an analysis of groups without recipients; nobody is contacted',
};

interface GroupWords {
  readonly title: string;
  readonly introduction: string;
}

export const groupWords: Readonly<Record<RuleGroup, GroupWords>> = {
  admissibility: {
    title: 'May the campaign go out at all?',
    introduction:
      'These rules look at the campaign alone. One that is not met rejects it for everybody, and' +
      " nobody's data are read.",
  },
  jurisdiction: {
    title: 'Who is the recipient, and which law applies?',
    introduction: 'What is not known here cannot be judged, so it denies.',
  },
  refusal: {
    title: 'Has the person refused?',
    introduction:
      'Refusals stand before permissions because no permission outweighs them. Each entry says' +
      ' what, if anything, lifts the refusal.',
  },
  permission: {
    title: 'Is there a ground for the contact?',
    introduction:
      'Consent is tried first, then what the law of the country offers besides; the first ground' +
      ' that carries is enough. The rules on consent report what is wrong with the consents that' +
      ' come nearest, and only where no other ground carries. The rules on existing customers' +
      ' report only to people who have bought, on a channel where the law has the exception, and' +
      ' where no other ground carries.',
  },
  profiling: {
    title: 'May people be selected in this way?',
    introduction:
      'A ground for the message is no ground for the selection. The levels P0 to P8 are explained' +
      ' in the chapter on words.',
  },
  retention: {
    title: 'Are the data still fresh enough?',
    introduction: 'Data that nobody has renewed by active contact are no longer used.',
  },
  timing: {
    title: 'Is this the right moment?',
    introduction: 'Time heals what these rules refuse; the decision says from when.',
  },
};
