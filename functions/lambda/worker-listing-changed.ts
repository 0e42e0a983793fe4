import { ListingChanged } from '../../shared/contract/workers.ts';
import { awsFiles, awsKeys, awsQueues, createGetGate } from '../shell/aws.ts';
import { createQueueHandler } from '../shell/batch.ts';
import { listingChanged } from '../workers/listing-changed.ts';

const getGate = createGetGate({ files: awsFiles, keys: awsKeys, queues: awsQueues });
const source = { queue: 'listing-changed', message: ListingChanged } as const;
export const handler = createQueueHandler(source, listingChanged, getGate);
