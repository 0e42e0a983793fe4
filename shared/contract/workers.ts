import * as z from 'zod';
import type { TableName } from './tables.ts';

/** Every queue, once. A worker is named after the event that wakes it, as is its handler's file. */
export const queueNames = ['page-planned'] as const;
export type QueueName = (typeof queueNames)[number];

/** A page of a run is ready to be decided; ids only, no personal data. */
export const PagePlanned = z.object({
  campaignId: z.string(),
  run: z.string(),
  page: z.number().int().min(0),
});
export type PagePlanned = z.infer<typeof PagePlanned>;

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
});

export type WorkerDefinition =
  | { readonly name: string; readonly source: 'queue'; readonly queue: QueueName }
  | { readonly name: string; readonly source: 'changes'; readonly table: TableName }
  | { readonly name: string; readonly source: 'schedule'; readonly everyMinutes: number };

/** Every worker; CDK event sources and the embedded loop are wired from this table. */
export const workers = Object.freeze([
  { name: 'page-planned', source: 'queue', queue: 'page-planned' },
  { name: 'evaluation-overdue', source: 'schedule', everyMinutes: 1 },
] as const satisfies readonly WorkerDefinition[]);
export type WorkerName = (typeof workers)[number]['name'];
