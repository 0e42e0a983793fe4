import { ResolutionSubmission, ResolutionView } from '../conflicts.ts';
import { ErasureSubmission, ErasureView } from '../erasures.ts';
import {
  RetentionPage,
  RetentionQuery,
  SweepDetail,
  SweepSubmission,
  SweepView,
} from '../retention.ts';
import { Id, ListQuery } from './parameters.ts';
import type { RouteDefinition } from './route.ts';

export const retentionRoutes = {
  createErasure: {
    group: 'retention',
    method: 'POST',
    path: '/v1/erasures',
    summary: 'erase a person (Art. 17 GDPR); a suppression entry and what the law wants stay',
    scopes: ['subjects:erase'],
    body: ErasureSubmission,
    success: { status: 201, body: ErasureView },
    idempotent: true,
    problems: ['not-found', 'state-conflict'],
  },
  resolveConflict: {
    group: 'retention',
    method: 'POST',
    path: '/v1/conflicts/{id}/resolution',
    summary: 'tell the two people of a conflict apart; nothing is permitted by it',
    scopes: ['subjects:erase'],
    params: Id,
    body: ResolutionSubmission,
    success: { status: 200, body: ResolutionView },
    idempotent: true,
    problems: ['not-found', 'state-conflict'],
  },
  listRetentionDue: {
    group: 'retention',
    method: 'GET',
    path: '/v1/retention/due',
    summary: 'what is due for erasure, restriction, notice or review, and why',
    scopes: ['subjects:erase'],
    query: RetentionQuery,
    success: { status: 200, body: RetentionPage },
    idempotent: false,
    problems: ['not-found'],
  },
  createSweep: {
    group: 'retention',
    method: 'POST',
    path: '/v1/retention/sweeps',
    summary: 'do what is due, or find out what a sweep would do',
    scopes: ['subjects:erase'],
    body: SweepSubmission,
    success: { status: 202, body: SweepView },
    idempotent: true,
    problems: ['not-found'],
  },
  getSweep: {
    group: 'retention',
    method: 'GET',
    path: '/v1/retention/sweeps/{id}',
    summary: 'state and counts of a sweep, and the record of what went, by keys alone',
    scopes: ['subjects:erase'],
    params: Id,
    query: ListQuery,
    success: { status: 200, body: SweepDetail },
    idempotent: false,
    problems: ['not-found'],
  },
} as const satisfies Record<string, RouteDefinition>;
