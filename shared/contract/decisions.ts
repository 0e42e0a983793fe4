import * as z from 'zod';
import { limits } from './limits.ts';
import { PolicyDocument } from './policies.ts';
import { ControllerId, InstantText } from './primitives.ts';
import { RecipientQuery } from './subjects.ts';
import { outcomes } from './vocabulary.ts';

export const reasonKinds = ['rule', 'gap'] as const;

export const Reason = z
  .object({
    code: z.string(),
    kind: z.enum(reasonKinds),
    rule: z.string(),
    authority: z.string(),
    since: InstantText.nullable(),
    evidence: z.string().nullable(),
    retryNotBefore: InstantText.nullable(),
    text: z.object({ de: z.string(), en: z.string() }),
  })
  .meta({ id: 'Reason' });
export type Reason = z.infer<typeof Reason>;

export const Decision = z
  .object({
    id: z.string(),
    ref: z.string().nullable(),
    outcome: z.enum(outcomes),
    reasons: z.array(Reason),
    basis: z.string().nullable(),
    obligations: z.array(z.string()),
    evaluatedAt: InstantText,
    asOf: InstantText.nullable(),
    notAfter: InstantText,
    policy: z.object({ jurisdictions: z.array(z.string()), revision: z.string() }),
    campaignId: z.string().nullable().optional(),
  })
  .meta({ id: 'Decision' });
export type Decision = z.infer<typeof Decision>;

export const DecisionList = z.object({ decisions: z.array(Decision) }).meta({ id: 'DecisionList' });

export const DecisionPage = z
  .object({ items: z.array(Decision), nextCursor: z.string().nullable() })
  .meta({ id: 'DecisionPage' });

/** One rule's verdict on one recipient, passes included. */
export const RuleVerdict = z
  .object({
    rule: z.string(),
    authority: z.string(),
    obligation: z.object({ de: z.string(), en: z.string() }),
    verdict: z.enum(['pass', 'deny', 'gap']),
    codes: z.array(z.string()),
  })
  .meta({ id: 'RuleVerdict' });

export const DecisionDetail = Decision.extend({
  verdicts: z.array(RuleVerdict),
  policyText: PolicyDocument.nullable().meta({
    description: 'the policy of that revision: its rules, parameters and the law that applied',
  }),
  explanation: z.enum(['derived', 'erased', 'campaign']).meta({
    description:
      'where `since` and `evidence` come from: the ledger, nowhere any more, or the campaign alone',
  }),
}).meta({ id: 'DecisionDetail' });
export type DecisionDetail = z.infer<typeof DecisionDetail>;

export const unknownReplays = ['facts_erased', 'audience_deleted', 'policy_missing'] as const;

/** A decision that was made once more. */
export const Replay = z
  .object({
    identical: z.boolean().nullable().meta({
      description: 'null: what it was made of is not all there any more, so nobody can say',
    }),
    decision: Decision.meta({ description: 'as it comes out now; as it was logged if unknown' }),
    differences: z
      .array(
        z.object({
          field: z.enum(['outcome', 'basis', 'reasons', 'jurisdictions']),
          logged: z.array(z.string()),
          replayed: z.array(z.string()),
        }),
      )
      .optional(),
    recordedBy: InstantText.nullable().meta({
      description:
        'events recorded by then were used: the instant of the decision, or one within a minute ' +
        'of it where others wrote at the same time',
    }),
    unknown: z
      .object({ why: z.enum(unknownReplays), text: z.object({ de: z.string(), en: z.string() }) })
      .nullable(),
  })
  .meta({ id: 'Replay' });
export type Replay = z.infer<typeof Replay>;

export const DecisionSearch = z
  .strictObject({
    campaignId: z.string().max(64).nullish(),
    recipient: RecipientQuery.nullish(),
    controller: ControllerId.nullish(),
    outcome: z.enum(outcomes).nullish(),
    code: z
      .string()
      .regex(/^[AD]_[A-Z0-9_]{2,60}$/, 'is no reason code such as `D_CONSENT_MISSING`')
      .nullish(),
    from: InstantText.nullish(),
    to: InstantText.nullish(),
    limit: z.number().int().min(1).max(limits.listLimitMax).optional(),
    cursor: z.string().max(1024).nullish(),
  })
  .meta({ id: 'DecisionSearch' });
export type DecisionSearch = z.infer<typeof DecisionSearch>;
