import type { EpochMs } from '../../shared/kernel/instant.ts';
import type { Alerts } from './ports/alerts.ts';
import type { Archive } from './ports/archive.ts';
import type { Clock } from './ports/clock.ts';
import type { Files } from './ports/files.ts';
import type { Keys } from './ports/keys.ts';
import type { Outbound } from './ports/outbound.ts';
import type { Queues } from './ports/queues.ts';
import type { Signer } from './ports/signer.ts';
import type { Tables } from './ports/tables.ts';
import type { Timers } from './ports/timers.ts';
import type { Log } from './log.ts';
import type { TaskRunner } from './task-runner.ts';

/** Everything of the outside world that handlers and workers may touch. */
export interface Gate {
  readonly tables: Tables;
  readonly queues: Queues;
  readonly files: Files;
  readonly archive: Archive;
  readonly timers: Timers;
  readonly keys: Keys;
  readonly signer: Signer;
  readonly outbound: Outbound;
  /** Absent where there are neither mail nor topics. */
  readonly alerts?: Alerts;
  /** Under which people reach the gate, for links in messages; absent or null: nobody said so. */
  readonly publicUrl?: () => string | null;
  readonly clock: Clock;
  /** Cryptographically strong bytes. */
  readonly randomBytes: (count: number) => Uint8Array;
  readonly log: Log;
  /**
   * Since when this process has the stores to itself, where no other one ever shares them: what was
   * begun before has ended with its process. Absent on AWS, where many run side by side.
   */
  readonly aloneSince?: EpochMs;
  /** Who else does pieces of large campaigns; absent: whoever comes upon them does them. */
  readonly tasks?: TaskRunner;
  /** Work that takes long stops at its next good place once the process is to end. */
  readonly stopping?: AbortSignal;
}
