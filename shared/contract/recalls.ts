import * as z from 'zod';
import { Decision } from './decisions.ts';
import { limits } from './limits.ts';
import { InstantText } from './primitives.ts';
import { Recipient } from './subjects.ts';

/** Somebody whom the campaign had allowed and who is not to be contacted any more. */
export const Recall = z
  .object({
    ref: z
      .string()
      .nullable()
      .meta({ description: "the caller's own; null once the audience file was deleted" }),
    decisionId: z.string().meta({ description: 'the decision that recalls: a deny' }),
    supersedes: z.string().meta({ description: 'the decision of the campaign: the allow' }),
    code: z.string().meta({ description: 'the first reason that recalls' }),
    codes: z.array(z.string()).meta({ description: 'every reason, in rulebook order' }),
    at: InstantText,
    cursor: z.string().meta({
      description: 'asks for what comes behind this recall, now or at any later time',
    }),
  })
  .meta({ id: 'Recall' });
export type Recall = z.infer<typeof Recall>;

export const RecallPage = z
  .object({
    items: z.array(Recall),
    nextCursor: z.string().nullable().meta({
      description: 'null: nothing more by now; the last `cursor` of an item goes on later',
    }),
  })
  .meta({ id: 'RecallPage' });
export type RecallPage = z.infer<typeof RecallPage>;

/** Recipients of a cleared campaign, in the moment in which they are about to be contacted. */
export const RecheckSubmission = z
  .strictObject({ recipients: z.array(Recipient).min(1).max(limits.recipientsPerRequest) })
  .meta({ id: 'RecheckSubmission' });
export type RecheckSubmission = z.infer<typeof RecheckSubmission>;

const Recheck = Decision.extend({
  cleared: z.boolean().meta({
    description: 'the campaign has allowed this recipient and has not recalled them',
  }),
}).meta({ id: 'Recheck' });
export type Recheck = z.infer<typeof Recheck>;

export const RecheckList = z.object({ decisions: z.array(Recheck) }).meta({ id: 'RecheckList' });
