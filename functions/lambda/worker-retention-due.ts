import { awsQueues, createGetGate } from '../shell/aws.ts';
import { createScheduleHandler } from '../shell/batch.ts';
import { retentionDue } from '../workers/retention-due.ts';

const getGate = createGetGate({ queues: awsQueues });
export const handler = createScheduleHandler(retentionDue, getGate);
