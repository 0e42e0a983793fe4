import { deliveriesRoutes } from '../../shared/contract/routes/deliveries.ts';
import { deliveries } from '../api/groups/deliveries.ts';
import { awsKeys, awsOutbound, createGetGate } from '../shell/aws.ts';
import { createHttpHandler, type OperationOf } from '../shell/http.ts';

const getGate = createGetGate({ keys: awsKeys, outbound: awsOutbound });
export const handler = createHttpHandler<OperationOf<'deliveries'>>(
  deliveriesRoutes,
  deliveries,
  getGate,
);
