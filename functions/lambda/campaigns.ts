import { campaigns } from '../api/groups/campaigns.ts';
import { awsFiles, awsKeys, awsQueues, createGetGate } from '../shell/aws.ts';
import { createHttpHandler, type OperationOf } from '../shell/http.ts';

const getGate = createGetGate({ files: awsFiles, keys: awsKeys, queues: awsQueues });
export const handler = createHttpHandler<OperationOf<'campaigns'>>(campaigns, getGate);
