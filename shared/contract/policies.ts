import * as z from 'zod';
import { PolicyDraftOverrides } from './policy-overrides.ts';
import { ControllerId, InstantText, ReasonText } from './primitives.ts';

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

/** The overrides that one person drafts and a second one releases. */
export const PolicyDraftSubmission = z
  .strictObject({
    controller: ControllerId,
    policy: PolicyDraftOverrides,
    reason: ReasonText.nullish(),
  })
  .meta({ id: 'PolicyDraftSubmission' });
export type PolicyDraftSubmission = z.infer<typeof PolicyDraftSubmission>;

/** The body may be left out; a revision says what is released. */
export const PolicyReleaseSubmission = z
  .strictObject({
    controller: ControllerId.optional().meta({
      description: 'needed where several controllers of the token have drafted this revision',
    }),
    reason: ReasonText.nullish(),
  })
  .default({})
  .meta({ id: 'PolicyReleaseSubmission' });
export type PolicyReleaseSubmission = z.infer<typeof PolicyReleaseSubmission>;

export const draftStates = ['draft', 'released'] as const;

/** Who drafted a policy for a controller, and who released it. */
export const PolicyDraft = z
  .object({
    controller: z.string(),
    state: z.enum(draftStates),
    policy: PolicyDraftOverrides,
    draftedBy: z.string().meta({ description: 'the `sub` of the token' }),
    draftedAt: InstantText,
    reason: z.string().nullable(),
    releasedBy: z.string().nullable(),
    releasedAt: InstantText.nullable(),
    releaseReason: z.string().nullable(),
  })
  .meta({ id: 'PolicyDraft' });
export type PolicyDraft = z.infer<typeof PolicyDraft>;

const Unverified = z
  .array(z.object({ path: z.string(), note: z.string() }))
  .meta({ description: 'values that a lawyer has to look at before they are relied on' });

export const PolicyDraftView = z
  .object({
    revision: z.string(),
    ...PolicyDraft.shape,
    document: PolicyDocument,
    unverified: Unverified,
  })
  .meta({ id: 'PolicyDraftView' });
export type PolicyDraftView = z.infer<typeof PolicyDraftView>;

export const PolicyView = z
  .object({
    revision: z.string(),
    recordedAt: InstantText,
    document: PolicyDocument,
    unverified: Unverified,
    drafts: z.array(PolicyDraft).meta({
      description: 'drafts and releases of this revision for the controllers of the token',
    }),
  })
  .meta({ id: 'Policy' });
export type PolicyView = z.infer<typeof PolicyView>;

export const PolicyPage = z
  .object({
    items: z.array(z.object({ revision: z.string(), recordedAt: InstantText })),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'PolicyPage' });
