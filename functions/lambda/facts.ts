import { facts } from '../api/groups/facts.ts';
import { awsFiles, awsKeys, createGetGate } from '../shell/aws.ts';
import { createHttpHandler, type OperationOf } from '../shell/http.ts';

const getGate = createGetGate({ files: awsFiles, keys: awsKeys });
export const handler = createHttpHandler<OperationOf<'facts'>>(facts, getGate);
