import { CheckSubmission } from '../campaigns.ts';
import { DecisionList } from '../decisions.ts';
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
} as const satisfies Record<string, RouteDefinition>;
