import { BreachDue } from '../../shared/contract/workers.ts';
import { awsAlertWays, awsKeys, awsQueues, awsTimers, createGetGate } from '../shell/aws.ts';
import { createQueueHandler } from '../shell/batch.ts';
import { breachDue } from '../workers/breach-due.ts';

const getGate = createGetGate({
  alerts: awsAlertWays,
  keys: awsKeys,
  timers: awsTimers,
  queues: awsQueues,
});
const source = { queue: 'breach-due', message: BreachDue } as const;
export const handler = createQueueHandler(source, breachDue, getGate);
