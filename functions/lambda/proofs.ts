import { proofsRoutes } from '../../shared/contract/routes/proofs.ts';
import { proofs } from '../api/groups/proofs.ts';
import { awsKeys, createGetGate } from '../shell/aws.ts';
import { createHttpHandler, type OperationOf } from '../shell/http.ts';

const getGate = createGetGate({ keys: awsKeys });
export const handler = createHttpHandler<OperationOf<'proofs'>>(proofsRoutes, proofs, getGate);
