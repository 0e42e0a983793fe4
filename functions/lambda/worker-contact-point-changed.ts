import { awsFiles, awsKeys, awsQueues, createGetGate } from '../shell/aws.ts';
import { createChangesHandler } from '../shell/batch.ts';
import { changeFromRecord } from '../shell/ports/aws-change-feed.ts';
import { contactPointChanged } from '../workers/contact-point-changed.ts';

const getGate = createGetGate({ files: awsFiles, keys: awsKeys, queues: awsQueues });
export const handler = createChangesHandler(changeFromRecord, contactPointChanged, getGate);
