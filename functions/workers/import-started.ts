import type { ImportStarted } from '../../shared/contract/workers.ts';
import { runImport } from '../shell/flows/run-import.ts';
import type { Gate } from '../shell/gate.ts';

/** An import was started, or goes on: apply its rows. */
export function importStarted(message: ImportStarted, gate: Gate): Promise<void> {
  return runImport(gate, message);
}
