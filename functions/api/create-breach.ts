import { breachView } from '../../shared/breach/case-view.ts';
import { openBreach } from '../shell/flows/breach-cases.ts';
import type { Handle } from '../shell/http.ts';

export const createBreach: Handle<'createBreach'> = async (call, gate) => ({
  status: 201,
  body: breachView(await openBreach(gate, call, call.body)),
});
