import { noteChanges } from '../shell/campaigns/note-change.ts';
import type { Gate } from '../shell/gate.ts';
import type { Change } from '../shell/ports/tables.ts';

/** Contact points have changed: whoever must not be contacted any more is called back. */
export function contactPointChanged(gate: Gate, changes: readonly Change[]): Promise<void> {
  return noteChanges(gate, changes);
}
