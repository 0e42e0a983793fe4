import { importsRoutes } from '../../shared/contract/routes/imports.ts';
import { imports } from '../api/groups/imports.ts';
import { awsKeys, awsLargeFiles, awsQueues, createGetGate } from '../shell/aws.ts';
import { createHttpHandler, type OperationOf } from '../shell/http.ts';

const getGate = createGetGate({ files: awsLargeFiles, keys: awsKeys, queues: awsQueues });
export const handler = createHttpHandler<OperationOf<'imports'>>(importsRoutes, imports, getGate);
