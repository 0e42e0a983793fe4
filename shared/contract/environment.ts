import * as z from 'zod';
import { queueNames, type QueueName } from './workers.ts';
import { tableNames, type TableName } from './tables.ts';

/** Names of the environment variables between the CDK app and the functions, once. */
export function tableVariable(table: TableName): string {
  return `TABLE_${upperSnake(table)}`;
}

export function queueUrlVariable(queue: QueueName): string {
  return `QUEUE_URL_${upperSnake(queue)}`;
}

export function queueArnVariable(queue: QueueName): string {
  return `QUEUE_ARN_${upperSnake(queue)}`;
}

function upperSnake(name: string): string {
  return name.toUpperCase().replaceAll('-', '_');
}

const optionalTables = Object.fromEntries(
  tableNames.map((table) => [tableVariable(table), z.string().min(1).optional()]),
);
const optionalQueues = Object.fromEntries(
  queueNames.flatMap((queue) => [
    [queueUrlVariable(queue), z.url().optional()],
    [queueArnVariable(queue), z.string().min(1).optional()],
  ]),
);

/**
 * What a function finds in its environment. A function is given only the tables and queues that it
 * may use, so each of them is optional here and asked for where it is used.
 */
export const Environment = z.object({
  /** ARN of the Secrets Manager secret that holds the identifier keys (KeyRing as JSON). */
  KEY_RING_SECRET_ARN: z.string().min(1),
  /** ARN of the KMS key that checkpoints are signed with. */
  SIGNING_KEY_ARN: z.string().min(1).optional(),
  FILES_BUCKET: z.string().min(1).optional(),
  ARCHIVE_BUCKET: z.string().min(1).optional(),
  TIMER_ROLE_ARN: z.string().min(1).optional(),
  TIMER_GROUP: z.string().min(1).optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  ...optionalTables,
  ...optionalQueues,
});
export type Environment = z.infer<typeof Environment>;

/** The secret: every identifier key by version; the highest version keys new identifiers. */
export const KeyRing = z.object({
  identifierKeys: z
    .array(z.object({ version: z.number().int().min(1).max(255), secret: z.base64() }))
    .min(1),
});
export type KeyRing = z.infer<typeof KeyRing>;
