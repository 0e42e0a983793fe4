import { checksRoutes } from '../../shared/contract/routes/checks.ts';
import { checks } from '../api/groups/checks.ts';
import { awsFiles, awsKeys, createGetGate } from '../shell/aws.ts';
import { createHttpHandler, type OperationOf } from '../shell/http.ts';

const getGate = createGetGate({ files: awsFiles, keys: awsKeys });
export const handler = createHttpHandler<OperationOf<'checks'>>(checksRoutes, checks, getGate);
