import type { EpochMs } from '../../../shared/kernel/instant.ts';
import type { QueueName } from '../../../shared/contract/workers.ts';

/** One-time schedules that put a message on a queue; delivered at least once, to the minute. */
export interface Timers {
  /** Under a name that is free; scheduling the same name again replaces it. */
  schedule(timer: {
    readonly name: string;
    readonly at: EpochMs;
    readonly queue: QueueName;
    readonly body: string;
  }): Promise<void>;
  /** No error when there is none of that name (any more). */
  cancel(name: string): Promise<void>;
}
