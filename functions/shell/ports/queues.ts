import type { QueueName } from '../../../shared/contract/workers.ts';

export interface OutgoingMessage {
  /** Distinct within one call; names the message in the answer. */
  readonly id: string;
  /** JSON of the worker's message schema: ids only, never personal data. */
  readonly body: string;
  /** 0 to 900 seconds, as SQS allows. */
  readonly delaySeconds?: number;
}

export interface IncomingMessage {
  readonly id: string;
  readonly body: string;
  /** Opaque; changes with every delivery. */
  readonly receipt: string;
  /** 1 on the first delivery. */
  readonly receiveCount: number;
}

/**
 * At-least-once queues with a dead-letter queue each. A message that was received and not
 * acknowledged within the visibility time-out is delivered again; after the queue's `maxReceives`
 * deliveries it moves to the dead-letter queue.
 */
export interface Queues {
  /** Any number of messages; answers the ids of those that were not taken. */
  send(
    queue: QueueName,
    messages: readonly OutgoingMessage[],
  ): Promise<{ readonly failed: readonly string[] }>;
  receive(
    queue: QueueName,
    options: { readonly max: number; readonly visibilitySeconds: number },
  ): Promise<readonly IncomingMessage[]>;
  acknowledge(queue: QueueName, receipts: readonly string[]): Promise<void>;
  /** Reads the dead-letter queue without removing anything. */
  deadLetters(queue: QueueName, max: number): Promise<readonly IncomingMessage[]>;
}
