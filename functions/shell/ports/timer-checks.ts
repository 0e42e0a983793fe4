import { assert } from '../../../shared/kernel/assert.ts';
import { portBounds } from './port-bounds.ts';

const NAME = /^[0-9A-Za-z_.-]+$/;

/** Throws for a name that EventBridge Scheduler would not take. */
export function checkTimerName(name: string): void {
  assert(
    name.length <= portBounds.timerNameCharacters && NAME.test(name),
    'the name of a timer is 1 to 64 letters, digits, `-`, `_` and `.`',
  );
}
