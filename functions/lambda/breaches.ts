import { breaches } from '../api/groups/breaches.ts';
import { createGetGate } from '../shell/aws.ts';
import { createHttpHandler, type OperationOf } from '../shell/http.ts';

const getGate = createGetGate({});
export const handler = createHttpHandler<OperationOf<'breaches'>>(breaches, getGate);
