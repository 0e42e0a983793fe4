import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type BatchResultErrorEntry,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { assert } from '../../../shared/kernel/assert.ts';
import type { QueueName } from '../../../shared/contract/workers.ts';
import { PARALLEL_REQUESTS, retry, type Attempt, type Pacing } from './aws-retry.ts';
import { chunksOf, inParallel } from './in-parallel.ts';
import { checkMessages, checkReceive } from './queue-checks.ts';
import { Unavailable } from './unavailable.ts';
import type { IncomingMessage, OutgoingMessage, Queues } from './queues.ts';

/** SQS: entries of one batch request, messages of one receive. */
const BATCH_ENTRIES = 10;

/** How long dead letters are hidden from others while they are looked at, should we die there. */
const LOOK_SECONDS = 30;

interface Line {
  readonly client: SQSClient;
  readonly pacing: Pacing;
  readonly waitSeconds: number;
}

/**
 * Queues in SQS. In production Lambda's event source receives and acknowledges; the rest of the
 * port is the same everywhere.
 *
 * A client with a custom endpoint must be built with `useQueueUrlAsEndpoint: false`: by default the
 * SDK goes where the queue's URL points, and leaves the stand-in for the real service.
 */
export function createAwsQueues(options: {
  readonly client: SQSClient;
  /** A function knows only the queues that it may use. */
  readonly urls: Readonly<Partial<Record<QueueName, string | undefined>>>;
  readonly deadLetterUrls?: Readonly<Partial<Record<QueueName, string | undefined>>>;
  readonly random: () => number;
  readonly sleep?: (durationMs: number) => Promise<void>;
  /** How long an empty queue is listened to; 0 may overlook messages on a distributed queue. */
  readonly waitSeconds?: number;
}): Queues {
  const { client, urls, deadLetterUrls = {}, random, sleep, waitSeconds = 1 } = options;
  const pacing = sleep === undefined ? { random } : { random, sleep };
  const line: Line = { client, pacing, waitSeconds };
  const urlOf = (queue: QueueName, known: typeof urls) => {
    const url = known[queue];
    assert(url !== undefined, `the queue \`${queue}\` is given to this function`);
    return url;
  };

  return {
    send: async (queue, messages) => {
      checkMessages(messages);
      const url = urlOf(queue, urls);
      const failed = await inParallel(
        chunksOf(messages, BATCH_ENTRIES),
        PARALLEL_REQUESTS,
        (chunk) => sendBatch(line, url, chunk),
      );
      return { failed: failed.flat() };
    },
    receive: async (queue, { max, visibilitySeconds }) => {
      checkReceive({ max, visibilitySeconds });
      return receive(line, urlOf(queue, urls), { max, visibilitySeconds });
    },
    acknowledge: async (queue, receipts) => {
      const url = urlOf(queue, urls);
      await inParallel(chunksOf(receipts, BATCH_ENTRIES), PARALLEL_REQUESTS, (chunk) =>
        deleteBatch(line, url, chunk),
      );
    },
    deadLetters: async (queue, max) => lookAt(line, urlOf(queue, deadLetterUrls), max),
  };
}

/**
 * Sends at most ten messages and answers the ids of those that SQS did not confirm. Entries that
 * failed are sent again, except those that are at fault themselves.
 */
async function sendBatch(
  { client, pacing }: Line,
  url: string,
  messages: readonly OutgoingMessage[],
): Promise<string[]> {
  // Entry ids of our own: SQS takes only some characters, and our callers' ids are free.
  const remaining = new Map(messages.map((message, index) => [String(index), message]));
  const refused: string[] = [];
  try {
    await retry('sending messages', pacing, async (): Promise<Attempt<void>> => {
      const answer = await client.send(
        new SendMessageBatchCommand({
          QueueUrl: url,
          Entries: [...remaining].map(([id, { body, delaySeconds }]) => ({
            Id: id,
            MessageBody: body,
            ...(delaySeconds === undefined ? {} : { DelaySeconds: delaySeconds }),
          })),
        }),
      );
      for (const { Id = '' } of answer.Successful ?? []) remaining.delete(Id);
      for (const { Id = '', SenderFault } of answer.Failed ?? []) {
        const message = SenderFault === true ? remaining.get(Id) : undefined;
        if (message !== undefined) refused.push(message.id);
        if (message !== undefined) remaining.delete(Id);
      }
      return leftOver(remaining.size, answer.Failed);
    });
  } catch (cause) {
    // What is not confirmed is failed; a bug or a missing right is not a matter of delivery.
    if (!(cause instanceof Unavailable)) throw cause;
  }
  return [...refused, ...[...remaining.values()].map((message) => message.id)];
}

