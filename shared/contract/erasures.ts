import * as z from 'zod';
import { ControllerId, InstantText, ReasonText } from './primitives.ts';
import type { LocalText } from './reason-codes.ts';
import { RecipientQuery } from './subjects.ts';

interface KeptDefinition {
  /** Row of the rule catalogue; null where none speaks of it. */
  readonly rule: string | null;
  readonly authority: string;
  readonly text: LocalText;
}

/** Everything that outlives an erasure, each with what keeps it. */
export const keptThings = Object.freeze({
  suppression: {
    rule: 'RET-7',
    authority: 'Art. 21(3), 17(3)(b) GDPR; LG Stuttgart 17 O 807/21',
    text: {
      de: 'Sperreintrag und Widersprüche unter Schlüsseln; alle drei Jahre zu prüfen',
      en: 'suppression entry and refusals under keys; to be reviewed every three years',
    },
  },
  consent_evidence: {
    rule: 'RET-6',
    authority: 'Art. 17(3)(e) GDPR; §§ 195, 199(1) BGB; § 31(2) OWiG',
    text: {
      de: 'Nachweis der Einwilligung, sonst gesperrt, bis Ansprüche verjährt sind',
      en: 'evidence of the consent, restricted to that, until claims are barred by time',
    },
  },
  call_evidence: {
    rule: 'RET-6',
    authority: '§ 7a(2) UWG; Art. 17(3)(b) GDPR',
    text: {
      de: 'Nachweis der Einwilligung in Anrufe, fünf Jahre ab Erteilung und jeder Nutzung',
      en: 'evidence of the consent to calls, five years from its grant and from each use',
    },
  },
  tax_records: {
    rule: 'RET-5',
    authority: 'Art. 17(3)(b) GDPR; § 147(3), (4) AO; § 257(4), (5) HGB',
    text: {
      de: 'Verkäufe unter einer Aufbewahrungspflicht, gesperrt für alles andere',
      en: 'sales under a duty to keep records, restricted to that',
    },
  },
  other_person: {
    rule: 'OBJ-8',
    authority: 'Art. 17(1) GDPR',
    text: {
      de: 'Angaben unter einer anderen Kennung; ist es dieselbe Person, diese Kennung nennen',
      en: 'facts under another `id`; where it is the same person, name that one as well',
    },
  },
  decision_log: {
    rule: 'RET-9',
    authority: 'Art. 5(2), 17(3)(b), (e) GDPR',
    text: {
      de: 'Entscheidungen der Vergangenheit, unter Schlüsseln und ohne Inhalt',
      en: 'decisions of the past, under keys and without content',
    },
  },
  audience_files: {
    rule: null,
    authority: 'Art. 5(1)(e) GDPR',
    text: {
      de: 'Seiten ausgewerteter Kampagnen mit Schlüsseln und Zeilenbezügen, bis zu ihrer Frist',
      en: 'pages of campaigns with keys and refs, until their lifecycle deletes them',
    },
  },
} as const satisfies Record<string, KeptDefinition>);
export type KeptThing = keyof typeof keptThings;

export const keptThingNames = [
  'suppression',
  'consent_evidence',
  'call_evidence',
  'tax_records',
  'other_person',
  'decision_log',
  'audience_files',
] as const satisfies readonly KeptThing[];

export const LocalTextView = z.object({ de: z.string(), en: z.string() });

export const Kept = z
  .object({
    what: z.enum(keptThingNames),
    /** Events of the ledger; null where it is something else. */
    events: z.number().int().nullable(),
    rule: z.string().nullable(),
    authority: z.string(),
    why: LocalTextView,
    until: InstantText.nullable().meta({ description: 'null: no end is set' }),
  })
  .meta({ id: 'Kept' });
export type Kept = z.infer<typeof Kept>;

export const ErasureSubmission = z
  .strictObject({
    recipient: RecipientQuery,
    controller: ControllerId.optional().meta({
      description: 'needed where the token acts for several',
    }),
    reason: ReasonText,
  })
  .meta({ id: 'ErasureSubmission' });
export type ErasureSubmission = z.infer<typeof ErasureSubmission>;

export const ErasureView = z
  .object({
    id: z.string(),
    controller: z.string(),
    erasedAt: InstantText,
    contactPoints: z.number().int().meta({ description: 'that a suppression entry now names' }),
    removed: z
      .record(z.string(), z.number().int())
      .meta({ description: 'deleted events of the ledger by their type' }),
    kept: z.array(Kept),
    recipients: z
      .object({
        processors: z.array(z.string()),
        complete: z
          .boolean()
          .meta({ description: 'false: there are older decisions that were not looked at' }),
      })
      .meta({ description: 'whom campaigns that had allowed the person named (Art. 19 GDPR)' }),
  })
  .meta({ id: 'Erasure' });
export type ErasureView = z.infer<typeof ErasureView>;
