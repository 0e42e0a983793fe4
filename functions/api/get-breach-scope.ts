import { readBreachScope } from '../shell/flows/request-scope.ts';
import type { Handle } from '../shell/http.ts';

export const getBreachScope: Handle<'getBreachScope'> = async (call, gate) => ({
  status: 200,
  body: await readBreachScope(gate, call.actor, { ...call.params, ...call.query }),
});
