import { breachesRoutes } from '../../shared/contract/routes/breaches.ts';
import { breaches } from '../api/groups/breaches.ts';
import { awsKeys, awsLargeFiles, awsQueues, awsTimers, createGetGate } from '../shell/aws.ts';
import { createHttpHandler, type OperationOf } from '../shell/http.ts';

const getGate = createGetGate({
  files: awsLargeFiles,
  keys: awsKeys,
  queues: awsQueues,
  timers: awsTimers,
});
export const handler = createHttpHandler<OperationOf<'breaches'>>(
  breachesRoutes,
  breaches,
  getGate,
);
