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

export const readable = ['read'] as const;
export const puttable = ['put'] as const;
export const appendable = ['read', 'put'] as const;
export const writable = ['read', 'put', 'delete'] as const;
export const removable = ['read', 'delete'] as const;
export const stored = ['read', 'write'] as const;

/** Routes with an Idempotency-Key: the claim of the request, and its answer for a retry. */
export const requests = { requests: writable } as const;

/** Whoever ends an evaluation takes it off the list of those under way. */
export const evaluations = { campaigns: writable } as const;

/** What deciding people reads, and the log that it writes before anything is answered. */
export const decisions = {
  'contact-points': readable,
  decisions: appendable,
  // A page is announced to the sealer before it is written.
  unsealed: puttable,
} as const;

/** Whoever issues a clearance publishes the key that it signs with, and tells receivers. */
export const clearances = { seals: puttable, webhooks: appendable } as const;

/** What calling back whoever has refused reads, and what it logs and tells. */
export const recalls = {
  ...decisions,
  policies: readable,
  webhooks: appendable,
} as const;

export const none = {
  ...{
    tables: {},
    files: {},
    sends: [],
    timers: [],
    signs: false,
    seals: false,
    keyRing: false,
    outbound: false,
    alerts: null,
  },
} as const;