function leftOver(
  count: number,
  failed: readonly BatchResultErrorEntry[] | undefined,
): Attempt<void> {
  if (count === 0) return { done: true, result: undefined };
  const codes = [...new Set((failed ?? []).map((entry) => entry.Code))].join(', ');
  return { done: false, cause: new Error(`${count} entries failed: ${codes}`) };
}

async function receive(
  { client, pacing, waitSeconds }: Line,
  url: string,
  options: { readonly max: number; readonly visibilitySeconds: number },
): Promise<IncomingMessage[]> {
  const messages: IncomingMessage[] = [];
  while (messages.length < options.max) {
    const command = new ReceiveMessageCommand({
      QueueUrl: url,
      MaxNumberOfMessages: Math.min(BATCH_ENTRIES, options.max - messages.length),
      VisibilityTimeout: options.visibilitySeconds,
      // Only the first look waits: what came with it is not held back for more.
      WaitTimeSeconds: messages.length === 0 ? waitSeconds : 0,
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
    });
    const received = await retry('receiving messages', pacing, async () => ({
      done: true,
      result: (await client.send(command)).Messages ?? [],
    }));
    if (received.length === 0) break;
    messages.push(...received.map(messageFrom));
  }
  return messages;
}

function messageFrom(message: Message): IncomingMessage {
  const { MessageId, Body, ReceiptHandle, Attributes } = message;
  assert(MessageId !== undefined && ReceiptHandle !== undefined, 'a message can be named');
  assert(Body !== undefined, 'a message has a body');
  const receiveCount = Number(Attributes?.ApproximateReceiveCount);
  assert(Number.isInteger(receiveCount), 'a message counts its deliveries');
  return { id: MessageId, body: Body, receipt: ReceiptHandle, receiveCount };
}

/** Throws when some could not be deleted: they will be delivered once more. */
async function deleteBatch(
  { client, pacing }: Line,
  url: string,
  receipts: readonly string[],
): Promise<void> {
  const remaining = new Map(receipts.map((receipt, index) => [String(index), receipt]));
  await retry('acknowledging messages', pacing, async (): Promise<Attempt<void>> => {
    const answer = await client.send(
      new DeleteMessageBatchCommand({
        QueueUrl: url,
        Entries: [...remaining].map(([id, receipt]) => ({ Id: id, ReceiptHandle: receipt })),
      }),
    );
    for (const { Id = '' } of answer.Successful ?? []) remaining.delete(Id);
    // Our fault means a receipt that has run out: the message has gone to somebody else by now.
    for (const { Id = '', SenderFault } of answer.Failed ?? []) {
      if (SenderFault === true) remaining.delete(Id);
    }
    return leftOver(remaining.size, answer.Failed);
  });
}

/**
 * Reads messages and leaves them. They are hidden while we collect, so that none is seen twice, and
 * then shown again.
 */
async function lookAt(line: Line, url: string, max: number): Promise<IncomingMessage[]> {
  const messages = await receive(line, url, { max, visibilitySeconds: LOOK_SECONDS });
  for (const chunk of chunksOf(messages, BATCH_ENTRIES)) {
    // Should this fail in part, those messages show up again by themselves after the look.
    await line.client.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: url,
        Entries: chunk.map(({ receipt }, index) => ({
          Id: String(index),
          ReceiptHandle: receipt,
          VisibilityTimeout: 0,
        })),
      }),
    );
  }
  return messages;
}
