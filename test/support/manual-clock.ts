import type { EpochMs } from '../../shared/kernel/instant.ts';
import type { Clock } from '../../functions/shell/ports/clock.ts';

/** A clock that stands still until it is told otherwise. */
export interface ManualClock extends Clock {
  /** Moves on by this many milliseconds. */
  advance(durationMs: number): void;
}

export function manualClock(start: EpochMs): ManualClock {
  let instant = start;
  return {
    now: () => instant,
    advance: (durationMs) => {
      instant += durationMs;
    },
  };
}
