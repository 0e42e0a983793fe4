import type { SQSEvent } from 'aws-lambda';
import { limits } from '../../shared/contract/limits.ts';
import {
  AudienceUploaded,
  BreachDue,
  ImportStarted,
  ListingChanged,
  PagePlanned,
  PagesDecided,
  queues,
  ScopeRequested,
  SweepPlanned,
  WebhookDue,
  workers,
  type QueueName,
} from '../../shared/contract/workers.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../shared/kernel/instant.ts';
import { createQueueHandler, createScheduleHandler } from '../shell/batch.ts';
import type { EmbeddedGate } from '../shell/embedded.ts';
import type { Gate } from '../shell/gate.ts';
import { hasUnsealed } from '../shell/flows/seal-log.ts';
import { errorFields } from '../shell/log.ts';
import type { IncomingMessage } from '../shell/ports/queues.ts';
import { alertsOverdue } from '../workers/alerts-overdue.ts';
import { audienceUploaded } from '../workers/audience-uploaded.ts';
import { breachDue } from '../workers/breach-due.ts';
import { clearanceExpired } from '../workers/clearance-expired.ts';
import { contactPointChanged } from '../workers/contact-point-changed.ts';
import { evaluationOverdue } from '../workers/evaluation-overdue.ts';
import { logSealed } from '../workers/log-sealed.ts';
import { importOverdue } from '../workers/import-overdue.ts';
import { importStarted } from '../workers/import-started.ts';
import { listingChanged } from '../workers/listing-changed.ts';
import { pagePlanned } from '../workers/page-planned.ts';
import { pagesDecided } from '../workers/pages-decided.ts';
import { retentionDue } from '../workers/retention-due.ts';
import { scopeRequested } from '../workers/scope-requested.ts';
import { sweepPlanned } from '../workers/sweep-planned.ts';
import { webhookDue } from '../workers/webhook-due.ts';
import { webhookOverdue } from '../workers/webhook-overdue.ts';
import { createChangeLoop, type ChangeLoop } from './change-loop.ts';
import { localContext, workerContext } from './gateway-event.ts';

/** An empty queue is asked again after this time. */
const IDLE_MS = 100;

/** Sealing costs nothing here, and whoever asks for a proof need not wait for a minute. */
const SEALING_MS = 2 * SECOND_MS;

/** Batches of a queue that are worked on at a time: a receiver that hangs must not hold up all. */
const lanes: Readonly<Partial<Record<QueueName, number>>> = Object.freeze({ 'webhook-due': 4 });

/** Queues whose work is handed over where somebody else does it: as many batches keep them busy. */
const handedOver: ReadonlySet<QueueName> = new Set([
  'audience-uploaded',
  'page-planned',
  'pages-decided',
]);

function lanesOf({ tasks }: EmbeddedGate, queue: QueueName): number {
  if (tasks !== undefined && handedOver.has(queue)) return tasks.width;
  return lanes[queue] ?? 1;
}

export interface WorkerLoop {
  /** Ends after the work at hand. */
  stop(): Promise<void>;
}

