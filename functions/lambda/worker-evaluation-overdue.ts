import { awsFiles, awsKeys, awsQueues, createGetGate } from '../shell/aws.ts';
import { createScheduleHandler } from '../shell/batch.ts';
import { evaluationOverdue } from '../workers/evaluation-overdue.ts';

const getGate = createGetGate({ files: awsFiles, keys: awsKeys, queues: awsQueues });
export const handler = createScheduleHandler(evaluationOverdue, getGate);
