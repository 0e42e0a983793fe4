import * as z from 'zod';
import { limits } from '../../shared/contract/limits.ts';
import { readCursor, writeCursor } from '../shell/cursor.ts';
import type { Handle } from '../shell/http.ts';
import { listPolicies as list } from '../shell/stores/policy-store.ts';

const Cursor = z.strictObject({ after: z.string().regex(/^\d{15}\/sha256:[0-9a-f]{64}$/) });

export const listPolicies: Handle<'listPolicies'> = async (call, gate) => {
  const { limit = limits.listLimitDefault, cursor = null } = call.query;
  const after = readCursor(Cursor, cursor, '/query/cursor')?.after ?? null;
  const { items, next } = await list(gate, { limit, after });
  const nextCursor = next === null ? null : writeCursor({ after: next });
  return { status: 200, body: { items, nextCursor } };
};
