import type { FunctionName } from './functions.ts';
import {
  readable,
  puttable,
  appendable,
  writable,
  stored,
  requests,
  evaluations,
  decisions,
  clearances,
  none,
  type Rights,
} from './kinds-of-right.ts';
import { workerRights } from './worker-rights.ts';

export type { FileRight, Rights, TableRight } from './kinds-of-right.ts';

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
    // Lines of a campaign that is rejected go at once.
    files: { upload: stored, audience: ['read', 'write', 'delete'], result: ['write', 'delete'] },
    sends: ['audience-uploaded', 'page-planned', 'pages-decided', 'webhook-due'],
    signs: true,
    keyRing: true,
  },
  clearances: {
    ...none,
    tables: {
      ...requests,
      campaigns: appendable,
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
      // A freeze holds what is cleared, and receivers are told.
      campaigns: appendable,
      webhooks: appendable,
    },
    // The link to the keys of a scope; results of what is frozen go.
    files: { result: ['read', 'delete'] },
    sends: ['scope-requested', 'webhook-due'],
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
    // A target of alerts that is a URL gets a webhook of its own.
    tables: { controllers: appendable, audit: puttable, webhooks: writable },
    // It calls nobody: the port knows which URLs are never called.
    outbound: true,
    // A new controller is keyed under the version that is current then.
    keyRing: true,
  },
  ...workerRights,
});
