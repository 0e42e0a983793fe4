import type { FunctionName } from './functions.ts';
import type { Rights } from './kinds-of-right.ts';

export type { FileRight, Rights, TableRight } from './kinds-of-right.ts';

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

/** Whoever issues a clearance publishes the key that it signs with, and tells receivers. */
const clearances = { seals: puttable, webhooks: appendable } as const;

/** What calling back whoever has refused reads, and what it logs and tells. */
const recalls = {
  ...decisions,
  policies: readable,
  webhooks: appendable,
} as const;

const none = {
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
      ...clearances,
    },
    // A link to upload is signed with the right to write.
    files: { upload: stored, audience: stored, result: ['write'] },
    sends: ['audience-uploaded', 'page-planned', 'pages-decided', 'webhook-due'],
    signs: true,
    keyRing: true,
  },
  clearances: {
    ...none,
    tables: {
      ...requests,
      ...evaluations,
      // How large the base is that an estimate counts with.
      'contact-points': readable,
      // Who ends a campaign leaves an entry.
      audit: puttable,
    },
    // A link to results is signed with the right to read them; refs are read where they lie.
    files: { upload: ['read'], audience: ['read'], result: ['read'] },
    // An answer that is kept for a retry lies sealed.
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
      campaigns: appendable,
    },
    // Whom a recheck is about is looked for where the campaign keeps its recipients' keys.
    files: { audience: stored },
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
      // A summary counts those that are open.
      breaches: readable,
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
    tables: {
      ...requests,
      breaches: writable,
      controllers: readable,
      // A scope names campaigns.
      campaigns: readable,
    },
    // The link to the keys of a scope.
    files: { result: ['read'] },
    sends: ['scope-requested'],
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
  operation: {
    ...none,
    tables: { controllers: appendable, audit: puttable },
    // A new controller is keyed under the version that is current then.
    keyRing: true,
  },
  'worker-audience-uploaded': {
    ...none,
    tables: {
      campaigns: writable,
      controllers: readable,
      policies: readable,
      // The entry of a run in the directory.
      decisions: puttable,
    },
    // Clear text goes once it is sorted, and what was read of it as well.
    files: { upload: ['read', 'delete'], audience: ['read', 'write', 'delete'] },
    sends: ['audience-uploaded', 'page-planned'],
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
    files: { audience: ['read'] },
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
    files: { audience: ['read', 'write'], result: ['write'] },
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
    // Where mail and topics lead stands in the settings of a controller.
    tables: { webhooks: writable, controllers: readable },
    sends: ['webhook-due'],
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
    files: { audience: stored },
    sends: ['listing-changed', 'webhook-due'],
    keyRing: true,
  },
  'worker-evaluation-overdue': {
    ...none,
    tables: evaluations,
    // What does not move for an hour has failed, and nothing is left to do with its file.
    files: { upload: ['delete'], audience: ['read', 'delete'] },
    sends: ['audience-uploaded', 'page-planned', 'pages-decided'],
  },
});
