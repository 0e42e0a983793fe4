import * as z from 'zod';
import { limits } from '../../shared/contract/limits.ts';
import { readCursor, writeCursor } from '../shell/cursor.ts';
import type { Handle } from '../shell/http.ts';
import { listCheckpoints as list } from '../shell/stores/seal-store.ts';

const Cursor = z.strictObject({
  after: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\/\d{15}$/),
});

/** Public: who wants to hold the gate to its log has to be able to keep the chain. */
export const listCheckpoints: Handle<'listCheckpoints'> = async (call, gate) => {
  const { controller = null, limit = limits.listLimitDefault, cursor = null } = call.query;
  const after = readCursor(Cursor, cursor, '/query/cursor')?.after ?? null;
  const { checkpoints, next } = await list(gate, { controller, limit, after });
  const nextCursor = next === null ? null : writeCursor({ after: next });
  return { status: 200, body: { items: checkpoints, nextCursor } };
};
