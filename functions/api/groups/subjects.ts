import { createConsentProof } from '../create-consent-proof.ts';
import { createSubjectReport } from '../create-subject-report.ts';
import { listConflicts } from '../list-conflicts.ts';
import type { GroupHandles } from '../../shell/http.ts';

export const subjects: GroupHandles<'subjects'> = {
  createSubjectReport,
  createConsentProof,
  listConflicts,
};
