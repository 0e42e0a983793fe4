import * as z from 'zod';

export const ratedThings = [
  'deadlines',
  'assessment',
  'notification',
  'acknowledgement',
  'completeness',
] as const;

const LocalText = z.object({ de: z.string(), en: z.string() });
const Points = z.number().int();

export const BreachRating = z
  .object({
    breachId: z.string(),
    drill: z.literal(true),
    timeScale: Points,
    final: z.boolean().meta({ description: 'false until the drill is closed' }),
    points: Points,
    maximum: Points,
    criteria: z.array(
      z.object({
        name: z.enum(ratedThings),
        points: Points,
        maximum: Points,
        text: LocalText,
      }),
    ),
    text: LocalText,
  })
  .meta({ id: 'BreachRating', description: 'of a drill; what did not arise is not rated' });
export type BreachRating = z.infer<typeof BreachRating>;
