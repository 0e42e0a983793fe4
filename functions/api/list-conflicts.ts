import { listConflicts as list } from '../shell/flows/list-conflicts.ts';
import type { Handle } from '../shell/http.ts';

export const listConflicts: Handle<'listConflicts'> = async (call, gate) => ({
  status: 200,
  body: await list(gate, call),
});
