import { limits } from '../../shared/contract/limits.ts';
import { searchDecisions as search } from '../shell/flows/search-decisions.ts';
import type { Handle } from '../shell/http.ts';
import { inParallel } from '../shell/ports/in-parallel.ts';
import { recordAudit } from '../shell/stores/audit-store.ts';

/** Whoever looks a person up leaves an entry with each controller that was searched. */
export const searchDecisions: Handle<'searchDecisions'> = async (call, gate) => {
  const { items, nextCursor, lookedUp } = await search(gate, call.actor, call.body);
  await inParallel(lookedUp, limits.parallelControllers, (what) => recordAudit(gate, call, what));
  return { status: 200, body: { items, nextCursor } };
};
