import type { FileClass } from '../shared/contract/files.ts';
import type { TableName } from '../shared/contract/tables.ts';
import type { QueueName } from '../shared/contract/workers.ts';

/** `put` is not `delete`: what is append-only for the program is append-only for its role. */
export type TableRight = 'read' | 'put' | 'delete';
export type FileRight = 'read' | 'write' | 'delete';

export interface Rights {
  readonly tables: Readonly<Partial<Record<TableName, readonly TableRight[]>>>;
  readonly files: Readonly<Partial<Record<FileClass, readonly FileRight[]>>>;
  /** Queues that the function sends to; the one that wakes a worker is bound by `workers`. */
  readonly sends: readonly QueueName[];
  /** Queues that the function sets one-time timers for. */
  readonly timers: readonly QueueName[];
  /** Whether it signs in the gate's name. */
  readonly signs: boolean;
  /** Whether it keeps checkpoints where nothing is deleted. */
  readonly seals: boolean;
  /** Whether the function may read the secret that keys identifiers and seals answers. */
  readonly keyRing: boolean;
  /** Whether it sends alerts to people, by mail and topics; or knows which of the two there are. */
  readonly alerts: 'sends' | 'knows' | null;
  /** Whether it calls out. Lambda stops nobody from it; what is bundled does. */
  readonly outbound: boolean;
}
