import { startImport as start } from '../shell/flows/start-import.ts';
import type { Handle } from '../shell/http.ts';

export const startImport: Handle<'startImport'> = async (call, gate) => {
  const { actor, operation, now, params } = call;
  const dryRun = call.body?.dryRun ?? false;
  const started = await start(gate, { actor, operation, now, id: params.id, dryRun });
  return { status: 202, body: started };
};
