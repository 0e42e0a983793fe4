import type { DynamoDBRecord, SQSEvent, SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  createChangesHandler,
  createQueueHandler,
  createScheduleHandler,
} from '../../functions/shell/batch.ts';
import type { Gate } from '../../functions/shell/gate.ts';
import { changeFromRecord } from '../../functions/shell/ports/aws-change-feed.ts';
import type { Change } from '../../functions/shell/ports/tables.ts';
import { PagePlanned } from '../../shared/contract/workers.ts';
import { lambdaContext } from '../support/lambda-context.ts';
import { manualClock } from '../support/manual-clock.ts';
import { stubGate } from '../support/stub-gate.ts';

const source = { queue: 'page-planned', message: PagePlanned } as const;
const page = (number: number): PagePlanned => ({ campaignId: 'cmp_1', run: 'run_1', page: number });

/** Wraps the handler in the stack, gives it these bodies and answers what came of it. */
async function deliver(
  bodies: readonly string[],
  handle: (message: PagePlanned, gate: Gate) => Promise<void>,
) {
  const { gate, lines } = stubGate(manualClock(0));
  const handler = createQueueHandler(source, handle, async () => gate);
  const event: SQSEvent = { Records: bodies.map(recordOf) };
  const { batchItemFailures } = await handler(event, lambdaContext());
  return { failed: batchItemFailures.map((failure) => failure.itemIdentifier), lines };
}

function recordOf(body: string, index: number): SQSRecord {
  return {
    messageId: `message-${index}`,
    receiptHandle: `receipt-${index}`,
    body,
    attributes: {
      ApproximateReceiveCount: '3',
      SentTimestamp: '0',
      SenderId: 'sender',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-central-1:123456789012:queue',
    awsRegion: 'eu-central-1',
  };
}

describe('a queue worker', () => {
  it('hands on each message as its schema reads it; none failed when all are done', async () => {
    const seen: PagePlanned[] = [];
    const bodies = [page(0), page(1)].map((message) => JSON.stringify(message));
    const { failed } = await deliver(bodies, async (message) => {
      seen.push(message);
    });
    expect({ seen, failed }).toEqual({ seen: [page(0), page(1)], failed: [] });
  });

  it('reports a message whose handler throws, and only that one', async () => {
    const bodies = [page(0), page(1), page(2)].map((message) => JSON.stringify(message));
    const { failed, lines } = await deliver(bodies, async (message) => {
      if (message.page === 1) throw new Error('the store is away');
    });
    expect(failed).toEqual(['message-1']);
    expect(lines.map(readLine)).toContainEqual(
      expect.objectContaining({
        level: 'error',
        message: 'message failed',
        error: 'Error: the store is away',
      }),
    );
  });

  it.each([
    ['no JSON', 'erika@example.org'],
    ['another shape', '{"email":"erika@example.org"}'],
    ['a page that cannot be', '{"campaignId":"cmp_1","run":"run_1","page":-1}'],
    ['nothing', ''],
  ])('keeps a message of %s out of the log and leaves it to the dead letters', async (_, body) => {
    let handled = 0;
    const { failed, lines } = await deliver([body, JSON.stringify(page(0))], async () => {
      handled += 1;
    });
    expect({ failed, handled }).toEqual({ failed: ['message-0'], handled: 1 });
    expect(lines.join('\n')).not.toContain('erika');
    expect(lines.join('\n')).toContain('message cannot be read');
  });

  it('names the message in every line that its handler logs', async () => {
    const bodies = [page(0), page(1)].map((message) => JSON.stringify(message));
    const { lines } = await deliver(bodies, async (message, { log }) => {
      await Promise.resolve();
      log.write('info', 'decided', { page: message.page });
    });
    expect(lines.map(readLine).filter((line) => line['messageId'] === 'message-1')).toHaveLength(1);
  });

  it('logs one line of counts a batch', async () => {
    const { lines } = await deliver([JSON.stringify(page(0)), 'broken'], async () => {});
    expect(lines.map(readLine)).toContainEqual({
      at: '1970-01-01T00:00:00.000Z',
      level: 'info',
      message: 'worker',
      queue: 'page-planned',
      messages: 2,
      failed: 1,
      durationMs: 0,
    });
  });

  it('fails the whole batch when the gate cannot be had', async () => {
    const handler = createQueueHandler(
      source,
      async () => {},
      async () => Promise.reject(new Error('no key ring')),
    );
    const event: SQSEvent = { Records: [recordOf(JSON.stringify(page(0)), 0)] };
    await expect(handler(event, lambdaContext())).rejects.toThrow('no key ring');
  });

  it('refuses to be built with another schema than its queue has', () => {
    const other = { queue: 'page-planned', message: z.object({ page: z.number() }) } as const;
    expect(() =>
      createQueueHandler(
        other,
        async () => {},
        async () => stubGate(manualClock(0)).gate,
      ),
    ).toThrow('carries these messages');
  });
});

/** Changes of the rows `0`, `1`, `2`…, under the sequences `100`, `101`, `102`… */
const recordsOf = (count: number): DynamoDBRecord[] =>
  Array.from({ length: count }, (_, index) => {
    const Keys = { pk: { S: 'bucket' }, sk: { S: String(index) } };
    const NewImage = { ...Keys, v: { N: '1' }, b: { B: 'AQL/' } };
    return { dynamodb: { Keys, NewImage, SequenceNumber: String(100 + index) } };
  });

async function follow(
  records: DynamoDBRecord[],
  handle: (gate: Gate, changes: readonly Change[]) => Promise<void>,
) {
  const { gate, lines } = stubGate(manualClock(0));
  const handler = createChangesHandler(changeFromRecord, handle, async () => gate);
  const { batchItemFailures } = await handler({ Records: records }, lambdaContext());
  return { failed: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier), lines };
}

