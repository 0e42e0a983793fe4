import { listPolicies } from '../list-policies.ts';
import { getPolicy } from '../get-policy.ts';
import { draftPolicy } from '../draft-policy.ts';
import { releasePolicy } from '../release-policy.ts';
import type { GroupHandles } from '../../shell/http.ts';

export const policies: GroupHandles<'policies'> = {
  listPolicies,
  getPolicy,
  draftPolicy,
  releasePolicy,
};
