import { operationRoutes } from '../../shared/contract/routes/operation.ts';
import { operation } from '../api/groups/operation.ts';
import { awsKeys, awsOutbound, createGetGate } from '../shell/aws.ts';
import { createHttpHandler, type OperationOf } from '../shell/http.ts';

const getGate = createGetGate({ keys: awsKeys, outbound: awsOutbound });
export const handler = createHttpHandler<OperationOf<'operation'>>(
  operationRoutes,
  operation,
  getGate,
);
