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

/** Columns of a CSV, or members of a line of NDJSON, that the gate understands (API 2). */
export const audienceColumns = [
  'ref',
  'id',
  'email',
  'phone',
  'name',
  'street',
  'postalCode',
  'city',
  'country',
] as const;
export type AudienceColumn = (typeof audienceColumns)[number];

const ColumnName = ShortText.optional();

/** Where a file of the caller's own making has what is understood; all else is carried through. */
export const AudienceMapping = z
  .strictObject({
    ref: ColumnName,
    id: ColumnName,
    email: ColumnName,
    phone: ColumnName,
    name: ColumnName,
    street: ColumnName,
    postalCode: ColumnName,
    city: ColumnName,
    country: ColumnName,
  } satisfies Record<AudienceColumn, typeof ColumnName>)
  .meta({
    id: 'AudienceMapping',
    description:
      'the column of a CSV, or the member of a line of NDJSON, that is read; by default the one ' +
      'of the same name',
  });
export type AudienceMapping = z.infer<typeof AudienceMapping>;

export const audienceFormats = ['ndjson', 'csv'] as const;
export type AudienceFormat = (typeof audienceFormats)[number];
export const audienceEncodings = ['utf-8', 'windows-1252'] as const;
export type AudienceEncoding = (typeof audienceEncodings)[number];

const UploadedAudience = z.strictObject({
  format: z.enum(audienceFormats),
  mapping: AudienceMapping.optional(),
  encoding: z.enum(audienceEncodings).optional().meta({ description: 'default: utf-8' }),
});
export type UploadedAudience = z.infer<typeof UploadedAudience>;

/** Two branches that share no member: what is wrong is said of the one that was meant. */
const Audience = z
  .strictObject({ ...InlineAudience.partial().shape, ...UploadedAudience.partial().shape })
  .superRefine((audience, context) => {
    const inline = audience.recipients !== undefined;
    const refuse = (name: string, message: string) =>
      context.addIssue({ code: 'custom', path: [name], message });
    if (!inline && audience.format === undefined) {
      refuse('recipients', 'is missing, and so is the `format` of a file to come');
    }
    if (!inline) return;
    for (const name of ['format', 'mapping', 'encoding'] as const) {
      if (audience[name] !== undefined) refuse(name, 'is of a file, and `recipients` are here');
    }
  })
  .meta({
    id: 'Audience',
    description:
      'either `recipients`, or the `format` of a file, which is then uploaded and evaluated',
  });

export const CampaignSubmission = z
  .strictObject({ ...campaignFields, audience: Audience })
  .meta({ id: 'CampaignSubmission' });
export type CampaignSubmission = z.infer<typeof CampaignSubmission>;

export const modes = ['enforce', 'dry_run'] as const;

const PolicyRevision = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/, 'is no policy revision such as `sha256:…`');

/** What starts the evaluation of an uploaded audience. */
export const EvaluationStart = z
  .strictObject({
    mode: z.enum(modes),
    policy: PolicyRevision.nullish(),
    asOf: InstantText.nullish(),
  })
  .refine((start) => start.mode === 'dry_run' || start.asOf == null, {
    message: 'is allowed with `mode` `dry_run` alone',
    path: ['asOf'],
  })
  .refine((start) => start.mode === 'dry_run' || start.policy == null, {
    message: 'is allowed with `mode` `dry_run` alone',
    path: ['policy'],
  })
  .meta({ id: 'EvaluationStart' });
export type EvaluationStart = z.infer<typeof EvaluationStart>;

export const CheckSubmission = z
  .strictObject({
    ...campaignFields,
    recipients: z.array(Recipient).min(1).max(limits.recipientsPerRequest),
    mode: z.enum(modes).optional().meta({ description: 'default: enforce' }),
    asOf: InstantText.nullish(),
    policy: PolicyRevision.nullish(),
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

/** What an evaluation does, one after the other; an inline audience begins with `deciding`. */
export const campaignStages = ['splitting', 'sorting', 'deciding', 'writing', 'issuing'] as const;
export type CampaignStage = (typeof campaignStages)[number];

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
    progress: z.object({
      stage: z.enum(campaignStages).nullable().meta({ description: 'null unless evaluating' }),
      pagesDecided: z.number().int(),
      pages: z.number().int().meta({ description: '0 until the audience is read and sorted' }),
      percent: z.number().min(0).max(100),
      estimatedEnd: InstantText.nullable(),
    }),
    counts: Counts,
    reasons: z.record(z.string(), z.number().int()),
    findings: z.array(CampaignFinding).meta({
      description: 'what rejected the campaign, or, while it is held, what it is held for',
    }),
    review: CampaignReview.nullable().meta({
      description: 'who released or rejected the campaign while it was held, and why',
    }),
    policy: z.object({ revision: z.string() }).nullable(),
    clearance: z
      .object({ issuedAt: InstantText, notAfter: InstantText, merkleRoot: z.string() })
      .nullable()
      .meta({ description: 'what was issued; void once the campaign is expired or cancelled' }),
    problem: z.object({ title: z.string(), detail: z.string() }).nullable(),
  })
  .meta({ id: 'Campaign' });
export type CampaignView = z.infer<typeof CampaignView>;

/** An uploaded audience has a link to PUT the file to; an inline one is evaluated by now. */
export const CreatedCampaign = CampaignView.extend({
  upload: z
    .object({
      url: z.string(),
      method: z.enum(['GET', 'PUT']),
      headers: z.record(z.string(), z.string()),
      expiresAt: InstantText,
    })
    .optional(),
}).meta({ id: 'CreatedCampaign' });
export type CreatedCampaign = z.infer<typeof CreatedCampaign>;

export const CampaignPage = z
  .object({ items: z.array(CampaignView), nextCursor: z.string().nullable() })
  .meta({ id: 'CampaignPage' });
