import { evidenceRoutes } from '../../shared/contract/routes/evidence.ts';
import { evidence } from '../api/groups/evidence.ts';
import { awsFiles, awsKeys, createGetGate } from '../shell/aws.ts';
import { createHttpHandler, type OperationOf } from '../shell/http.ts';

const getGate = createGetGate({ files: awsFiles, keys: awsKeys });
export const handler = createHttpHandler<OperationOf<'evidence'>>(
  evidenceRoutes,
  evidence,
  getGate,
);
