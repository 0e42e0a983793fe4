import { policiesRoutes } from '../../shared/contract/routes/policies.ts';
import { policies } from '../api/groups/policies.ts';
import { awsKeys, createGetGate } from '../shell/aws.ts';
import { createHttpHandler, type OperationOf } from '../shell/http.ts';

const getGate = createGetGate({ keys: awsKeys });
export const handler = createHttpHandler<OperationOf<'policies'>>(
  policiesRoutes,
  policies,
  getGate,
);
