import { deliverySourcesRoutes } from '../../shared/contract/routes/delivery-sources.ts';
import { deliverySources } from '../api/groups/delivery-sources.ts';
import { awsKeys, createGetGate } from '../shell/aws.ts';
import { createHttpHandler, type OperationOf } from '../shell/http.ts';

const getGate = createGetGate({ keys: awsKeys });
export const handler = createHttpHandler<OperationOf<'delivery-sources'>>(
  deliverySourcesRoutes,
  deliverySources,
  getGate,
);
