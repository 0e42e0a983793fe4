import {
  readable,
  puttable,
  appendable,
  writable,
  removable,
  stored,
  evaluations,
  decisions,
  clearances,
  recalls,
  none,
  type Rights,
} from './kinds-of-right.ts';
import type { FunctionName } from './functions.ts';

type WorkerFunction = Extract<FunctionName, `worker-${string}`>;

/** What the worker of each queue, feed and schedule may do. */
export const workerRights: Readonly<Record<WorkerFunction, Rights>> = Object.freeze({
  'worker-audience-uploaded': {
    ...none,
    tables: {
      campaigns: writable,
      controllers: readable,
      policies: readable,
      // The entry of a run in the directory.
      decisions: puttable,
      // Receivers are told of a file that cannot be read.
      webhooks: appendable,
    },
    // Clear text goes once it is sorted, and what was read of it as well.
    files: { upload: ['read', 'delete'], audience: ['read', 'write', 'delete'] },
    sends: ['audience-uploaded', 'page-planned', 'webhook-due'],
    keyRing: true,
  },
  'worker-page-planned': {
    ...none,
    tables: {
      ...evaluations,
      ...decisions,
      policies: readable,
      // Lists of hashes that came in between are looked for before the end.
      controllers: readable,
      // A dry run may ask as of another instant: facts are folded from the events.
      ledger: readable,
      // Whoever ends an evaluation tells receivers.
      webhooks: appendable,
    },
    files: { audience: ['read', 'delete'] },
    sends: ['pages-decided', 'webhook-due'],
    // What is told to receivers lies sealed until it is sent.
    keyRing: true,
  },
  'worker-pages-decided': {
    ...none,
    tables: {
      ...evaluations,
      // Whoever refused in between is decided again, and logged.
      ...decisions,
      policies: readable,
      ...clearances,
    },
    // Files of a part that is written again go.
    files: { audience: ['read', 'write'], result: ['write', 'delete'] },
    sends: ['pages-decided', 'webhook-due'],
    signs: true,
    keyRing: true,
  },
  'worker-breach-due': {
    ...none,
    // An alert and its way to the controller's webhooks are written as one.
    tables: { breaches: writable, controllers: readable, webhooks: appendable },
    sends: ['webhook-due'],
    timers: ['breach-due'],
    alerts: 'knows',
    keyRing: true,
  },
  'worker-alerts-overdue': {
    ...none,
    tables: { breaches: readable },
    sends: ['breach-due', 'scope-requested'],
  },
  'worker-scope-requested': {
    ...none,
    tables: { breaches: writable, decisions: readable, campaigns: readable },
    // Lists of keys are joined from parts, which then go.
    files: { result: ['read', 'write', 'delete'] },
    sends: ['scope-requested'],
    keyRing: true,
  },
  'worker-log-sealed': {
    ...none,
    // Announcements go once their pages are leaves; the tree and the pages only ever grow.
    tables: { decisions: readable, unsealed: writable, seals: appendable },
    signs: true,
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
    // Where mail and topics lead stands in the settings of a controller; what is given up of an
    // alert is noted in its case, which is then due.
    tables: { webhooks: writable, controllers: readable, breaches: writable },
    sends: ['webhook-due', 'breach-due'],
    keyRing: true,
    outbound: true,
    alerts: 'sends',
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
  'worker-contact-point-changed': {
    ...none,
    tables: { ...recalls, campaigns: appendable },
    files: { audience: stored },
    sends: ['listing-changed', 'webhook-due'],
    keyRing: true,
  },
  'worker-listing-changed': {
    ...none,
    // A search goes once it was on every page.
    tables: { ...recalls, campaigns: writable },
    files: { audience: stored },
    sends: ['listing-changed', 'webhook-due'],
    keyRing: true,
  },
  'worker-clearance-expired': {
    ...none,
    // Expired clearances go off the list of live ones, and settled notes go.
    tables: { ...recalls, controllers: readable, campaigns: writable },
    // The caller's own lines go with the clearance.
    files: { audience: ['read', 'write', 'delete'], result: ['delete'] },
    sends: ['listing-changed', 'webhook-due'],
    keyRing: true,
  },
  'worker-evaluation-overdue': {
    ...none,
    // Receivers are told of what has failed.
    tables: { ...evaluations, webhooks: appendable },
    // What does not move for an hour has failed, and nothing is left to do with its file.
    files: { upload: ['delete'], audience: ['read', 'delete'], result: ['delete'] },
    sends: ['audience-uploaded', 'page-planned', 'pages-decided', 'webhook-due'],
    keyRing: true,
  },
});
