import * as z from 'zod';
import {
  ClockPreview,
  ClockPreviewSubmission,
  SeveritySubmission,
  SeverityView,
} from './breaches.ts';
import {
  CampaignPage,
  CampaignSubmission,
  CampaignView,
  CheckSubmission,
  ReviewSubmission,
} from './campaigns.ts';
import { ControllerSettings, ControllerView } from './controllers.ts';
import { DecisionDetail, DecisionList, DecisionPage, DecisionSearch } from './decisions.ts';
import { EventBatch, EventReceipt } from './events.ts';
import { limits } from './limits.ts';
import {
  PolicyDraftSubmission,
  PolicyDraftView,
  PolicyPage,
  PolicyReleaseSubmission,
  PolicyView,
} from './policies.ts';
import { ControllerId } from './primitives.ts';
import type { ProblemType } from './problems.ts';
import type { Scope } from './scopes.ts';
import { campaignStates } from './vocabulary.ts';

/** A group of routes is one Lambda function with the rights that its routes need. */
export const routeGroups = [
  'facts',
  'campaigns',
  'checks',
  'evidence',
  'policies',
  'breaches',
  'operation',
] as const;
export type RouteGroup = (typeof routeGroups)[number];

export type BodyForm = 'json' | 'form' | 'raw';

export const mediaTypes = [
  'application/json',
  'application/x-ndjson',
  'application/pdf',
  'text/calendar',
  'text/csv',
  'text/html',
] as const;
export type MediaType = (typeof mediaTypes)[number];

export interface RouteDefinition {
  readonly group: RouteGroup;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  /** With `{name}` for path parameters. */
  readonly path: string;
  readonly summary: string;
  /** Any one of these lets a caller in; an empty list makes the route public. */
  readonly scopes: readonly Scope[];
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /**
   * How the body comes: as JSON unless said; as a form, whose fields the schema then sees; or raw,
   * for callers who sign the bytes that they send.
   */
  readonly bodyForm?: BodyForm;
  readonly success: {
    readonly status: 200 | 201 | 202;
    readonly body: z.ZodType;
    /** Media types that the answer may have beside or instead of JSON; JSON alone unless said. */
    readonly types?: readonly MediaType[];
  };
  /** Takes an Idempotency-Key: a POST that changes state. */
  readonly idempotent: boolean;
  readonly problems: readonly ProblemType[];
}

const Id = z.strictObject({ id: z.string().min(1).max(80) });
const Limit = z.coerce.number().int().min(1).max(limits.listLimitMax).optional();
const Cursor = z.string().min(1).max(1024).optional();

export const CampaignQuery = z.strictObject({
  state: z.enum(campaignStates).optional(),
  controller: ControllerId.optional(),
  limit: Limit,
  cursor: Cursor,
});
export const ListQuery = z.strictObject({ limit: Limit, cursor: Cursor });
const RevisionParams = z.strictObject({
  revision: z.string().regex(/^sha256:[0-9a-f]{64}$/, 'is no policy revision such as `sha256:…`'),
});

const Health = z.object({ status: z.literal('ok'), version: z.string() }).meta({ id: 'Health' });
const Json = z.record(z.string(), z.unknown());

