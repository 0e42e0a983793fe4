import { EventBatch, EventReceipt } from '../events.ts';
import type { RouteDefinition } from './route.ts';

export const factsRoutes = {
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
} as const satisfies Record<string, RouteDefinition>;
