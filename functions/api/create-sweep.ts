import { createSweep as create } from '../shell/flows/sweep-retention.ts';
import type { Handle } from '../shell/http.ts';

export const createSweep: Handle<'createSweep'> = async (call, gate) => ({
  status: 202,
  body: await create(gate, call),
});
