import { createErasure } from '../create-erasure.ts';
import { createSweep } from '../create-sweep.ts';
import { getSweep } from '../get-sweep.ts';
import { listRetentionDue } from '../list-retention-due.ts';
import { resolveConflict } from '../resolve-conflict.ts';
import type { GroupHandles } from '../../shell/http.ts';

export const retention: GroupHandles<'retention'> = {
  createErasure,
  listRetentionDue,
  createSweep,
  getSweep,
  resolveConflict,
};
