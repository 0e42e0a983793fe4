import { resumeEvaluations } from '../shell/flows/resume-evaluations.ts';
import type { Gate } from '../shell/gate.ts';

/** Every minute: finds evaluations whose messages were lost. */
export function evaluationOverdue(gate: Gate): Promise<void> {
  return resumeEvaluations(gate);
}
