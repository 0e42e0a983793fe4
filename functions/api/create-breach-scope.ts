import { requestScope } from '../shell/flows/request-scope.ts';
import type { Handle } from '../shell/http.ts';

export const createBreachScope: Handle<'createBreachScope'> = async (call, gate) => ({
  status: 202,
  body: await requestScope(gate, call, call.params.id, call.body),
});
