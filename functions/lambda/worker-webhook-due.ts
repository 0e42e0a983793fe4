import { WebhookDue } from '../../shared/contract/workers.ts';
import { awsAlerts, awsKeys, awsOutbound, awsQueues, createGetGate } from '../shell/aws.ts';
import { createQueueHandler } from '../shell/batch.ts';
import { webhookDue } from '../workers/webhook-due.ts';

const getGate = createGetGate({
  alerts: awsAlerts,
  keys: awsKeys,
  queues: awsQueues,
  outbound: awsOutbound,
});
const source = { queue: 'webhook-due', message: WebhookDue } as const;
export const handler = createQueueHandler(source, webhookDue, getGate);
