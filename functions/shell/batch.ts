import middy from '@middy/core';
import type {
  Context,
  DynamoDBBatchResponse,
  DynamoDBRecord,
  DynamoDBStreamEvent,
  SQSBatchResponse,
  SQSEvent,
  SQSRecord,
} from 'aws-lambda';
import type * as z from 'zod';
import { queues, type QueueName } from '../../shared/contract/workers.ts';
import { assert } from '../../shared/kernel/assert.ts';
import type { EpochMs } from '../../shared/kernel/instant.ts';
import type { Gate } from './gate.ts';
import { errorFields, type Log, type LogFields } from './log.ts';
import type { Change } from './ports/tables.ts';

/** What middy carries between its phases for one call. */
interface Internal extends Record<string, unknown> {
  startedAt?: EpochMs;
}

/** What the middleware below gets to see; it must return nothing, or it ends the chain. */
interface Phase<Event, Result> {
  readonly event: Event;
  readonly response: Result | null | undefined;
  readonly error: Error | null | undefined;
  readonly internal: Internal;
}

/**
 * The batch stack of a queue's worker. Each record is parsed and handled by itself; whatever is not
 * proved done is reported as failed and comes again, until the queue sets it aside as a dead
 * letter. A message that cannot be read takes that way too: it is never dropped.
 */
export function createQueueHandler<Message>(
  source: { readonly queue: QueueName; readonly message: z.ZodType<Message> },
  handle: (message: Message, gate: Gate) => Promise<void>,
  getGate: () => Promise<Gate>,
) {
  const { queue, message: schema } = source;
  assert(queues[queue].message === schema, `the queue \`${queue}\` carries these messages`);
  return middy<SQSEvent, SQSBatchResponse, Error, Context, Internal>()
    .use({
      ...timed(getGate),
      after: async (call: Phase<SQSEvent, SQSBatchResponse>) => {
        await logCall(call, getGate, {
          queue,
          messages: call.event.Records.length,
          failed: call.response?.batchItemFailures.length ?? call.event.Records.length,
        });
      },
    })
    .handler(async (event: SQSEvent) => {
      const gate = await getGate();
      const done = await Promise.all(
        event.Records.map((record) => handleRecord({ queue, schema, record }, handle, gate)),
      );
      const failed = event.Records.filter((_, index) => done[index] !== true);
      return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    });
}

/** The stack of a worker that a schedule wakes; the next round is its retry. */
export function createScheduleHandler(
  handle: (gate: Gate) => Promise<void>,
  getGate: () => Promise<Gate>,
) {
  return middy<unknown, void, Error, Context, Internal>()
    .use({
      ...timed(getGate),
      after: async (call: Phase<unknown, void>) => {
        await logCall(call, getGate, {});
      },
    })
    .handler(async () => {
      await handle(await getGate());
    });
}

/** Works on changes in their order: all of them, or a throw. Doing one twice does no harm. */
export type HandleChanges = (gate: Gate, changes: readonly Change[]) => Promise<void>;

/**
 * Works on changes together; where that fails, one by one up to the first that fails by itself.
 * Answers how many from the first on are done.
 */
export async function workChanges(
  gate: Gate,
  changes: readonly Change[],
  handle: HandleChanges,
): Promise<number> {
  try {
    await handle(gate, changes);
    return changes.length;
  } catch (error) {
    gate.log.write('warn', 'changes failed', { changes: changes.length, ...errorFields(error) });
  }
  for (const [index, change] of changes.entries()) {
    try {
      await handle(gate, [change]);
    } catch (error) {
      const { sequence } = change;
      gate.log.write('error', 'change failed', { sequence, ...errorFields(error) });
      return index;
    }
  }
  return changes.length;
}

/**
 * The batch stack of a table's stream. The stream goes on behind the last change that is done; one
 * that keeps failing is set aside by the event source, with the alarm of its dead letters.
 */
export function createChangesHandler(
  read: (record: DynamoDBRecord) => Change,
  handle: HandleChanges,
  getGate: () => Promise<Gate>,
) {
  return middy<DynamoDBStreamEvent, DynamoDBBatchResponse, Error, Context, Internal>()
    .use({
      ...timed(getGate),
      after: async (call: Phase<DynamoDBStreamEvent, DynamoDBBatchResponse>) => {
        const failed = call.response?.batchItemFailures.length ?? 1;
        await logCall(call, getGate, { changes: call.event.Records.length, failed });
      },
    })
    .handler(async ({ Records: records }: DynamoDBStreamEvent) => {
      const gate = await getGate();
      const { changes, error } = readable(records, read);
      if (error !== null) gate.log.write('error', 'change cannot be read', errorFields(error));
      const done = await workChanges(gate, changes, handle);
      const next = records[done]?.dynamodb?.SequenceNumber;
      if (done < records.length && next === undefined) throw new Error('a change has no sequence');
      return { batchItemFailures: next === undefined ? [] : [{ itemIdentifier: next }] };
    });
}

/** The changes up to the first record that is not understood. */
function readable(
  records: readonly DynamoDBRecord[],
  read: (record: DynamoDBRecord) => Change,
): { readonly changes: readonly Change[]; readonly error: unknown } {
  const changes: Change[] = [];
  for (const record of records) {
    try {
      changes.push(read(record));
    } catch (error) {
      return { changes, error };
    }
  }
  return { changes, error: null };
}

/** True only when the handler came to its end. The log gets ids: a body may be anything. */
async function handleRecord<Message>(
  delivery: {
    readonly queue: QueueName;
    readonly schema: z.ZodType<Message>;
    readonly record: SQSRecord;
  },
  handle: (message: Message, gate: Gate) => Promise<void>,
  gate: Gate,
): Promise<boolean> {
  const { queue, schema, record } = delivery;
  const log = logOf(gate.log, {
    queue,
    messageId: record.messageId,
    delivery: Number(record.attributes.ApproximateReceiveCount),
  });
  const message = schema.safeParse(readJson(record.body));
  if (!message.success) {
    log.write('error', 'message cannot be read');
    return false;
  }
  try {
    await handle(message.data, { ...gate, log });
    return true;
  } catch (error) {
    log.write('error', 'message failed', errorFields(error));
    return false;
  }
}

/** Undefined, which is no message, where the text is not JSON; its error would quote the text. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A log of its own for each record: the records of a batch are handled side by side. */
function logOf(log: Log, about: LogFields): Log {
  return {
    write: (level, message, fields) => log.write(level, message, { ...about, ...fields }),
  };
}

function timed(getGate: () => Promise<Gate>) {
  return {
    before: async (call: { readonly internal: Internal }) => {
      call.internal.startedAt = (await getGate()).clock.now();
    },
    // No response is set, so the error is thrown on: Lambda counts it, and an alarm tells of it.
    onError: async (call: { readonly error: Error | null | undefined }) => {
      (await getGate()).log.write('error', 'worker failed', errorFields(call.error));
    },
  };
}

async function logCall(
  call: { readonly internal: Internal },
  getGate: () => Promise<Gate>,
  counts: LogFields,
): Promise<void> {
  const { clock, log } = await getGate();
  const startedAt = call.internal.startedAt ?? clock.now();
  log.write('info', 'worker', { ...counts, durationMs: clock.now() - startedAt });
}
