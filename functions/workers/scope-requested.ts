import type { ScopeRequested } from '../../shared/contract/workers.ts';
import { continueScope } from '../shell/flows/compute-scope.ts';
import type { Gate } from '../shell/gate.ts';

/** A scope begins, or goes on where its last call ended. */
export function scopeRequested(message: ScopeRequested, gate: Gate): Promise<void> {
  return continueScope(gate, message);
}
