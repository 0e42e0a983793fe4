import { AudienceUploaded } from '../../shared/contract/workers.ts';
import { awsKeys, awsLargeFiles, awsQueues, createGetGate } from '../shell/aws.ts';
import { createQueueHandler } from '../shell/batch.ts';
import { audienceUploaded } from '../workers/audience-uploaded.ts';

const getGate = createGetGate({ files: awsLargeFiles, keys: awsKeys, queues: awsQueues });
const source = { queue: 'audience-uploaded', message: AudienceUploaded } as const;
export const handler = createQueueHandler(source, audienceUploaded, getGate);
