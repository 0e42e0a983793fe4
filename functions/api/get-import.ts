import { importFor, importView } from '../shell/flows/import-view.ts';
import type { Handle } from '../shell/http.ts';

export const getImport: Handle<'getImport'> = async (call, gate) => {
  const { value } = await importFor(gate, call.actor, call.params.id);
  return { status: 200, body: await importView(gate, value, call.query.format) };
};