/** Every route, once: handlers, validation, OpenAPI, gateway and local server derive from it. */
export const routes = Object.freeze({
  postEvents: {
    group: 'facts',
    method: 'POST',
    path: '/v1/events',
    summary: 'append 1 to 500 events to the ledger',
    scopes: ['ledger:write', 'refusals:write'],
    body: EventBatch,
    success: { status: 202, body: EventReceipt },
    idempotent: true,
    problems: ['nothing-accepted'],
  },
  createCampaign: {
    group: 'campaigns',
    method: 'POST',
    path: '/v1/campaigns',
    summary: 'submit a campaign with its recipients and have it evaluated',
    scopes: ['campaigns:write'],
    body: CampaignSubmission,
    success: { status: 201, body: CampaignView },
    idempotent: true,
    problems: [],
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
  createCheck: {
    group: 'checks',
    method: 'POST',
    path: '/v1/checks',
    summary: 'decide 1 to 1,000 recipients now, or as of another instant',
    scopes: ['checks:write'],
    body: CheckSubmission,
    success: { status: 200, body: DecisionList },
    idempotent: true,
    problems: [],
  },
  searchDecisions: {
    group: 'evidence',
    method: 'POST',
    path: '/v1/decisions/search',
    summary: 'logged decisions of a campaign or a person, newest first',
    scopes: ['decisions:read'],
    body: DecisionSearch,
    success: { status: 200, body: DecisionPage },
    idempotent: false,
    problems: ['not-found'],
  },
  getDecision: {
    group: 'evidence',
    method: 'GET',
    path: '/v1/decisions/{id}',
    summary: 'one decision with the verdict of every rule',
    scopes: ['decisions:read'],
    params: Id,
    success: { status: 200, body: DecisionDetail },
    idempotent: false,
    problems: ['not-found'],
  },
  listPolicies: {
    group: 'policies',
    method: 'GET',
    path: '/v1/policies',
    summary: 'policy revisions that decisions were made under, or that were drafted',
    scopes: ['policies:read'],
    query: ListQuery,
    success: { status: 200, body: PolicyPage },
    idempotent: false,
    problems: [],
  },
  getPolicy: {
    group: 'policies',
    method: 'GET',
    path: '/v1/policies/{revision}',
    summary: 'one policy document: rules, parameters and the law by country and date',
    scopes: ['policies:read'],
    params: RevisionParams,
    success: { status: 200, body: PolicyView },
    idempotent: false,
    problems: ['not-found'],
  },
  draftPolicy: {
    group: 'policies',
    method: 'POST',
    path: '/v1/policies',
    summary: 'draft a policy for a controller; a second person releases it',
    scopes: ['policies:write'],
    body: PolicyDraftSubmission,
    success: { status: 201, body: PolicyDraftView },
    idempotent: true,
    problems: ['not-found'],
  },
  releasePolicy: {
    group: 'policies',
    method: 'POST',
    path: '/v1/policies/{revision}/release',
    summary: 'release a drafted policy, as a second person: it holds from then on',
    scopes: ['policies:write'],
    params: RevisionParams,
    body: PolicyReleaseSubmission,
    success: { status: 200, body: PolicyDraftView },
    idempotent: true,
    problems: ['second-person-needed', 'not-found', 'state-conflict'],
  },
  createClockPreview: {
    group: 'breaches',
    method: 'POST',
    path: '/v1/clock-previews',
    summary: 'the deadlines that a breach would have; nothing is stored',
    scopes: ['breaches:write', 'breaches:read'],
    body: ClockPreviewSubmission,
    success: { status: 200, body: ClockPreview },
    idempotent: false,
    problems: [],
  },
  createSeverityPreview: {
    group: 'breaches',
    method: 'POST',
    path: '/v1/severity-previews',
    summary: 'the severity of a breach by the method of ENISA; nothing is stored',
    scopes: ['breaches:write', 'breaches:read'],
    body: SeveritySubmission,
    success: { status: 200, body: SeverityView },
    idempotent: false,
    problems: [],
  },
  putController: {
    group: 'operation',
    method: 'PUT',
    path: '/v1/controllers/{id}',
    summary: 'create a controller or replace its settings',
    scopes: ['admin:write'],
    params: z.strictObject({ id: ControllerId }),
    body: ControllerSettings,
    success: { status: 200, body: ControllerView },
    idempotent: false,
    problems: [],
  },
  getController: {
    group: 'operation',
    method: 'GET',
    path: '/v1/controllers/{id}',
    summary: 'the settings of a controller',
    scopes: ['admin:write'],
    params: z.strictObject({ id: ControllerId }),
    success: { status: 200, body: ControllerView },
    idempotent: false,
    problems: ['not-found'],
  },
  getHealth: {
    group: 'operation',
    method: 'GET',
    path: '/healthz',
    summary: 'answers when the gate serves',
    scopes: [],
    success: { status: 200, body: Health },
    idempotent: false,
    problems: [],
  },
  getOpenApi: {
    group: 'operation',
    method: 'GET',
    path: '/openapi.json',
    summary: 'this contract as OpenAPI 3.1',
    scopes: [],
    success: { status: 200, body: Json },
    idempotent: false,
    problems: [],
  },
} as const satisfies Record<string, RouteDefinition>);

export type OperationId = keyof typeof routes;

export function operationIds(): readonly OperationId[] {
  return Object.keys(routes).filter(isOperationId);
}

export function isOperationId(name: string): name is OperationId {
  return Object.hasOwn(routes, name);
}

export function routeOf(operation: OperationId): RouteDefinition {
  return routes[operation];
}

/** Whether a request may come without this body, and then without a content type. */
export function mayBeLeftOut(body: z.ZodType): boolean {
  return body.safeParse(undefined).success;
}
