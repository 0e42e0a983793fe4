import { awsQueues, createGetGate } from '../shell/aws.ts';
import { createScheduleHandler } from '../shell/batch.ts';
import { webhookOverdue } from '../workers/webhook-overdue.ts';

const getGate = createGetGate({ queues: awsQueues });
export const handler = createScheduleHandler(webhookOverdue, getGate);
