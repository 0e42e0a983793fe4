import { breaches } from '../api/groups/breaches.ts';
import { awsKeys, awsTimers, createGetGate } from '../shell/aws.ts';
import { createHttpHandler, type OperationOf } from '../shell/http.ts';

const getGate = createGetGate({ keys: awsKeys, timers: awsTimers });
export const handler = createHttpHandler<OperationOf<'breaches'>>(breaches, getGate);
