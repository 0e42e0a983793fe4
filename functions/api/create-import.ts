import { createImport as create } from '../shell/flows/create-import.ts';
import type { Handle } from '../shell/http.ts';

export const createImport: Handle<'createImport'> = async (call, gate) => ({
  status: 201,
  body: await create(gate, call),
});
