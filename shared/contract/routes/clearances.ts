import * as z from 'zod';
import { CampaignView } from '../campaigns.ts';
import { Clearance, resultFormats } from '../clearances.ts';
import { CampaignEstimate } from '../estimates.ts';
import { RecallPage } from '../recalls.ts';
import { Id, ListQuery } from './parameters.ts';
import type { RouteDefinition } from './route.ts';

export const clearancesRoutes = {
  getClearance: {
    group: 'clearances',
    method: 'GET',
    path: '/v1/campaigns/{id}/clearance',
    summary: 'the signed manifest of a cleared campaign, with links to its files',
    scopes: ['campaigns:read'],
    params: Id,
    query: z.strictObject({
      format: z.enum(resultFormats).optional().meta({
        description: 'of the files; by default that of the upload, for inline audiences NDJSON',
      }),
    }),
    success: { status: 200, body: Clearance },
    idempotent: false,
    problems: ['not-found', 'state-conflict'],
  },
  listRecalls: {
    group: 'clearances',
    method: 'GET',
    path: '/v1/campaigns/{id}/recalls',
    summary: 'whom the campaign had allowed and who must not be contacted any more',
    scopes: ['recalls:read'],
    params: Id,
    query: ListQuery,
    success: { status: 200, body: RecallPage },
    idempotent: false,
    problems: ['not-found'],
  },
  cancelCampaign: {
    group: 'clearances',
    method: 'POST',
    path: '/v1/campaigns/{id}/cancellation',
    summary: 'end a campaign that is cleared, held or a draft; its clearance is void',
    scopes: ['campaigns:write'],
    params: Id,
    success: { status: 200, body: CampaignView },
    idempotent: true,
    problems: ['not-found', 'state-conflict'],
  },
  estimateCampaign: {
    group: 'clearances',
    method: 'GET',
    path: '/v1/campaigns/{id}/estimate',
    summary: 'what the evaluation of a campaign will cost, before it runs',
    scopes: ['campaigns:read'],
    params: Id,
    success: { status: 200, body: CampaignEstimate },
    idempotent: false,
    problems: ['not-found', 'state-conflict'],
  },
} as const satisfies Record<string, RouteDefinition>;
