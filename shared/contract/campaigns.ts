import * as z from 'zod';
import { parseInstant } from '../kernel/instant.ts';
import { limits } from './limits.ts';
import {
  ChannelName,
  ControllerId,
  CountryCode,
  DottedName,
  InstantText,
  PurposeName,
  ReasonText,
  ShortText,
} from './primitives.ts';
import { Recipient } from './subjects.ts';
import {
  advertiserKinds,
  campaignStates,
  contents,
  profilingLevels,
  transferBases,
} from './vocabulary.ts';

export const MessageFacts = z
  .strictObject({
    senderIdentified: z.boolean(),
    imprint: z.boolean(),
    optOutNotice: z.boolean(),
    oneClickUnsubscribe: z.boolean(),
    art14Notice: z.boolean(),
    callerIdShown: z.boolean(),
    containsAdvertising: z
      .boolean()
      .optional()
      .meta({ description: 'default: true unless content is transactional or doi_confirmation' }),
  })
  .meta({ id: 'MessageFacts' });

export const Attribute = z
  .strictObject({
    name: ShortText,
    category: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'is no category such as `location`'),
    collectedFor: z.array(PurposeName).max(limits.purposesPerAttribute),
    source: ShortText,
  })
  .meta({ id: 'Attribute' });

export const Profiling = z
  .strictObject({
    level: z.enum(profilingLevels),
    attributes: z.array(Attribute).max(limits.attributesPerCampaign),
    specialCategories: z.boolean(),
    significantEffect: z.boolean(),
    political: z.boolean(),
  })
  .meta({ id: 'Profiling' });

export const Processor = z
  .strictObject({
    name: ShortText,
    country: CountryCode,
    contractRef: ShortText.nullable(),
    transfer: z.strictObject({ basis: z.enum(transferBases), ref: ShortText.nullable() }),
  })
  .meta({ id: 'Processor' });

export const Assessments = z
  .strictObject({ liaRef: ShortText.nullable(), dpiaRef: ShortText.nullable() })
  .meta({ id: 'Assessments' });

export const Schedule = z
  .strictObject({ sendFrom: InstantText, sendUntil: InstantText })
  .refine(
    (schedule) => {
      const from = parseInstant(schedule.sendFrom);
      const until = parseInstant(schedule.sendUntil);
      return from === null || until === null || from < until;
    },
    { message: 'is not after `sendFrom`', path: ['sendUntil'] },
  )
  .meta({ id: 'Schedule' });

/** What a campaign says of itself; a check carries the same fields (API 2). */
const campaignFields = {
  reference: ShortText,
  controller: ControllerId,
  advertiser: ShortText,
  advertiserKind: z.enum(advertiserKinds),
  channel: ChannelName,
  purpose: PurposeName,
  productCategory: DottedName,
  content: z.enum(contents),
  message: MessageFacts,
  profiling: Profiling,
  processors: z.array(Processor).max(limits.processorsPerCampaign),
  assessments: Assessments,
  platform: ShortText.nullish(),
  expectedRecipients: z.number().int().min(1).max(limits.campaignRecipients).optional(),
  schedule: Schedule,
};

export const CampaignFields = z.strictObject(campaignFields);
export type CampaignFields = z.infer<typeof CampaignFields>;

const InlineAudience = z.strictObject({
  recipients: z.array(Recipient).min(1).max(limits.recipientsPerRequest),
});

export const CampaignSubmission = z
  .strictObject({ ...campaignFields, audience: InlineAudience })
  .meta({ id: 'CampaignSubmission' });
export type CampaignSubmission = z.infer<typeof CampaignSubmission>;

export const modes = ['enforce', 'dry_run'] as const;

export const CheckSubmission = z
  .strictObject({
    ...campaignFields,
    recipients: z.array(Recipient).min(1).max(limits.recipientsPerRequest),
    mode: z.enum(modes).optional().meta({ description: 'default: enforce' }),
    asOf: InstantText.nullish(),
    policy: z
      .string()
      .regex(/^sha256:[0-9a-f]{64}$/, 'is no policy revision such as `sha256:…`')
      .nullish(),
  })
  .refine((check) => check.mode === 'dry_run' || check.asOf == null, {
    message: 'is allowed with `mode` `dry_run` alone',
    path: ['asOf'],
  })
  .refine((check) => check.mode === 'dry_run' || check.policy == null, {
    message: 'is allowed with `mode` `dry_run` alone',
    path: ['policy'],
  })
  .refine((check) => check.asOf == null || check.recipients.length <= limits.recipientsAsOf, {
    message: `has more than the ${limits.recipientsAsOf} recipients that \`asOf\` allows`,
    path: ['recipients'],
  })
  .meta({ id: 'CheckSubmission' });
export type CheckSubmission = z.infer<typeof CheckSubmission>;

/** The word of the data protection officer on a held campaign. */
export const ReviewSubmission = z
  .strictObject({ reason: ReasonText })
  .meta({ id: 'ReviewSubmission' });

export const reviewOutcomes = ['released', 'rejected'] as const;

export const CampaignReview = z
  .object({
    outcome: z.enum(reviewOutcomes),
    by: z.string().meta({ description: 'the `sub` of the token' }),
    at: InstantText,
    reason: z.string(),
  })
  .meta({ id: 'CampaignReview' });
export type CampaignReview = z.infer<typeof CampaignReview>;

export const Counts = z
  .object({
    submitted: z.number().int(),
    allowed: z.number().int(),
    denied: z.number().int(),
    duplicates: z.number().int(),
    invalid: z.number().int(),
  })
  .meta({
    id: 'Counts',
    description: 'submitted = allowed + denied + duplicates + invalid, always',
  });
export type Counts = z.infer<typeof Counts>;

export const CampaignFinding = z
  .object({
    code: z.string(),
    rule: z.string(),
    authority: z.string(),
    text: z.object({ de: z.string(), en: z.string() }),
  })
  .meta({ id: 'CampaignFinding' });

export const CampaignView = z
  .object({
    id: z.string(),
    reference: z.string(),
    controller: z.string(),
    channel: ChannelName,
    purpose: z.string(),
    state: z.enum(campaignStates),
    createdAt: InstantText,
    evaluatedAt: InstantText.nullable(),
    progress: z.object({ pagesDecided: z.number().int(), pages: z.number().int() }),
    counts: Counts,
    reasons: z.record(z.string(), z.number().int()),
    findings: z.array(CampaignFinding).meta({
      description: 'what rejected the campaign, or, while it is held, what it is held for',
    }),
    review: CampaignReview.nullable().meta({
      description: 'who released or rejected the campaign while it was held, and why',
    }),
    policy: z.object({ revision: z.string() }).nullable(),
    problem: z.object({ title: z.string(), detail: z.string() }).nullable(),
  })
  .meta({ id: 'Campaign' });
export type CampaignView = z.infer<typeof CampaignView>;

export const CampaignPage = z
  .object({ items: z.array(CampaignView), nextCursor: z.string().nullable() })
  .meta({ id: 'CampaignPage' });
