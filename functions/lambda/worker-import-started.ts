import { ImportStarted } from '../../shared/contract/workers.ts';
import { awsKeys, awsLargeFiles, awsQueues, createGetGate } from '../shell/aws.ts';
import { createQueueHandler } from '../shell/batch.ts';
import { importStarted } from '../workers/import-started.ts';

const getGate = createGetGate({ files: awsLargeFiles, keys: awsKeys, queues: awsQueues });
const source = { queue: 'import-started', message: ImportStarted } as const;
export const handler = createQueueHandler(source, importStarted, getGate);
