import { awsArchive, awsSigner, createGetGate } from '../shell/aws.ts';
import { createScheduleHandler } from '../shell/batch.ts';
import { logSealed } from '../workers/log-sealed.ts';

const getGate = createGetGate({ archive: awsArchive, signer: awsSigner });
export const handler = createScheduleHandler(logSealed, getGate);
