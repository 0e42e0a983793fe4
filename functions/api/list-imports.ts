import { listImports as list } from '../shell/flows/list-imports.ts';
import type { Handle } from '../shell/http.ts';

export const listImports: Handle<'listImports'> = async (call, gate) => ({
  status: 200,
  body: await list(gate, call.actor, call.query),
});
