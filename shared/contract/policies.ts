import * as z from 'zod';
import { InstantText } from './primitives.ts';

const Text = z.object({ de: z.string(), en: z.string() });

export const PolicyRule = z
  .object({
    id: z.string(),
    group: z.string(),
    obligation: Text,
    authority: z.string(),
    certainty: z.string(),
    inputs: z.array(z.string()),
    codes: z.array(z.string()),
  })
  .meta({ id: 'PolicyRule' });

/** What a decision refers to: hashed whole, so the revision names exactly this content. */
export const PolicyDocument = z
  .object({
    schema: z.literal(1),
    rulebook: z.array(PolicyRule),
    parameters: z.record(z.string(), z.record(z.string(), z.unknown())),
    similarity: z.record(z.string(), z.array(z.string())),
    jurisdictions: z.array(z.record(z.string(), z.unknown())),
  })
  .meta({ id: 'PolicyDocument' });
export type PolicyDocument = z.infer<typeof PolicyDocument>;

export const PolicyView = z
  .object({
    revision: z.string(),
    recordedAt: InstantText,
    document: PolicyDocument,
    unverified: z
      .array(z.object({ path: z.string(), note: z.string() }))
      .meta({ description: 'values that a lawyer has to look at before they are relied on' }),
  })
  .meta({ id: 'Policy' });
export type PolicyView = z.infer<typeof PolicyView>;

export const PolicyPage = z
  .object({
    items: z.array(z.object({ revision: z.string(), recordedAt: InstantText })),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'PolicyPage' });
