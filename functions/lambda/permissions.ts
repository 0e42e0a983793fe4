import { permissionsRoutes } from '../../shared/contract/routes/permissions.ts';
import { permissions } from '../api/groups/permissions.ts';
import { awsKeys, createGetGate } from '../shell/aws.ts';
import { createHttpHandler, type OperationOf } from '../shell/http.ts';

const getGate = createGetGate({ keys: awsKeys });
export const handler = createHttpHandler<OperationOf<'permissions'>>(
  permissionsRoutes,
  permissions,
  getGate,
);
