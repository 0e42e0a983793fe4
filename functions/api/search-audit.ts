import { searchAudit as search } from '../shell/flows/search-audit.ts';
import type { Handle } from '../shell/http.ts';

export const searchAudit: Handle<'searchAudit'> = async (call, gate) => ({
  status: 200,
  body: await search(gate, call),
});
