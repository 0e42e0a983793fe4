import { factsRoutes } from '../../shared/contract/routes/facts.ts';
import { facts } from '../api/groups/facts.ts';
import { awsKeys, createGetGate } from '../shell/aws.ts';
import { createHttpHandler, type OperationOf } from '../shell/http.ts';

const getGate = createGetGate({ keys: awsKeys });
export const handler = createHttpHandler<OperationOf<'facts'>>(factsRoutes, facts, getGate);
