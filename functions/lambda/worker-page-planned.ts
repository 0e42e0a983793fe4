import { PagePlanned } from '../../shared/contract/workers.ts';
import { awsFiles, awsKeys, awsQueues, createGetGate } from '../shell/aws.ts';
import { createQueueHandler } from '../shell/batch.ts';
import { pagePlanned } from '../workers/page-planned.ts';

const getGate = createGetGate({ files: awsFiles, keys: awsKeys, queues: awsQueues });
const source = { queue: 'page-planned', message: PagePlanned } as const;
export const handler = createQueueHandler(source, pagePlanned, getGate);
