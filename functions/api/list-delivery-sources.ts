import { deliverySourceView } from '../shell/delivery-source-view.ts';
import { controllerFor } from '../shell/flows/prepare.ts';
import type { Handle } from '../shell/http.ts';
import { listDeliverySources as list } from '../shell/stores/delivery-source-store.ts';

export const listDeliverySources: Handle<'listDeliverySources'> = async (call, gate) => {
  const { id } = call.params;
  await controllerFor(gate, call.actor, id);
  const items = await list(gate, id);
  return {
    status: 200,
    body: { items: items.map((source) => deliverySourceView(call.origin, id, source)) },
  };
};
