import * as z from 'zod';
import { ConflictPage } from '../conflicts.ts';
import { ControllerId } from '../primitives.ts';
import {
  ConsentProof,
  ConsentProofSubmission,
  SubjectReport,
  SubjectReportSubmission,
} from '../subject-rights.ts';
import { Cursor, Limit } from './parameters.ts';
import type { RouteDefinition } from './route.ts';

const ConflictQuery = z.strictObject({
  controller: ControllerId.optional(),
  limit: Limit,
  cursor: Cursor,
});

export const subjectsRoutes = {
  createSubjectReport: {
    group: 'subjects',
    method: 'POST',
    path: '/v1/subject-reports',
    summary: 'what is stored of a person (Art. 15 GDPR), or theirs to take along (Art. 20)',
    scopes: ['subjects:read'],
    body: SubjectReportSubmission,
    success: {
      status: 200,
      body: SubjectReport,
      types: ['application/json', 'text/csv', 'application/pdf'],
    },
    idempotent: false,
    problems: ['not-found'],
  },
  createConsentProof: {
    group: 'subjects',
    method: 'POST',
    path: '/v1/consent-proofs',
    summary: 'the proof record of one person for a channel and a purpose',
    scopes: ['subjects:read'],
    body: ConsentProofSubmission,
    success: { status: 200, body: ConsentProof, types: ['application/json', 'application/pdf'] },
    idempotent: false,
    problems: ['not-found'],
  },
  listConflicts: {
    group: 'subjects',
    method: 'GET',
    path: '/v1/conflicts',
    summary: 'identities in conflict, newest first, and what is taken as stricter',
    scopes: ['subjects:read'],
    query: ConflictQuery,
    success: { status: 200, body: ConflictPage },
    idempotent: false,
    problems: ['not-found'],
  },
} as const satisfies Record<string, RouteDefinition>;
