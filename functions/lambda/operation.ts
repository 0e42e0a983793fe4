import { operation } from '../api/groups/operation.ts';
import { createGetGate } from '../shell/aws.ts';
import { createHttpHandler, type OperationOf } from '../shell/http.ts';

const getGate = createGetGate({});
export const handler = createHttpHandler<OperationOf<'operation'>>(operation, getGate);
