import * as z from 'zod';

/** What the evaluation of a campaign is expected to take, by what is known before it runs. */
export const CampaignEstimate = z
  .object({
    recipients: z.number().int(),
    base: z
      .object({ contactPoints: z.number().int() })
      .meta({ description: 'contact points of the controller, by a sample' }),
    readUnits: z.number().int().meta({ description: 'DynamoDB read units; 0 on one machine' }),
    writeUnits: z.number().int(),
    requests: z.object({
      functions: z.number().int(),
      queue: z.number().int(),
      fileWrites: z.number().int(),
      fileReads: z.number().int(),
    }),
    dollars: z.number().meta({ description: 'at list price, without free tiers and storage' }),
    seconds: z.number().meta({ description: 'from the start of the evaluation to its end' }),
    assumptions: z.array(z.string()),
  })
  .meta({ id: 'CampaignEstimate' });
export type CampaignEstimate = z.infer<typeof CampaignEstimate>;
