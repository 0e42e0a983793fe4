import { SweepPlanned } from '../../shared/contract/workers.ts';
import { awsKeys, awsQueues, createGetGate } from '../shell/aws.ts';
import { createQueueHandler } from '../shell/batch.ts';
import { sweepPlanned } from '../workers/sweep-planned.ts';

const getGate = createGetGate({ keys: awsKeys, queues: awsQueues });
const source = { queue: 'sweep-planned', message: SweepPlanned } as const;
export const handler = createQueueHandler(source, sweepPlanned, getGate);
