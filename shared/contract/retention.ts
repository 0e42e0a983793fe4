import * as z from 'zod';
import { LocalTextView } from './erasures.ts';
import { limits } from './limits.ts';
import { ControllerId, InstantText } from './primitives.ts';
import type { LocalText } from './reason-codes.ts';

/** `restrict`, `notify` and `review` are for people; the rest a sweep does itself. */
export const retentionActions = ['erase', 'minimise', 'restrict', 'notify', 'review'] as const;
export type RetentionAction = (typeof retentionActions)[number];

interface RetentionDefinition {
  readonly action: RetentionAction;
  /** Row of the rule catalogue. */
  readonly rule: string;
  readonly authority: string;
  readonly text: LocalText;
}

/** Everything that falls due, each with the period that says so. */
export const retentionThings = Object.freeze({
  inactive_subject: {
    action: 'erase',
    rule: 'RET-2',
    authority: 'Art. 5(1)(e) GDPR; policy',
    text: {
      de: 'Die Höchstdauer ohne aktiven Kontakt ist überschritten',
      en: 'the longest period without active contact is over',
    },
  },
  prospect: {
    action: 'erase',
    rule: 'RET-4',
    authority: 'Art. 5(1)(e) GDPR; policy',
    text: {
      de: 'Interessent ohne Kauf und ohne Einwilligung, dessen Frist vorüber ist',
      en: 'a prospect without a sale and without a consent, whose period is over',
    },
  },
  unconfirmed_subject: {
    action: 'erase',
    rule: 'RET-10',
    authority: 'Art. 5(1)(c), (e) GDPR',
    text: {
      de: 'Nichts als eine Anfrage, die nie bestätigt wurde',
      en: 'nothing but a request that was never confirmed',
    },
  },
  unconfirmed_request: {
    action: 'minimise',
    rule: 'RET-10',
    authority: 'Art. 5(1)(c), (e) GDPR',
    text: {
      de: 'Eine Anfrage wurde nie bestätigt; es bleibt, dass gefragt wurde',
      en: 'a request was never confirmed; that somebody asked is all that stays',
    },
  },
  connection_data: {
    action: 'minimise',
    rule: 'RET-12',
    authority: 'Art. 5(1)(c) GDPR',
    text: {
      de: 'IP-Adresse und Browserkennung, die nichts mehr belegen',
      en: 'IP address and user agent that are evidence of nothing any more',
    },
  },
  consent_evidence: {
    action: 'minimise',
    rule: 'RET-6',
    authority: 'Art. 17(3)(e) GDPR; §§ 195, 199(1) BGB; § 7a(2) UWG',
    text: {
      de: 'Nachweis einer beendeten Einwilligung, aus der nichts mehr folgt; der Widerruf bleibt',
      en: 'evidence of a consent that ended long ago; the withdrawal stays',
    },
  },
  erased_evidence: {
    action: 'erase',
    rule: 'RET-6',
    authority: 'Art. 17(3)(e) GDPR; §§ 195, 199(1) BGB; § 7a(2) UWG',
    text: {
      de: 'Nachweis, der eine Löschung überdauert hat und jetzt nicht mehr gebraucht wird',
      en: 'evidence that has outlived an erasure and is not needed any more',
    },
  },
  tax_records: {
    action: 'erase',
    rule: 'RET-5',
    authority: '§ 147(3), (4) AO; § 257(4), (5) HGB; Art. 17(3)(b) GDPR',
    text: {
      de: 'Die Aufbewahrungspflicht ist vorüber, und nichts anderes verlangt die Daten',
      en: 'the duty to keep records is over, and nothing else asks for the data',
    },
  },
  late_report: {
    action: 'erase',
    rule: 'OBJ-8',
    authority: 'Art. 17(1) GDPR',
    text: {
      de: 'Eine Angabe von vor einer Löschung, die erst danach gemeldet wurde',
      en: 'a fact of before an erasure that was reported after it',
    },
  },
  unfinished_erasure: {
    action: 'erase',
    rule: 'OBJ-8',
    authority: 'Art. 17(1), 5(1)(e) GDPR',
    text: {
      de: 'Rest einer Löschung, die unterbrochen wurde',
      en: 'the rest of an erasure that was interrupted',
    },
  },
  bare_entry: {
    action: 'erase',
    rule: 'RET-9',
    authority: 'Art. 5(1)(e) GDPR',
    text: {
      de: 'Ein leerer Eintrag nach Fristablauf, auf den keine Entscheidung mehr verweist',
      en: 'an empty entry after its period, to which no decision refers any more',
    },
  },
  inactive_customer: {
    action: 'restrict',
    rule: 'RET-1',
    authority: 'Art. 5(1)(e) GDPR',
    text: {
      de: 'Kunde ohne aktiven Kontakt: keine Werbung mehr ohne Einwilligung',
      en: 'a customer without active contact: no more advertising without consent',
    },
  },
  art14_notice: {
    action: 'notify',
    rule: 'ORI-2',
    authority: 'Art. 14(3)(a) GDPR',
    text: {
      de: 'Daten aus anderer Quelle: spätestens in einem Monat zu informieren',
      en: 'data from another source: the person has to be informed within a month',
    },
  },
  suppression: {
    action: 'review',
    rule: 'RET-7',
    authority: 'Art. 21(3), 5(1)(e) GDPR',
    text: {
      de: 'Sperreintrag: alle drei Jahre zu prüfen, ob er noch gebraucht wird',
      en: 'suppression entry: to be reviewed every three years, whether it is still needed',
    },
  },
  decision_log: {
    action: 'erase',
    rule: 'RET-9',
    authority: 'Art. 5(2), 5(1)(e) GDPR; § 7a(2) UWG',
    text: {
      de: 'Entscheidungen, nach denen niemand mehr fragen kann',
      en: 'decisions that nobody can ask for any more',
    },
  },
} as const satisfies Record<string, RetentionDefinition>);
export type RetentionThing = keyof typeof retentionThings;

