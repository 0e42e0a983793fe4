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
  /** ARN of the KMS key that checkpoints and clearances are signed with. */
  SIGNING_KEY_ARN: z.string().min(1).optional(),
  FILES_BUCKET: z.string().min(1).optional(),
  ARCHIVE_BUCKET: z.string().min(1).optional(),
  TIMER_ROLE_ARN: z.string().min(1).optional(),
  TIMER_GROUP: z.string().min(1).optional(),
  /** Whom alerts by e-mail come from; without it there are none. */
  ALERT_FROM: z.email().optional(),
  /** Under which people reach the gate, for links in alerts. */
  PUBLIC_URL: z.url().optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  ...optionalTables,
  ...optionalQueues,
});
export type Environment = z.infer<typeof Environment>;

const KeyVersion = z.number().int().min(1).max(255);

/**
 * The secret: every identifier key by version. `current` names the version that seals from now on
 * and that new controllers are keyed under; the highest one unless said. So a version can be made
 * known to every process before the first one uses it.
 */
export const KeyRing = z.object({
  identifierKeys: z.array(z.object({ version: KeyVersion, secret: z.base64() })).min(1),
  current: KeyVersion.optional(),
});
export type KeyRing = z.infer<typeof KeyRing>;
