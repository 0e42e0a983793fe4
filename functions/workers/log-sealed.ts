import { sealLog } from '../shell/flows/seal-log.ts';
import type { Gate } from '../shell/gate.ts';

/** Every minute: what was decided since becomes leaves of the log, under a signed checkpoint. */
export function logSealed(gate: Gate): Promise<void> {
  return sealLog(gate);
}
