import { AuditPage, AuditSearch } from '../audit.ts';
import { MetricsSummary } from '../metrics.ts';
import { CheckpointPage, CheckpointQuery, DecisionProof, Jwks } from '../proofs.ts';
import { Id } from './parameters.ts';
import type { RouteDefinition } from './route.ts';

export const proofsRoutes = {
  getDecisionProof: {
    group: 'proofs',
    method: 'GET',
    path: '/v1/decisions/{id}/proof',
    summary: 'that a decision is in the log: a path to a signed checkpoint, verifiable offline',
    scopes: ['decisions:read'],
    params: Id,
    success: { status: 200, body: DecisionProof },
    idempotent: false,
    problems: ['not-found', 'not-sealed-yet'],
  },
  listCheckpoints: {
    group: 'proofs',
    method: 'GET',
    path: '/v1/log/checkpoints',
    summary: 'the signed checkpoints, controller by controller, each chain newest first',
    scopes: [],
    query: CheckpointQuery,
    success: { status: 200, body: CheckpointPage },
    idempotent: false,
    problems: [],
  },
  getSigningKeys: {
    group: 'proofs',
    method: 'GET',
    path: '/.well-known/jwks.json',
    summary: 'the public keys that checkpoints are verified with (RFC 7517)',
    scopes: [],
    success: { status: 200, body: Jwks },
    idempotent: false,
    problems: [],
  },
  getMetricsSummary: {
    group: 'proofs',
    method: 'GET',
    path: '/v1/metrics/summary',
    summary: 'campaigns, decisions by outcome and code, and what waits to be sealed',
    scopes: ['audit:read'],
    success: { status: 200, body: MetricsSummary },
    idempotent: false,
    problems: [],
  },
  searchAudit: {
    group: 'proofs',
    method: 'POST',
    path: '/v1/audit/search',
    summary: 'who read or changed what, newest first; the search is an entry itself',
    scopes: ['audit:read'],
    body: AuditSearch,
    success: { status: 200, body: AuditPage },
    idempotent: false,
    problems: ['not-found'],
  },
} as const satisfies Record<string, RouteDefinition>;
