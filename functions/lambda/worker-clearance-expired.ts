import { awsFiles, awsKeys, awsQueues, createGetGate } from '../shell/aws.ts';
import { createScheduleHandler } from '../shell/batch.ts';
import { clearanceExpired } from '../workers/clearance-expired.ts';

const getGate = createGetGate({ files: awsFiles, keys: awsKeys, queues: awsQueues });
export const handler = createScheduleHandler(clearanceExpired, getGate);