const rowsOf = (changes: readonly Change[]) => changes.map(({ key }) => key.sk).join('');

describe('a worker of changes', () => {
  it('gets a batch together and in order; nothing failed when all are done', async () => {
    const seen: string[] = [];
    const { failed } = await follow(recordsOf(3), async (_, changes) => {
      seen.push(rowsOf(changes));
    });
    expect({ seen, failed }).toEqual({ seen: ['012'], failed: [] });
  });

  it('goes on at the one that fails by itself, when those before it are done', async () => {
    const seen: string[] = [];
    const { failed, lines } = await follow(recordsOf(4), async (_, changes) => {
      seen.push(rowsOf(changes));
      if (rowsOf(changes).includes('2')) throw new Error('the store is away');
    });
    expect({ seen, failed }).toEqual({ seen: ['0123', '0', '1', '2'], failed: ['102'] });
    expect(lines.map(readLine)).toContainEqual(
      expect.objectContaining({ level: 'error', message: 'change failed' }),
    );
  });

  it('is done where only the batch as a whole had failed', async () => {
    const { failed } = await follow(recordsOf(3), async (_, changes) => {
      if (changes.length > 1) throw new Error('too much at once');
    });
    expect(failed).toEqual([]);
  });

  it('does not pass over a record that cannot be read', async () => {
    const [first, , third] = recordsOf(3);
    const bad = { dynamodb: { SequenceNumber: '101' } };
    const seen: string[] = [];
    const records = [first ?? bad, bad, third ?? bad];
    const { failed, lines } = await follow(records, async (_, changes) => {
      seen.push(rowsOf(changes));
    });
    expect({ seen, failed }).toEqual({ seen: ['0'], failed: ['101'] });
    expect(lines.join('')).toContain('change cannot be read');
  });
});

describe('a scheduled worker', () => {
  it('does its round and logs that it did', async () => {
    const { gate, lines } = stubGate(manualClock(0));
    let rounds = 0;
    const handler = createScheduleHandler(
      async () => {
        rounds += 1;
      },
      async () => gate,
    );
    await handler({}, lambdaContext());
    expect({ rounds, lines: lines.map(readLine) }).toMatchObject({
      rounds: 1,
      lines: [{ level: 'info', message: 'worker', durationMs: 0 }],
    });
  });

  it('throws on what it could not do, so that its alarm hears of it', async () => {
    const { gate, lines } = stubGate(manualClock(0));
    const handler = createScheduleHandler(
      async () => {
        throw new Error('the store is away');
      },
      async () => gate,
    );
    await expect(handler({}, lambdaContext())).rejects.toThrow('the store is away');
    expect(lines.map(readLine)).toEqual([
      expect.objectContaining({ level: 'error', message: 'worker failed' }),
    ]);
  });
});

const Line = z.record(z.string(), z.unknown());

function readLine(line: string): z.infer<typeof Line> {
  return Line.parse(JSON.parse(line));
}
