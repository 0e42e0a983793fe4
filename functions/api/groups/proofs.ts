import { getDecisionProof } from '../get-decision-proof.ts';
import { getMetricsSummary } from '../get-metrics-summary.ts';
import { getSigningKeys } from '../get-signing-keys.ts';
import { listCheckpoints } from '../list-checkpoints.ts';
import { searchAudit } from '../search-audit.ts';
import type { GroupHandles } from '../../shell/http.ts';

export const proofs: GroupHandles<'proofs'> = {
  getDecisionProof,
  listCheckpoints,
  getSigningKeys,
  searchAudit,
  getMetricsSummary,
};
