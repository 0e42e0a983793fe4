import { campaignsRoutes } from '../../shared/contract/routes/campaigns.ts';
import { campaigns } from '../api/groups/campaigns.ts';
import { awsKeys, awsLargeFiles, awsQueues, awsSigner, createGetGate } from '../shell/aws.ts';
import { createHttpHandler, type OperationOf } from '../shell/http.ts';

const getGate = createGetGate({
  ...{ files: awsLargeFiles, keys: awsKeys },
  ...{ queues: awsQueues, signer: awsSigner },
});
export const handler = createHttpHandler<OperationOf<'campaigns'>>(
  campaignsRoutes,
  campaigns,
  getGate,
);
