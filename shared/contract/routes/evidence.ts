import { DecisionDetail, DecisionPage, DecisionSearch, Replay } from '../decisions.ts';
import { Id } from './parameters.ts';
import type { RouteDefinition } from './route.ts';

export const evidenceRoutes = {
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
  replayDecision: {
    group: 'evidence',
    method: 'POST',
    path: '/v1/decisions/{id}/replay',
    summary: 'decide again, from the events and under the policy of then',
    scopes: ['decisions:read'],
    params: Id,
    success: { status: 200, body: Replay },
    idempotent: false,
    problems: ['not-found'],
  },
} as const satisfies Record<string, RouteDefinition>;
