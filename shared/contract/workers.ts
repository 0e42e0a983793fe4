import * as z from 'zod';
import type { TableName } from './tables.ts';

/** Every queue, once. A worker is named after the event that wakes it, as is its handler's file. */
export const queueNames = [
  'page-planned',
  'audience-uploaded',
  'breach-due',
  'import-started',
  'sweep-planned',
  'webhook-due',
  'pages-decided',
  'scope-requested',
  'listing-changed',
] as const;
export type QueueName = (typeof queueNames)[number];

/** A page of a run is ready to be decided; ids only, no personal data. */
export const PagePlanned = z.object({
  campaignId: z.string(),
  run: z.string(),
  page: z.number().int().min(0),
});
export type PagePlanned = z.infer<typeof PagePlanned>;

/** The file of an audience is to be read, or a shard of what was read to be sorted. */
export const AudienceUploaded = z.discriminatedUnion('task', [
  z.object({ campaignId: z.string(), run: z.string(), task: z.literal('split') }),
  z.object({
    campaignId: z.string(),
    run: z.string(),
    task: z.literal('sort'),
    shard: z.number().int().min(0),
  }),
]);
export type AudienceUploaded = z.infer<typeof AudienceUploaded>;

/** A breach case has alerts to deliver. */
export const BreachDue = z.object({ breachId: z.string() });
export type BreachDue = z.infer<typeof BreachDue>;

/** An import was started, or goes on. */
export const ImportStarted = z.object({ importId: z.string(), run: z.number().int() });
export type ImportStarted = z.infer<typeof ImportStarted>;

/** A delivery to a receiver is due. */
export const WebhookDue = z.object({
  controller: z.string(),
  webhook: z.string(),
  delivery: z.string(),
});
export type WebhookDue = z.infer<typeof WebhookDue>;

/** A sweep begins, or goes on where its last call ended. */
export const SweepPlanned = z.object({ sweep: z.string() });
export type SweepPlanned = z.infer<typeof SweepPlanned>;

/** The scope of a breach is asked for, or goes on where its last call ended. */
export const ScopeRequested = z.object({ breachId: z.string(), scope: z.string() });
export type ScopeRequested = z.infer<typeof ScopeRequested>;

/**
 * Results of a campaign are to be written: a shard of its audience by its number, the rows that are
 * on no page, the decision pages, or everything; or all is written and only the clearance missing.
 */
export const PagesDecided = z.object({
  campaignId: z.string(),
  run: z.string(),
  part: z.union([z.number().int().min(0), z.enum(['aside', 'pages', 'all', 'issue'])]),
});
export type PagesDecided = z.infer<typeof PagesDecided>;

/** Keys are to be searched for in the audience of a cleared campaign, or the search goes on. */
export const ListingChanged = z.object({ campaignId: z.string() });
export type ListingChanged = z.infer<typeof ListingChanged>;

export interface QueueDefinition {
  readonly message: z.ZodType;
  readonly workerTimeoutSeconds: number;
  /** Six times the worker's time-out, as the Lambda guide asks of queues that feed functions. */
  readonly visibilitySeconds: number;
  /** Deliveries before a message is set aside as a dead letter. */
  readonly maxReceives: number;
  /** Messages that one call of the worker gets. */
  readonly batchSize: number;
}

export const queues: Readonly<Record<QueueName, QueueDefinition>> = Object.freeze({
  'page-planned': {
    message: PagePlanned,
    workerTimeoutSeconds: 60,
    visibilitySeconds: 360,
    maxReceives: 5,
    batchSize: 5,
  },
  'audience-uploaded': {
    message: AudienceUploaded,
    // As an import: a file is read for ten minutes, and then handed on.
    workerTimeoutSeconds: 900,
    visibilitySeconds: 5400,
    maxReceives: 5,
    batchSize: 1,
  },
  'breach-due': {
    message: BreachDue,
    workerTimeoutSeconds: 60,
    visibilitySeconds: 360,
    maxReceives: 5,
    batchSize: 5,
  },
  'import-started': {
    message: ImportStarted,
    // The longest that Lambda allows: an import works for ten minutes and then hands itself on.
    workerTimeoutSeconds: 900,
    visibilitySeconds: 5400,
    maxReceives: 5,
    batchSize: 1,
  },
  'sweep-planned': {
    message: SweepPlanned,
    workerTimeoutSeconds: 120,
    visibilitySeconds: 720,
    maxReceives: 5,
    batchSize: 1,
  },
  'listing-changed': {
    message: ListingChanged,
    workerTimeoutSeconds: 120,
    visibilitySeconds: 720,
    maxReceives: 5,
    batchSize: 1,
  },
  'webhook-due': {
    message: WebhookDue,
    // A batch goes out at once, and no receiver is waited for longer than 15 s.
    workerTimeoutSeconds: 30,
    visibilitySeconds: 180,
    maxReceives: 5,
    batchSize: 10,
  },
  'pages-decided': {
    message: PagesDecided,
    // A shard takes seconds; all the pages of 50 million decisions are half a gigabyte.
    workerTimeoutSeconds: 900,
    visibilitySeconds: 5400,
    maxReceives: 5,
    batchSize: 1,
  },
  'scope-requested': {
    message: ScopeRequested,
    workerTimeoutSeconds: 120,
    visibilitySeconds: 720,
    maxReceives: 5,
    batchSize: 1,
  },
});

export type WorkerDefinition =
  | { readonly name: string; readonly source: 'queue'; readonly queue: QueueName }
  | { readonly name: string; readonly source: 'changes'; readonly table: TableName }
  | { readonly name: string; readonly source: 'schedule'; readonly everyMinutes: number };

/** Every worker; CDK event sources and the embedded loop are wired from this table. */
export const workers = Object.freeze([
  { name: 'audience-uploaded', source: 'queue', queue: 'audience-uploaded' },
  { name: 'page-planned', source: 'queue', queue: 'page-planned' },
  { name: 'evaluation-overdue', source: 'schedule', everyMinutes: 1 },
  { name: 'log-sealed', source: 'schedule', everyMinutes: 1 },
  { name: 'breach-due', source: 'queue', queue: 'breach-due' },
  { name: 'alerts-overdue', source: 'schedule', everyMinutes: 1 },
  { name: 'import-started', source: 'queue', queue: 'import-started' },
  { name: 'import-overdue', source: 'schedule', everyMinutes: 1 },
  { name: 'webhook-due', source: 'queue', queue: 'webhook-due' },
  { name: 'webhook-overdue', source: 'schedule', everyMinutes: 1 },
  { name: 'sweep-planned', source: 'queue', queue: 'sweep-planned' },
  { name: 'retention-due', source: 'schedule', everyMinutes: 1440 },
  { name: 'contact-point-changed', source: 'changes', table: 'contact-points' },
  { name: 'listing-changed', source: 'queue', queue: 'listing-changed' },
  { name: 'clearance-expired', source: 'schedule', everyMinutes: 1 },
  { name: 'pages-decided', source: 'queue', queue: 'pages-decided' },
  { name: 'scope-requested', source: 'queue', queue: 'scope-requested' },
] as const satisfies readonly WorkerDefinition[]);
export type WorkerName = (typeof workers)[number]['name'];
