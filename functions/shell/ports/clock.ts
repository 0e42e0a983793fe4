import type { EpochMs } from '../../../shared/kernel/instant.ts';

/** The only way in which a store may ask for the time; tests put a clock of their own here. */
export interface Clock {
  now(): EpochMs;
}

export const systemClock: Clock = Object.freeze({ now: () => Date.now() });
