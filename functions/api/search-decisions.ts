import { searchDecisions as search } from '../shell/flows/search-decisions.ts';
import type { Handle } from '../shell/http.ts';

export const searchDecisions: Handle<'searchDecisions'> = async (call, gate) => ({
  status: 200,
  body: await search(gate, call.actor, call.body),
});
