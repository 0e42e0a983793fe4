import type { SQSEvent } from 'aws-lambda';
import { PagePlanned, queues, workers, type QueueName } from '../../shared/contract/workers.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../shared/kernel/instant.ts';
import { createQueueHandler, createScheduleHandler } from '../shell/batch.ts';
import type { EmbeddedGate } from '../shell/embedded.ts';
import { errorFields } from '../shell/log.ts';
import type { IncomingMessage } from '../shell/ports/queues.ts';
import { evaluationOverdue } from '../workers/evaluation-overdue.ts';
import { pagePlanned } from '../workers/page-planned.ts';
import { localContext } from './gateway-event.ts';

/** An empty queue is asked again after this time. */
const IDLE_MS = 100;

export interface WorkerLoop {
  /** Ends after the work at hand. */
  stop(): Promise<void>;
}

/** Wakes the workers of the worker table as SQS and EventBridge do on AWS. */
export function startWorkers(gate: EmbeddedGate): WorkerLoop {
  const getGate = () => Promise.resolve(gate);
  const queueHandlers = {
    'page-planned': createQueueHandler(
      { queue: 'page-planned', message: PagePlanned },
      pagePlanned,
      getGate,
    ),
  } as const satisfies Record<QueueName, unknown>;
  const scheduleHandlers = {
    'evaluation-overdue': createScheduleHandler(evaluationOverdue, getGate),
  } as const;
  const stopping = new AbortController();
  const loops: Promise<void>[] = [];
  const every = (intervalMs: number, work: () => Promise<unknown>) => {
    loops.push(repeat(gate, stopping.signal, intervalMs, work));
  };
  for (const worker of workers) {
    if (worker.source === 'queue') {
      const handler = queueHandlers[worker.queue];
      every(IDLE_MS, () =>
        drain(gate, worker.queue, stopping.signal, (event) => handler(event, localContext)),
      );
    } else {
      const handler = scheduleHandlers[worker.name];
      every(worker.everyMinutes * MINUTE_MS, () => handler({}, localContext));
    }
  }
  every(SECOND_MS, () => gate.timers.fireDue());
  every(HOUR_MS, async () => {
    await gate.tables.sweepExpired();
    await gate.files.sweepExpired();
  });
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}

/** One failure is logged and does not end the loop: the next round is its retry. */
async function repeat(
  gate: EmbeddedGate,
  signal: AbortSignal,
  intervalMs: number,
  work: () => Promise<unknown>,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await work();
    } catch (error) {
      gate.log.write('error', 'worker failed', errorFields(error));
    }
    await pause(intervalMs, signal);
  }
}

function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, durationMs);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done, { once: true });
  });
}

type BatchAnswer = { readonly batchItemFailures: readonly { readonly itemIdentifier: string }[] };

/** Takes batches until the queue is empty; what the handler does not call failed is done. */
async function drain(
  gate: EmbeddedGate,
  queue: QueueName,
  signal: AbortSignal,
  handle: (event: SQSEvent) => Promise<BatchAnswer>,
): Promise<void> {
  const { batchSize, visibilitySeconds } = queues[queue];
  while (!signal.aborted) {
    const messages = await gate.queues.receive(queue, { max: batchSize, visibilitySeconds });
    if (messages.length === 0) return;
    const { batchItemFailures } = await handle(sqsEvent(queue, messages));
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    const done = messages.filter(({ id }) => !failed.has(id));
    await gate.queues.acknowledge(
      queue,
      done.map(({ receipt }) => receipt),
    );
  }
}

function sqsEvent(queue: QueueName, messages: readonly IncomingMessage[]): SQSEvent {
  return {
    Records: messages.map((message) => ({
      messageId: message.id,
      receiptHandle: message.receipt,
      body: message.body,
      attributes: {
        ApproximateReceiveCount: String(message.receiveCount),
        SentTimestamp: '0',
        SenderId: 'local',
        ApproximateFirstReceiveTimestamp: '0',
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: `arn:aws:sqs:local:local:${queue}`,
      awsRegion: 'local',
    })),
  };
}
