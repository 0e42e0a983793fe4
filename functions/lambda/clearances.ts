import { clearancesRoutes } from '../../shared/contract/routes/clearances.ts';
import { clearances } from '../api/groups/clearances.ts';
import { awsKeys, awsLargeFiles, createGetGate } from '../shell/aws.ts';
import { createHttpHandler, type OperationOf } from '../shell/http.ts';

const getGate = createGetGate({ files: awsLargeFiles, keys: awsKeys });
export const handler = createHttpHandler<OperationOf<'clearances'>>(
  clearancesRoutes,
  clearances,
  getGate,
);
