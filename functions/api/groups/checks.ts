import { createCheck } from '../create-check.ts';
import { createRecheck } from '../create-recheck.ts';
import type { GroupHandles } from '../../shell/http.ts';

export const checks: GroupHandles<'checks'> = { createCheck, createRecheck };
