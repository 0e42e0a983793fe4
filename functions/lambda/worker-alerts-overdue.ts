import { awsQueues, createGetGate } from '../shell/aws.ts';
import { createScheduleHandler } from '../shell/batch.ts';
import { alertsOverdue } from '../workers/alerts-overdue.ts';

const getGate = createGetGate({ queues: awsQueues });
export const handler = createScheduleHandler(alertsOverdue, getGate);
