import { listDeliverySources } from '../list-delivery-sources.ts';
import { putDeliverySource } from '../put-delivery-source.ts';
import { deleteDeliverySource } from '../delete-delivery-source.ts';
import type { GroupHandles } from '../../shell/http.ts';

export const deliverySources: GroupHandles<'delivery-sources'> = {
  listDeliverySources,
  putDeliverySource,
  deleteDeliverySource,
};
