import type { FileClass } from '../shared/contract/files.ts';
import type { TableName } from '../shared/contract/tables.ts';
import type { QueueName } from '../shared/contract/workers.ts';
import type { FunctionName } from './functions.ts';

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
  /** Whether it signs checkpoints, and keeps them where nothing is deleted. */
  readonly seals: boolean;
  /** Whether the function may read the secret that keys identifiers and seals answers. */
  readonly keyRing: boolean;
  /** Whether it calls out. Lambda stops nobody from it; what is bundled does. */
  readonly outbound: boolean;
}

const readable = ['read'] as const;
const puttable = ['put'] as const;
const appendable = ['read', 'put'] as const;
const writable = ['read', 'put', 'delete'] as const;
const removable = ['read', 'delete'] as const;
const stored = ['read', 'write'] as const;

/** Routes with an Idempotency-Key: the claim of the request, and its answer for a retry. */
const requests = { requests: writable } as const;

/** Whoever ends an evaluation takes it off the list of those under way. */
const evaluations = { campaigns: writable } as const;

/** What deciding people reads, and the log that it writes before anything is answered. */
const decisions = {
  'contact-points': readable,
  decisions: appendable,
  // A page is announced to the sealer before it is written.
  unsealed: puttable,
} as const;

const none = {
  ...{
    tables: {},
    files: {},
    sends: [],
    timers: [],
    seals: false,
    keyRing: false,
    outbound: false,
  },
} as const;

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
  imports: {
    ...none,
    tables: { ...requests, imports: appendable, controllers: readable, audit: puttable },
    // The links: to upload, and to the receipts.
    files: { upload: stored, result: ['read'] },
    sends: ['import-started'],
    keyRing: true,
  },
  // Open to whoever has a link: it reads and appends what the link is about.
  permissions: {
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
      // The word of the officer on a held campaign is an entry.
      audit: puttable,
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
      // Who looks up a person leaves an entry.
      audit: puttable,
    },
    files: { audience: ['read'] },
    keyRing: true,
  },
  subjects: {
    ...none,
    tables: {
      controllers: readable,
      campaigns: readable,
      decisions: readable,
      ledger: readable,
      'contact-points': readable,
      audit: puttable,
    },
    keyRing: true,
  },
  proofs: {
    ...none,
    tables: {
      controllers: readable,
      campaigns: readable,
      decisions: readable,
      unsealed: readable,
      seals: readable,
      // Whom a search of the audit trail is about, and every look-up is an entry.
      'contact-points': readable,
      audit: appendable,
    },
    keyRing: true,
  },
  // With its worker the one function that may delete events.
  retention: {
    ...none,
    tables: {
      ...requests,
      controllers: readable,
      ledger: writable,
      'contact-points': appendable,
      // Whom campaigns that had allowed the person named.
      decisions: readable,
      campaigns: readable,
      retention: writable,
      audit: puttable,
    },
    sends: ['sweep-planned'],
    keyRing: true,
  },
  policies: {
    ...none,
    // A release lies in the row of its controller's settings.
    tables: { ...requests, controllers: appendable, policies: appendable, audit: puttable },
    // For answers kept under an Idempotency-Key, which are sealed with it.
    keyRing: true,
  },
  breaches: {
    ...none,
    // The row under `due` moves: the old one goes.
    tables: { ...requests, breaches: writable, controllers: readable },
    timers: ['breach-due'],
    keyRing: true,
  },
  // Open to whoever can sign, so it can change nothing but the ledger: no settings, no secrets.
  deliveries: {
    ...none,
    tables: {
      // The marks of Mailgun's tokens.
      requests: appendable,
      controllers: readable,
      ledger: appendable,
      'contact-points': appendable,
    },
    keyRing: true,
    // The certificates of SNS, and the confirmation of a subscription.
    outbound: true,
  },
  'delivery-sources': {
    ...none,
    tables: { controllers: writable, audit: puttable },
    keyRing: true,
  },
  webhooks: {
    ...none,
    // Webhooks and what was given up for them go when an administrator says so.
    tables: { ...requests, controllers: readable, webhooks: writable, audit: puttable },
    sends: ['webhook-due'],
    keyRing: true,
    // It calls nobody: the port knows which URLs are never called.
    outbound: true,
  },
  operation: { ...none, tables: { controllers: appendable, audit: puttable } },
  'worker-page-planned': {
    ...none,
    tables: { ...evaluations, ...decisions, policies: readable },
    files: { audience: ['read'] },
    keyRing: true,
  },
  'worker-breach-due': {
    ...none,
    // An alert and its way to the controller's webhooks are written as one.
    tables: { breaches: writable, controllers: readable, webhooks: appendable },
    sends: ['webhook-due'],
    timers: ['breach-due'],
    keyRing: true,
  },
  'worker-alerts-overdue': {
    ...none,
    tables: { breaches: readable },
    sends: ['breach-due'],
  },
  'worker-log-sealed': {
    ...none,
    // Announcements go once their pages are leaves; the tree and the pages only ever grow.
    tables: { decisions: readable, unsealed: writable, seals: appendable },
    seals: true,
  },
  'worker-import-started': {
    ...none,
    tables: {
      imports: writable,
      // How a list hashes is kept with its controller.
      controllers: appendable,
      ledger: appendable,
      'contact-points': appendable,
    },
    // Clear text goes when the import has ended; parts of receipts when they are joined.
    files: { upload: ['read', 'delete'], result: ['read', 'write', 'delete'] },
    sends: ['import-started'],
    keyRing: true,
  },
  'worker-import-overdue': {
    ...none,
    tables: { imports: readable },
    sends: ['import-started'],
  },
  'worker-webhook-due': {
    ...none,
    tables: { webhooks: writable },
    sends: ['webhook-due'],
    keyRing: true,
    outbound: true,
  },
  'worker-webhook-overdue': {
    ...none,
    tables: { webhooks: readable },
    sends: ['webhook-due'],
  },
  'worker-sweep-planned': {
    ...none,
    tables: {
      controllers: readable,
      ledger: writable,
      'contact-points': writable,
      retention: writable,
      // Old pages go; their leaves stay, and a page without one is not touched.
      decisions: removable,
      seals: readable,
      campaigns: readable,
    },
    sends: ['sweep-planned'],
    keyRing: true,
  },
  'worker-retention-due': {
    ...none,
    tables: { controllers: readable, retention: appendable },
    sends: ['sweep-planned'],
  },
  'worker-evaluation-overdue': {
    ...none,
    tables: evaluations,
    sends: ['page-planned'],
  },
});
