import type { SweepPlanned } from '../../shared/contract/workers.ts';
import { continueSweep } from '../shell/flows/sweep-retention.ts';
import type { Gate } from '../shell/gate.ts';

/** A sweep begins, or goes on. */
export function sweepPlanned(message: SweepPlanned, gate: Gate): Promise<void> {
  return continueSweep(gate, message.sweep);
}
