import * as z from 'zod';
import {
  CreatedImport,
  ImportPage,
  ImportStart,
  ImportSubmission,
  ImportView,
} from '../imports.ts';
import { ControllerId } from '../primitives.ts';
import { Cursor, Id, Limit } from './parameters.ts';
import type { RouteDefinition } from './route.ts';

const ImportQuery = z.strictObject({
  controller: ControllerId.optional(),
  limit: Limit,
  cursor: Cursor,
});

export const importsRoutes = {
  createImport: {
    group: 'imports',
    method: 'POST',
    path: '/v1/imports',
    summary: 'make an import; its file is put to the link of the answer, plain or as gzip',
    scopes: ['ledger:write'],
    body: ImportSubmission,
    success: { status: 201, body: CreatedImport },
    idempotent: true,
    problems: ['not-found'],
  },
  startImport: {
    group: 'imports',
    method: 'POST',
    path: '/v1/imports/{id}/start',
    summary: 'start an import whose file has come, or try it out',
    scopes: ['ledger:write'],
    params: Id,
    body: ImportStart,
    success: { status: 202, body: ImportView },
    idempotent: true,
    problems: ['not-found', 'state-conflict'],
  },
  listImports: {
    group: 'imports',
    method: 'GET',
    path: '/v1/imports',
    summary: 'imports, newest first',
    scopes: ['ledger:write'],
    query: ImportQuery,
    success: { status: 200, body: ImportPage },
    idempotent: false,
    problems: ['not-found'],
  },
  getImport: {
    group: 'imports',
    method: 'GET',
    path: '/v1/imports/{id}',
    summary: 'state, counts, progress and receipts of an import',
    scopes: ['ledger:write'],
    params: Id,
    query: z.strictObject({ format: z.enum(['ndjson', 'csv']).optional() }),
    success: { status: 200, body: ImportView },
    idempotent: false,
    problems: ['not-found'],
  },
} as const satisfies Record<string, RouteDefinition>;
