import { operationRoutes } from '../../shared/contract/routes/operation.ts';
import { operation } from '../api/groups/operation.ts';
import { awsKeys, createGetGate } from '../shell/aws.ts';
import { createHttpHandler, type OperationOf } from '../shell/http.ts';

const getGate = createGetGate({ keys: awsKeys });
export const handler = createHttpHandler<OperationOf<'operation'>>(
  operationRoutes,
  operation,
  getGate,
);
