import { searchDecisions } from '../search-decisions.ts';
import { getDecision } from '../get-decision.ts';
import { replayDecision } from '../replay-decision.ts';
import type { GroupHandles } from '../../shell/http.ts';

export const evidence: GroupHandles<'evidence'> = { searchDecisions, getDecision, replayDecision };
