import * as z from 'zod';
import { parseId } from '../kernel/ids.ts';
import { parseInstant } from '../kernel/instant.ts';
import { limits } from './limits.ts';
import { ControllerId, CountryCode, InstantText, ShortText } from './primitives.ts';
import { campaignStates, channels } from './vocabulary.ts';

const CampaignId = z
  .string()
  .refine((text) => parseId('cmp', text) !== null, 'is no id of a campaign such as `cmp_…`');

/** What has to hold of a campaign or a check to be in the scope; all that is named has to. */
export const ScopeSelectors = z.object({
  campaignIds: z.array(z.string()).nullable(),
  processor: z.string().nullable(),
  client: z.string().nullable(),
  /** Instants of the evaluation, both inclusive. */
  from: z.number().nullable(),
  to: z.number().nullable(),
});
export type ScopeSelectors = z.infer<typeof ScopeSelectors>;

export const ScopeSubmission = z
  .strictObject({
    campaignIds: z.array(CampaignId).min(1).max(limits.scopeCampaigns).nullish(),
    processor: ShortText.nullish().meta({
      description: 'as a campaign names it; case and blanks do not count',
    }),
    client: ShortText.nullish().meta({ description: 'the `sub` of the token that submitted' }),
    from: InstantText.nullish(),
    to: InstantText.nullish(),
  })
  .refine((scope) => Object.values(scope).some((value) => value != null), {
    message: 'names nothing by which campaigns are found',
  })
  .refine(({ from, to }) => !isBefore(to, from), {
    message: 'lies before `from`',
    path: ['to'],
  })
  .meta({
    id: 'ScopeSubmission',
    description: 'a campaign or check is in the scope when all that is named holds of it',
  });
export type ScopeSubmission = z.infer<typeof ScopeSubmission>;

function isBefore(left: string | null | undefined, right: string | null | undefined): boolean {
  if (left == null || right == null) return false;
  const [one, other] = [parseInstant(left), parseInstant(right)];
  return one !== null && other !== null && one < other;
}

const Count = z.number().int();

/** A campaign or a check whose decisions are in the scope. */
export const ScopeItem = z
  .object({
    kind: z.enum(['campaign', 'check']),
    controller: ControllerId,
    campaignId: z.string().nullable(),
    run: z.string(),
    reference: z.string().nullable().meta({ description: 'null where it is no longer known' }),
    channel: z.enum(channels).nullable(),
    state: z.enum(campaignStates).nullable().meta({ description: 'null for a check' }),
    evaluatedAt: InstantText,
    client: z.string().nullable(),
    processors: z.array(z.string()),
    allowed: Count,
    denied: Count,
    handedOut: z.boolean().meta({
      description: 'false: whom it allows was never given out, so nobody of it is counted',
    }),
  })
  .meta({ id: 'ScopeItem' });
export type ScopeItem = z.infer<typeof ScopeItem>;

const LocalText = z.object({ de: z.string(), en: z.string() });

export const BreachScope = z
  .object({
    id: z.string(),
    breachId: z.string(),
    drill: z.boolean(),
    state: z.enum(['computing', 'computed']),
    requestedAt: InstantText,
    requestedBy: z.string(),
    computedAt: InstantText.nullable(),
    selectors: z.object({
      ...ScopeSelectors.shape,
      from: InstantText.nullable(),
      to: InstantText.nullable(),
    }),
    progress: z.object({ partsCounted: Count, parts: Count.nullable() }),
    campaigns: Count,
    checks: Count,
    clientUnknown: Count.meta({
      description:
        'campaigns and checks that would match, of which nobody knows who submitted them',
    }),
    recipients: z.object({
      allowed: Count.meta({ description: 'distinct contact points that were given out' }),
      denied: Count.meta({ description: 'distinct ones that were looked at and never given out' }),
      byCountry: z.array(z.object({ country: CountryCode, recipients: Count })),
      byCategory: z.array(z.object({ category: z.string(), recipients: Count })),
    }),
    decisions: z.object({
      allowed: Count.meta({ description: 'records that were given out' }),
      denied: Count,
    }),
    proposal: z
      .object({
        subjectsApprox: Count,
        recordsApprox: Count,
        countries: z.array(CountryCode),
        dataCategories: z.array(z.string()),
        specialCategories: z.boolean(),
      })
      .nullable()
      .meta({ description: 'for `facts` (Art. 33(3)(a) GDPR); nothing takes it over by itself' }),
    notes: z.array(LocalText),
    items: z.array(ScopeItem),
    nextCursor: z.string().nullable(),
    keys: z
      .object({
        rows: Count,
        url: z.string(),
        method: z.enum(['GET', 'PUT']),
        headers: z.record(z.string(), z.string()),
        expiresAt: InstantText,
      })
      .nullable()
      .meta({ description: 'the keys of whom to tell (Art. 34 GDPR), as CSV; null once deleted' }),
  })
  .meta({ id: 'BreachScope' });
export type BreachScope = z.infer<typeof BreachScope>;
