import { retentionRoutes } from '../../shared/contract/routes/retention.ts';
import { retention } from '../api/groups/retention.ts';
import { awsKeys, awsQueues, createGetGate } from '../shell/aws.ts';
import { createHttpHandler, type OperationOf } from '../shell/http.ts';

const getGate = createGetGate({ keys: awsKeys, queues: awsQueues });
export const handler = createHttpHandler<OperationOf<'retention'>>(
  retentionRoutes,
  retention,
  getGate,
);
