import * as z from 'zod';
import { parseId } from '../kernel/ids.ts';
import { limits } from './limits.ts';
import { InstantText, ReasonText, ShortText } from './primitives.ts';

const CampaignId = z
  .string()
  .refine((text) => parseId('cmp', text) !== null, 'is no id of a campaign such as `cmp_…`');

/** What is frozen: a campaign is held when any of what is named is true of it. */
export const FreezeSelectors = z.object({
  processor: z.string().nullable(),
  client: z.string().nullable(),
  campaignIds: z.array(z.string()).nullable(),
});
export type FreezeSelectors = z.infer<typeof FreezeSelectors>;

export const FreezeSubmission = z
  .strictObject({
    processor: ShortText.nullish().meta({
      description: 'as campaigns name it; case and blanks do not count',
    }),
    client: ShortText.nullish().meta({ description: 'the `sub` of the token that submits' }),
    campaignIds: z.array(CampaignId).min(1).max(limits.freezeCampaigns).nullish(),
  })
  .refine((freeze) => Object.values(freeze).some((value) => value != null), {
    message: 'names nothing to freeze',
  })
  .meta({
    id: 'FreezeSubmission',
    description: 'a campaign is held when any of what is named is true of it',
  });
export type FreezeSubmission = z.infer<typeof FreezeSubmission>;

export const FreezeLifting = z
  .strictObject({ reason: ReasonText.nullish() })
  .optional()
  .meta({ id: 'FreezeLifting' });

export const BreachFreeze = z
  .object({
    id: z.string(),
    ...FreezeSelectors.shape,
    frozenAt: InstantText,
    frozenBy: z.string(),
    holds: z.boolean().meta({ description: 'false in a drill: no real campaign is held' }),
  })
  .meta({ id: 'BreachFreeze' });
export type BreachFreeze = z.infer<typeof BreachFreeze>;

export const FreezeResult = z
  .object({
    ...BreachFreeze.shape,
    breachId: z.string(),
    held: z.number().int().meta({
      description: 'cleared campaigns that were held with this request; a sweep holds what is left',
    }),
  })
  .meta({ id: 'FreezeResult' });
export type FreezeResult = z.infer<typeof FreezeResult>;

export const LiftedFreeze = z
  .object({
    ...BreachFreeze.shape,
    breachId: z.string(),
    liftedAt: InstantText,
    liftedBy: z.string(),
    reason: z.string().nullable(),
  })
  .meta({
    id: 'LiftedFreeze',
    description: 'campaigns that it held stay held until the data protection officer releases them',
  });
export type LiftedFreeze = z.infer<typeof LiftedFreeze>;
