import { awsQueues, createGetGate } from '../shell/aws.ts';
import { createScheduleHandler } from '../shell/batch.ts';
import { importOverdue } from '../workers/import-overdue.ts';

const getGate = createGetGate({ queues: awsQueues });
export const handler = createScheduleHandler(importOverdue, getGate);
