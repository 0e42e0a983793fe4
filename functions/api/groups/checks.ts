import { createCheck } from '../create-check.ts';
import type { GroupHandles } from '../../shell/http.ts';

export const checks: GroupHandles<'checks'> = { createCheck };