export const retentionThingNames = [
  'inactive_subject',
  'prospect',
  'unconfirmed_subject',
  'unconfirmed_request',
  'connection_data',
  'consent_evidence',
  'erased_evidence',
  'tax_records',
  'late_report',
  'unfinished_erasure',
  'bare_entry',
  'inactive_customer',
  'art14_notice',
  'suppression',
  'decision_log',
] as const satisfies readonly RetentionThing[];

const HoldView = z.object({
  kind: z.string(),
  since: InstantText,
  until: InstantText.nullable(),
});

export const RetentionItem = z
  .object({
    controller: z.string(),
    subject: z
      .string()
      .nullable()
      .meta({ description: 'a key of the person; null where it is about nobody in particular' }),
    what: z.enum(retentionThingNames),
    action: z.enum(retentionActions),
    /** Events of the ledger that it is about; null where it is something else. */
    events: z.number().int().nullable(),
    due: InstantText,
    rule: z.string(),
    authority: z.string(),
    why: LocalTextView,
    blockedBy: HoldView.nullable().meta({ description: 'the hold that forbids it for now' }),
    about: z.string().nullable().meta({ description: 'the run, for pages of the decision log' }),
  })
  .meta({ id: 'RetentionItem' });
export type RetentionItem = z.infer<typeof RetentionItem>;

export const RetentionQuery = z.strictObject({
  controller: ControllerId.optional(),
  limit: z.coerce.number().int().min(1).max(limits.listLimitMax).optional(),
  cursor: z.string().min(1).max(1024).optional(),
});
export type RetentionQuery = z.infer<typeof RetentionQuery>;

export const RetentionPage = z
  .object({
    items: z.array(RetentionItem),
    nextCursor: z.string().nullable().meta({
      description: 'a page ends when it has looked at enough people, also with few items or none',
    }),
  })
  .meta({ id: 'RetentionPage' });
export type RetentionPage = z.infer<typeof RetentionPage>;

export const SweepSubmission = z
  .strictObject({ controller: ControllerId.optional(), dryRun: z.boolean() })
  .meta({ id: 'SweepSubmission' });
export type SweepSubmission = z.infer<typeof SweepSubmission>;

export const SweepCount = z.object({
  what: z.enum(retentionThingNames),
  action: z.enum(retentionActions),
  rule: z.string(),
  /** People, or runs of the decision log. */
  found: z.number().int(),
  /** Of them, what has gone, or has been shortened; none in a dry run. */
  done: z.number().int(),
  blocked: z.number().int(),
});
export type SweepCount = z.infer<typeof SweepCount>;

export const SweepView = z
  .object({
    id: z.string(),
    controllers: z.array(z.string()),
    dryRun: z.boolean(),
    state: z.enum(['running', 'finished']),
    startedAt: InstantText,
    finishedAt: InstantText.nullable(),
    progress: z.object({ buckets: z.number().int(), of: z.number().int() }),
    subjects: z.number().int().meta({ description: 'people that were looked at' }),
    counts: z.array(SweepCount),
    erasuresCompleted: z.number().int(),
  })
  .meta({ id: 'Sweep' });
export type SweepView = z.infer<typeof SweepView>;

/** One thing of one person that a sweep found: the record of what went, by keys alone. */
export const SweptItem = z.object({
  controller: z.string(),
  subject: z.string().nullable(),
  what: z.enum(retentionThingNames),
  events: z.number().int().nullable(),
  outcome: z.enum(['done', 'blocked', 'found']).meta({
    description: '`found`: left to people, or in a dry run, or changed in between',
  }),
  about: z.string().nullable(),
});
export type SweptItem = z.infer<typeof SweptItem>;

export const SweepDetail = SweepView.extend({
  items: z.array(SweptItem),
  nextCursor: z.string().nullable(),
}).meta({ id: 'SweepDetail' });
export type SweepDetail = z.infer<typeof SweepDetail>;
