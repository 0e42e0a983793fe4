import { resumeImports } from '../shell/flows/resume-imports.ts';
import type { Gate } from '../shell/gate.ts';

/** Every minute: finds imports whose messages were lost, or whose workers have ended. */
export function importOverdue(gate: Gate): Promise<void> {
  return resumeImports(gate);
}
