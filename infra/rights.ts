import type { FileClass } from '../shared/contract/files.ts';
import type { TableName } from '../shared/contract/tables.ts';
import type { QueueName } from '../shared/contract/workers.ts';
import type { FunctionName } from './functions.ts';

/** `put` is not `delete`: what is append-only for the program is append-only for its role. */
export type TableRight = 'read' | 'put' | 'delete';
export type FileRight = 'read' | 'write';

export interface Rights {
  readonly tables: Readonly<Partial<Record<TableName, readonly TableRight[]>>>;
  readonly files: Readonly<Partial<Record<FileClass, readonly FileRight[]>>>;
  /** Queues that the function sends to; the one that wakes a worker is bound by `workers`. */
  readonly sends: readonly QueueName[];
  /** Queues that the function sets one-time timers for. */
  readonly timers: readonly QueueName[];
  /** Whether the function may read the secret that keys identifiers and seals answers. */
  readonly keyRing: boolean;
}

const readable = ['read'] as const;
const puttable = ['put'] as const;
const appendable = ['read', 'put'] as const;
const writable = ['read', 'put', 'delete'] as const;
const stored = ['read', 'write'] as const;

/** Routes with an Idempotency-Key: the claim of the request, and its answer for a retry. */
const requests = { requests: writable } as const;

/** Whoever ends an evaluation takes it off the list of those under way. */
const evaluations = { campaigns: writable } as const;

/** What deciding people reads, and the log that it writes before anything is answered. */
const decisions = { 'contact-points': readable, decisions: appendable } as const;

const none = { tables: {}, files: {}, sends: [], timers: [], keyRing: false } as const;

/**
 * What each function may do, and nothing else: roles, variables and event sources follow. A test
 * runs every route and worker under these rights, and fails for one too few and for one too many.
 */
export const rights: Readonly<Record<FunctionName, Rights>> = Object.freeze({
  facts: {
    ...none,
    tables: {
      ...requests,
      controllers: readable,
      ledger: appendable,
      'contact-points': appendable,
    },
    keyRing: true,
  },
  campaigns: {
    ...none,
    tables: {
      ...requests,
      ...evaluations,
      ...decisions,
      controllers: readable,
      policies: appendable,
    },
    files: { audience: stored },
    sends: ['page-planned'],
    keyRing: true,
  },
  checks: {
    ...none,
    tables: {
      ...requests,
      ...decisions,
      controllers: readable,
      policies: appendable,
      // As of another instant the facts are folded from the events.
      ledger: readable,
      // What a check says of itself is kept beside what campaigns say of themselves.
      campaigns: puttable,
    },
    files: { audience: ['write'] },
    keyRing: true,
  },
  evidence: {
    ...none,
    tables: {
      controllers: readable,
      campaigns: readable,
      decisions: readable,
      policies: readable,
      ledger: readable,
      'contact-points': readable,
    },
    files: { audience: ['read'] },
    keyRing: true,
  },
  policies: {
    ...none,
    // A release lies in the row of its controller's settings.
    tables: { ...requests, controllers: appendable, policies: appendable },
    // For answers kept under an Idempotency-Key, which are sealed with it.
    keyRing: true,
  },
  // What it answers it computes from the request.
  breaches: none,
  operation: { ...none, tables: { controllers: appendable } },
  'worker-page-planned': {
    ...none,
    tables: { ...evaluations, ...decisions, policies: readable },
    files: { audience: ['read'] },
    keyRing: true,
  },
  'worker-evaluation-overdue': {
    ...none,
    tables: evaluations,
    sends: ['page-planned'],
  },
});
