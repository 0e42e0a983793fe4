import { ScopeRequested } from '../../shared/contract/workers.ts';
import { awsKeys, awsLargeFiles, awsQueues, createGetGate } from '../shell/aws.ts';
import { createQueueHandler } from '../shell/batch.ts';
import { scopeRequested } from '../workers/scope-requested.ts';

const getGate = createGetGate({ files: awsLargeFiles, keys: awsKeys, queues: awsQueues });
const source = { queue: 'scope-requested', message: ScopeRequested } as const;
export const handler = createQueueHandler(source, scopeRequested, getGate);
