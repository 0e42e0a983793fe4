import { eraseSubject } from '../shell/flows/erase-subject.ts';
import type { Handle } from '../shell/http.ts';

export const createErasure: Handle<'createErasure'> = async (call, gate) => ({
  status: 201,
  body: await eraseSubject(gate, call),
});
