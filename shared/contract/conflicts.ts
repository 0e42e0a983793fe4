import * as z from 'zod';
import { LocalTextView } from './erasures.ts';
import { limits } from './limits.ts';
import { InstantText, ReasonText } from './primitives.ts';
import type { LocalText } from './reason-codes.ts';
import { RecipientQuery } from './subjects.ts';
import { contactPointKinds } from './vocabulary.ts';

/** Why several contact points cannot be taken for one person's. */
export const conflictCauses = ['two-people', 'too-many-contact-points'] as const;
export type ConflictCause = (typeof conflictCauses)[number];

/** What the gate takes the stricter of while a conflict lasts, in words for the officer. */
export const strictFacts = Object.freeze({
  residence: {
    de: 'Mehrere Länder sind genannt: Ohne bekanntes Recht wird niemand kontaktiert.',
    en: 'Several countries were named: with the law unknown nobody is contacted.',
  },
  recipientType: {
    de: 'Es gilt der am stärksten geschützte Empfängertyp, der genannt wurde.',
    en: 'The most protected type of recipient that was named counts.',
  },
  birthDate: {
    de: 'Es gilt das jüngste Geburtsdatum, das genannt wurde.',
    en: 'The youngest date of birth that was named counts.',
  },
  origin: {
    de: 'Es gilt die Herkunft der Daten mit den meisten Pflichten.',
    en: 'The origin of the data with the most duties counts.',
  },
  permission: {
    de: 'Was erlaubt, gilt nur für dabei genannte oder der Kennung bekannte Kontaktwege.',
    en: 'What permits counts for the contact points named with it, or known by the same key.',
  },
  refusals: {
    de: 'Jede Ablehnung gilt für alle; die Einwilligung des einen hebt keine des anderen auf.',
    en: 'Each refusal counts for all; the consent of one lifts no refusal of another.',
  },
} as const satisfies Record<string, LocalText>);
export type StrictFact = keyof typeof strictFacts;

/** In the order in which an answer names them. */
export const strictFactNames = [
  'residence',
  'recipientType',
  'birthDate',
  'origin',
  'permission',
  'refusals',
] as const satisfies readonly StrictFact[];

const ContactPoint = z.object({
  kind: z.enum(contactPointKinds),
  key: z.string().meta({ description: 'opaque: no identifier can be read out of it' }),
});

export const ConflictView = z
  .object({
    id: z.string(),
    controller: z.string(),
    since: InstantText.meta({ description: 'when what made it a conflict was recorded' }),
    cause: z.enum(conflictCauses),
    contactPoints: z.array(ContactPoint),
    takenAsStricter: z.array(z.object({ fact: z.enum(strictFactNames), text: LocalTextView })),
    events: z.number().int().meta({ description: 'events that tell of it' }),
  })
  .meta({ id: 'Conflict' });
export type ConflictView = z.infer<typeof ConflictView>;

export const ConflictPage = z
  .object({ items: z.array(ConflictView), nextCursor: z.string().nullable() })
  .meta({ id: 'ConflictPage' });
export type ConflictPage = z.infer<typeof ConflictPage>;

export const ResolutionSubmission = z
  .strictObject({
    separate: z
      .array(RecipientQuery)
      .min(1)
      .max(limits.contactPointsPerSubject)
      .meta({ description: 'the identifiers of the one person; all others are the other one’s' }),
    reason: ReasonText,
  })
  .meta({ id: 'ResolutionSubmission' });
export type ResolutionSubmission = z.infer<typeof ResolutionSubmission>;

export const ResolutionView = z
  .object({
    id: z.string().meta({ description: 'the conflict that was looked at' }),
    controller: z.string(),
    resolvedAt: InstantText,
    separated: z.array(ContactPoint),
    kept: z.array(ContactPoint),
    conflicts: z
      .array(z.string())
      .meta({ description: 'conflicts that are left among them; none where all is clear' }),
  })
  .meta({ id: 'Resolution' });
export type ResolutionView = z.infer<typeof ResolutionView>;
