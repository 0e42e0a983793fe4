import * as z from 'zod';
import { languages } from '../kernel/document.ts';
import { InstantText } from './primitives.ts';

export const letterParts = [
  'nature',
  'data',
  'consequences',
  'measures',
  'advice',
  'contact',
] as const;

export const BreachLetter = z
  .object({
    breachId: z.string(),
    language: z.enum(languages),
    drill: z.boolean(),
    madeAt: InstantText,
    sender: z.string().nullable().meta({ description: 'the controller; null: nobody is named' }),
    subject: z.string(),
    opening: z.array(z.string()),
    parts: z.array(
      z.object({
        name: z.enum(letterParts),
        title: z.string(),
        law: z.string().nullable(),
        paragraphs: z
          .array(z.string().nullable())
          .meta({ description: 'null: not known yet, and to be filled before it is sent' }),
      }),
    ),
    closing: z.array(z.string()),
    missing: z.array(z.object({ name: z.string(), label: z.string(), law: z.string() })),
    complete: z.boolean(),
  })
  .meta({ id: 'BreachLetter' });
export type BreachLetter = z.infer<typeof BreachLetter>;
