import * as z from 'zod';
import { InstantText } from './primitives.ts';

const Count = z.number().int().min(0);

/** Of the controllers that the token acts for, together. */
export const MetricsSummary = z
  .object({
    asOf: InstantText,
    campaigns: Count,
    decisions: z
      .object({
        total: Count,
        byOutcome: z.object({ allow: Count, deny: Count }),
        byCode: z.record(z.string(), Count),
        pages: Count,
      })
      .meta({
        description: 'decisions that a checkpoint covers; a decision may have several codes',
      }),
    openBreaches: Count.meta({ description: 'cases that are not closed; drills are none' }),
    oldestUnsealed: z
      .object({ at: InstantText, ageSeconds: Count })
      .nullable()
      .meta({ description: 'the log entry that waits longest for a checkpoint; null for none' }),
  })
  .meta({ id: 'MetricsSummary' });
export type MetricsSummary = z.infer<typeof MetricsSummary>;
