import { CheckSubmission } from '../campaigns.ts';
import { DecisionList } from '../decisions.ts';
import { RecheckList, RecheckSubmission } from '../recalls.ts';
import { Id } from './parameters.ts';
import type { RouteDefinition } from './route.ts';

export const checksRoutes = {
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
  createRecheck: {
    group: 'checks',
    method: 'POST',
    path: '/v1/campaigns/{id}/rechecks',
    summary: 'decide 1 to 1,000 recipients of a cleared campaign now, at dispatch',
    scopes: ['checks:write'],
    params: Id,
    body: RecheckSubmission,
    success: { status: 200, body: RecheckList },
    idempotent: true,
    problems: ['not-found', 'state-conflict'],
  },
} as const satisfies Record<string, RouteDefinition>;