/** Wakes the workers of the worker table as SQS and EventBridge do on AWS. */
export function startWorkers(gate: EmbeddedGate): WorkerLoop {
  const stopping = new AbortController();
  const working = { ...gate, stopping: stopping.signal };
  const getGate = () => Promise.resolve(working);
  const changes = createChangeLoop(working, {
    table: 'contact-points',
    handle: contactPointChanged,
  });
  const queueHandlers = queueHandlersFor(getGate);
  const scheduleHandlers = scheduleHandlersFor(getGate);
  const loops: Promise<void>[] = [];
  const every = (intervalMs: number, work: () => Promise<unknown>) => {
    loops.push(repeat(gate, stopping.signal, intervalMs, work));
  };
  for (const worker of workers) {
    if (worker.source === 'queue') {
      const handler = queueHandlers[worker.queue];
      const context = workerContext(queues[worker.queue].workerTimeoutSeconds);
      for (let lane = 0; lane < lanesOf(gate, worker.queue); lane++) {
        every(IDLE_MS, () =>
          drain(gate, worker.queue, stopping.signal, (event) => handler(event, context)),
        );
      }
    } else if (worker.source === 'changes') {
      every(IDLE_MS, () => changes.follow());
      every(MINUTE_MS, () => changes.retryAside());
    } else if (worker.name === 'alerts-overdue') {
      const handler = scheduleHandlers[worker.name];
      every(limits.localAlertSweepSeconds * SECOND_MS, () => handler({}, localContext));
    } else if (worker.name === 'log-sealed') {
      const handler = scheduleHandlers[worker.name];
      every(SEALING_MS, async () => {
        if (await hasUnsealed(gate)) await handler({}, localContext);
      });
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
  const forget = forgettingChanges(gate, changes);
  every(HOUR_MS, forget);
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}

function queueHandlersFor(getGate: () => Promise<Gate>) {
  return {
    'page-planned': createQueueHandler(
      { queue: 'page-planned', message: PagePlanned },
      pagePlanned,
      getGate,
    ),
    'pages-decided': createQueueHandler(
      { queue: 'pages-decided', message: PagesDecided },
      pagesDecided,
      getGate,
    ),
    'audience-uploaded': createQueueHandler(
      { queue: 'audience-uploaded', message: AudienceUploaded },
      audienceUploaded,
      getGate,
    ),
    'breach-due': createQueueHandler(
      { queue: 'breach-due', message: BreachDue },
      breachDue,
      getGate,
    ),
    'import-started': createQueueHandler(
      { queue: 'import-started', message: ImportStarted },
      importStarted,
      getGate,
    ),
    'listing-changed': createQueueHandler(
      { queue: 'listing-changed', message: ListingChanged },
      listingChanged,
      getGate,
    ),
    'webhook-due': createQueueHandler(
      { queue: 'webhook-due', message: WebhookDue },
      webhookDue,
      getGate,
    ),
    'scope-requested': createQueueHandler(
      { queue: 'scope-requested', message: ScopeRequested },
      scopeRequested,
      getGate,
    ),
    'sweep-planned': createQueueHandler(
      { queue: 'sweep-planned', message: SweepPlanned },
      sweepPlanned,
      getGate,
    ),
  } as const satisfies Record<QueueName, unknown>;
}

function scheduleHandlersFor(getGate: () => Promise<Gate>) {
  return {
    'retention-due': createScheduleHandler(retentionDue, getGate),
    'evaluation-overdue': createScheduleHandler(evaluationOverdue, getGate),
    'import-overdue': createScheduleHandler(importOverdue, getGate),
    'log-sealed': createScheduleHandler(logSealed, getGate),
    'alerts-overdue': createScheduleHandler(alertsOverdue, getGate),
    'webhook-overdue': createScheduleHandler(webhookOverdue, getGate),
    'clearance-expired': createScheduleHandler(clearanceExpired, getGate),
  } as const;
}

/** Hours that the feed of contact points keeps what a state was: as long as a stream on AWS. */
const FEED_HOURS = 24;

/** Old states tell of facts that may have been erased since (Art. 17 GDPR); what was read goes. */
function forgettingChanges(gate: EmbeddedGate, { place }: ChangeLoop): () => Promise<void> {
  const lastByHour: (string | null)[] = [];
  return async () => {
    lastByHour.push(await gate.tables.lastChange('contact-points'));
    if (lastByHour.length <= FEED_HOURS) return;
    const [old, read] = [lastByHour.shift() ?? null, await place()];
    if (old === null || read === null) return;
    await gate.tables.forgetChanges('contact-points', old < read ? old : read);
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

/** A batch as SQS hands it to a function. */
export function sqsEvent(queue: QueueName, messages: readonly IncomingMessage[]): SQSEvent {
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
