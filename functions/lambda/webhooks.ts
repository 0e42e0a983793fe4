import { webhooksRoutes } from '../../shared/contract/routes/webhooks.ts';
import { webhooks } from '../api/groups/webhooks.ts';
import { awsKeys, awsOutbound, awsQueues, createGetGate } from '../shell/aws.ts';
import { createHttpHandler, type OperationOf } from '../shell/http.ts';

const getGate = createGetGate({ keys: awsKeys, queues: awsQueues, outbound: awsOutbound });
export const handler = createHttpHandler<OperationOf<'webhooks'>>(
  webhooksRoutes,
  webhooks,
  getGate,
);
