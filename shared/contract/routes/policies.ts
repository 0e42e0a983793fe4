import * as z from 'zod';
import {
  PolicyDraftSubmission,
  PolicyDraftView,
  PolicyPage,
  PolicyReleaseSubmission,
  PolicyView,
} from '../policies.ts';
import { ListQuery } from './parameters.ts';
import type { RouteDefinition } from './route.ts';

const RevisionParams = z.strictObject({
  revision: z.string().regex(/^sha256:[0-9a-f]{64}$/, 'is no policy revision such as `sha256:…`'),
});

export const policiesRoutes = {
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
} as const satisfies Record<string, RouteDefinition>;
