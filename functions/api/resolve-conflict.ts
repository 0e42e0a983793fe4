import { resolveConflict as resolve } from '../shell/flows/resolve-conflict.ts';
import type { Handle } from '../shell/http.ts';

export const resolveConflict: Handle<'resolveConflict'> = async (call, gate) => ({
  status: 200,
  body: await resolve(gate, call),
});
