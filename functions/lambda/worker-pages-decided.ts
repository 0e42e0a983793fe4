import { PagesDecided } from '../../shared/contract/workers.ts';
import { awsKeys, awsLargeFiles, awsQueues, awsSigner, createGetGate } from '../shell/aws.ts';
import { createQueueHandler } from '../shell/batch.ts';
import { pagesDecided } from '../workers/pages-decided.ts';

const getGate = createGetGate({
  ...{ files: awsLargeFiles, keys: awsKeys },
  ...{ queues: awsQueues, signer: awsSigner },
});
const source = { queue: 'pages-decided', message: PagesDecided } as const;
export const handler = createQueueHandler(source, pagesDecided, getGate);
