import { subjectsRoutes } from '../../shared/contract/routes/subjects.ts';
import { subjects } from '../api/groups/subjects.ts';
import { awsKeys, createGetGate } from '../shell/aws.ts';
import { createHttpHandler, type OperationOf } from '../shell/http.ts';

const getGate = createGetGate({ keys: awsKeys });
export const handler = createHttpHandler<OperationOf<'subjects'>>(
  subjectsRoutes,
  subjects,
  getGate,
);
