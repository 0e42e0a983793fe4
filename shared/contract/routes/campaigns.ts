import * as z from 'zod';
import {
  CampaignPage,
  CampaignSubmission,
  CampaignView,
  CreatedCampaign,
  EvaluationStart,
  ReviewSubmission,
} from '../campaigns.ts';
import { ControllerId } from '../primitives.ts';
import { campaignStates } from '../vocabulary.ts';
import { Cursor, Id, Limit } from './parameters.ts';
import type { RouteDefinition } from './route.ts';

const CampaignQuery = z.strictObject({
  state: z.enum(campaignStates).optional(),
  controller: ControllerId.optional(),
  limit: Limit,
  cursor: Cursor,
});

export const campaignsRoutes = {
  createCampaign: {
    group: 'campaigns',
    method: 'POST',
    path: '/v1/campaigns',
    summary: 'submit a campaign: with its recipients, or with a file of them to come',
    scopes: ['campaigns:write'],
    body: CampaignSubmission,
    success: { status: 201, body: CreatedCampaign },
    idempotent: true,
    problems: [],
  },
  startEvaluation: {
    group: 'campaigns',
    method: 'POST',
    path: '/v1/campaigns/{id}/evaluation',
    summary: 'evaluate the audience that was uploaded for a campaign, or try it out',
    scopes: ['campaigns:write'],
    params: Id,
    body: EvaluationStart,
    success: { status: 202, body: CampaignView },
    idempotent: true,
    problems: ['not-found', 'state-conflict'],
  },
  listCampaigns: {
    group: 'campaigns',
    method: 'GET',
    path: '/v1/campaigns',
    summary: 'campaigns, newest first',
    scopes: ['campaigns:read'],
    query: CampaignQuery,
    success: { status: 200, body: CampaignPage },
    idempotent: false,
    problems: [],
  },
  getCampaign: {
    group: 'campaigns',
    method: 'GET',
    path: '/v1/campaigns/{id}',
    summary: 'state, progress, counts and reasons of a campaign',
    scopes: ['campaigns:read'],
    params: Id,
    success: { status: 200, body: CampaignView },
    idempotent: false,
    problems: ['not-found'],
  },
  releaseCampaign: {
    group: 'campaigns',
    method: 'POST',
    path: '/v1/campaigns/{id}/release',
    summary: 'let a held campaign go: it is evaluated again, by the facts of now',
    scopes: ['campaigns:release'],
    params: Id,
    body: ReviewSubmission,
    success: { status: 200, body: CampaignView },
    idempotent: true,
    problems: ['not-found', 'state-conflict'],
  },
  rejectCampaign: {
    group: 'campaigns',
    method: 'POST',
    path: '/v1/campaigns/{id}/rejection',
    summary: 'reject a held campaign: every recipient is denied',
    scopes: ['campaigns:release'],
    params: Id,
    body: ReviewSubmission,
    success: { status: 200, body: CampaignView },
    idempotent: true,
    problems: ['not-found', 'state-conflict'],
  },
} as const satisfies Record<string, RouteDefinition>;
