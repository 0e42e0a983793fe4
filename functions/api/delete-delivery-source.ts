import { deliverySourceView } from '../shell/delivery-source-view.ts';
import { controllerFor } from '../shell/flows/prepare.ts';
import type { Handle } from '../shell/http.ts';
import { notFound } from '../shell/problem.ts';
import { recordAudit } from '../shell/stores/audit-store.ts';
import {
  listDeliverySources,
  removeDeliverySource,
} from '../shell/stores/delivery-source-store.ts';

export const deleteDeliverySource: Handle<'deleteDeliverySource'> = async (call, gate) => {
  const { id, vendor } = call.params;
  await controllerFor(gate, call.actor, id);
  const before = await listDeliverySources(gate, id);
  const absent = notFound('delivery source of that name');
  if (!before.some((source) => source.vendor === vendor)) throw absent;
  await recordAudit(gate, call, { controller: id, about: `delivery source ${vendor}` });
  if (!(await removeDeliverySource(gate, id, vendor))) throw absent;
  const left = before.filter((source) => source.vendor !== vendor);
  return {
    status: 200,
    body: { items: left.map((source) => deliverySourceView(call.origin, id, source)) },
  };
};
