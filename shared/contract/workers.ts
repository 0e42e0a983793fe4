import * as z from 'zod';
import type { TableName } from './tables.ts';

/** Every queue, once. A worker is named after the event that wakes it, as is its handler's file. */
export const queueNames = [
  'page-planned',
  'breach-due',
  'import-started',
  'sweep-planned',
  'webhook-due',
] as const;
export type QueueName = (typeof queueNames)[number];

/** A page of a run is ready to be decided; ids only, no personal data. */
export const PagePlanned = z.object({
  campaignId: z.string(),
  run: z.string(),
  page: z.number().int().min(0),
});
export type PagePlanned = z.infer<typeof PagePlanned>;

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
  'webhook-due': {
    message: WebhookDue,
    // A batch goes out at once, and no receiver is waited for longer than 15 s.
    workerTimeoutSeconds: 30,
    visibilitySeconds: 180,
    maxReceives: 5,
    batchSize: 10,
  },
});

export type WorkerDefinition =
  | { readonly name: string; readonly source: 'queue'; readonly queue: QueueName }
  | { readonly name: string; readonly source: 'changes'; readonly table: TableName }
  | { readonly name: string; readonly source: 'schedule'; readonly everyMinutes: number };

/** Every worker; CDK event sources and the embedded loop are wired from this table. */
export const workers = Object.freeze([
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
] as const satisfies readonly WorkerDefinition[]);
export type WorkerName = (typeof workers)[number]['name'];
