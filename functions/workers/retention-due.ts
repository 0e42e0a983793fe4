import { beginDueSweeps } from '../shell/flows/sweep-retention.ts';
import type { Gate } from '../shell/gate.ts';

/** Once a day: what is due goes, and what was interrupted goes on. */
export function retentionDue(gate: Gate): Promise<void> {
  return beginDueSweeps(gate);
}
