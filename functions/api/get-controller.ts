import { controllerFor } from '../shell/flows/prepare.ts';
import type { Handle } from '../shell/http.ts';
import { controllerView } from '../shell/stores/controller-store.ts';

export const getController: Handle<'getController'> = async (call, gate) => ({
  status: 200,
  body: controllerView(await controllerFor(gate, call.actor, call.params.id)),
});
