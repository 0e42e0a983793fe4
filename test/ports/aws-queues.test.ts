import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { createAwsQueues } from '../../functions/shell/ports/aws-queues.ts';
import { Unavailable } from '../../functions/shell/ports/unavailable.ts';

const sqs = mockClient(SQSClient);
const queue = 'page-planned';
const urls = { [queue]: 'https://sqs.example/page-planned' };
const deadLetterUrls = { [queue]: 'https://sqs.example/page-planned-dead' };

const throttled = Object.assign(new Error('slow down'), { name: 'RequestThrottled' });

function make() {
  const pauses: number[] = [];
  const queues = createAwsQueues({
    client: new SQSClient({ region: 'eu-central-1' }),
    urls,
    deadLetterUrls,
    random: () => 0.5,
    sleep: async (durationMs) => {
      pauses.push(durationMs);
    },
  });
  return { queues, pauses };
}

function outgoing(count: number) {
  return Array.from({ length: count }, (_, index) => ({ id: `m ${index}`, body: `${index}` }));
}

/** Takes each entry or refuses it: `fault` says whether that is the sender's fault. */
function answerSends(fault: (body: string, attempt: number) => boolean | null): void {
  const attempts = new Map<string, number>();
  sqs.on(SendMessageBatchCommand).callsFake((input: SendMessageBatchCommand['input']) => {
    const Successful: object[] = [];
    const Failed: object[] = [];
    for (const { Id, MessageBody = '' } of input.Entries ?? []) {
      const attempt = (attempts.get(MessageBody) ?? 0) + 1;
      attempts.set(MessageBody, attempt);
      const SenderFault = fault(MessageBody, attempt);
      if (SenderFault === null) Successful.push({ Id });
      else Failed.push({ Id, SenderFault, Code: 'InternalError' });
    }
    return { Successful, Failed };
  });
}

const sendings = () =>
  sqs
    .commandCalls(SendMessageBatchCommand)
    .map((call) => (call.args[0].input.Entries ?? []).map((entry) => entry.MessageBody));

beforeEach(() => {
  sqs.reset();
});

describe('sending', () => {
  it('goes in batches of ten', async () => {
    answerSends(() => null);
    const { queues, pauses } = make();
    expect(await queues.send(queue, outgoing(25))).toEqual({ failed: [] });
    expect(sendings().map((bodies) => bodies.length)).toEqual([10, 10, 5]);
    expect(pauses).toEqual([]);
  });

  it('gives each entry an id that SQS takes, and its delay', async () => {
    answerSends(() => null);
    await make().queues.send(queue, [
      { id: 'ü ü', body: 'a', delaySeconds: 900 },
      { id: 'x'.repeat(100), body: 'b' },
    ]);
    expect(sqs.commandCalls(SendMessageBatchCommand)[0]?.args[0].input).toEqual({
      QueueUrl: urls[queue],
      Entries: [
        { Id: '0', MessageBody: 'a', DelaySeconds: 900 },
        { Id: '1', MessageBody: 'b' },
      ],
    });
  });

  it('sends failed entries again, and only those', async () => {
    answerSends((body, attempt) => (['2', '5'].includes(body) && attempt < 3 ? false : null));
    const { queues, pauses } = make();
    expect(await queues.send(queue, outgoing(8))).toEqual({ failed: [] });
    expect(sendings().map((bodies) => bodies.join(''))).toEqual(['01234567', '25', '25']);
    expect(pauses).toEqual([25, 50]);
  });

  it('names those that were never taken', async () => {
    answerSends((body) => (body === '13' ? false : null));
    const { queues, pauses } = make();
    expect(await queues.send(queue, outgoing(15))).toEqual({ failed: ['m 13'] });
    expect(pauses).toHaveLength(7);
  });

  it('does not repeat an entry that is at fault itself', async () => {
    answerSends((body) => (body === '1' ? true : null));
    const { queues, pauses } = make();
    expect(await queues.send(queue, outgoing(3))).toEqual({ failed: ['m 1'] });
    expect(pauses).toEqual([]);
  });

  it('counts an entry that is not mentioned as not taken', async () => {
    sqs.on(SendMessageBatchCommand).resolves({ Successful: [], Failed: [] });
    const { failed } = await make().queues.send(queue, outgoing(2));
    expect(failed).toEqual(['m 0', 'm 1']);
  });

  it('names a whole batch that was throttled to the end, beside one that was taken', async () => {
    sqs.on(SendMessageBatchCommand).callsFake((input: SendMessageBatchCommand['input']) => {
      if (input.Entries?.[0]?.MessageBody === '10') throw throttled;
      return { Successful: input.Entries };
    });
    const { failed } = await make().queues.send(queue, outgoing(12));
    expect(failed).toEqual(['m 10', 'm 11']);
  });

  it('throws when it is not allowed to', async () => {
    sqs.on(SendMessageBatchCommand).rejects(new Error('access denied'));
    await expect(make().queues.send(queue, outgoing(1))).rejects.toThrow('access denied');
  });
});

describe('acknowledging', () => {
  const receipts = Array.from({ length: 12 }, (_, index) => `receipt ${index}`);

  it('goes in batches of ten, and again for what failed', async () => {
    let failures = 1;
    sqs.on(DeleteMessageBatchCommand).callsFake((input: DeleteMessageBatchCommand['input']) => {
      const entries = input.Entries ?? [];
      if (entries.length !== 10 || failures-- === 0) return { Successful: entries };
      return { Successful: entries.slice(1), Failed: [{ ...entries[0], SenderFault: false }] };
    });
    await make().queues.acknowledge(queue, receipts);
    const batches = sqs
      .commandCalls(DeleteMessageBatchCommand)
      .map((call) => (call.args[0].input.Entries ?? []).map((entry) => entry.ReceiptHandle));
    expect(batches.map((batch) => batch.length).toSorted()).toEqual([1, 10, 2].toSorted());
    expect(batches.filter((batch) => batch.includes('receipt 0'))).toHaveLength(2);
  });

  it('lets a receipt go that has run out', async () => {
    sqs.on(DeleteMessageBatchCommand).resolves({
      Successful: [],
      Failed: [{ Id: '0', SenderFault: true, Code: 'ReceiptHandleIsInvalid' }],
    });
    await make().queues.acknowledge(queue, ['old']);
    expect(sqs.commandCalls(DeleteMessageBatchCommand)).toHaveLength(1);
  });

  it('throws when a message could not be deleted', async () => {
    sqs.on(DeleteMessageBatchCommand).resolves({ Successful: [], Failed: [] });
    await expect(make().queues.acknowledge(queue, ['a'])).rejects.toThrow(Unavailable);
  });
});

describe('receiving', () => {
  const message = (id: string) => ({
    MessageId: id,
    Body: `body ${id}`,
    ReceiptHandle: `receipt ${id}`,
    Attributes: { ApproximateReceiveCount: '3' },
  });

  it('waits once, and takes more than ten by asking more than once', async () => {
    sqs
      .on(ReceiveMessageCommand)
      .resolvesOnce({ Messages: Array.from({ length: 10 }, (_, index) => message(`${index}`)) })
      .resolvesOnce({ Messages: [message('10')] })
      .resolves({});
    const found = await make().queues.receive(queue, { max: 15, visibilitySeconds: 360 });
    expect(found).toHaveLength(11);
    expect(found[10]).toEqual({
      id: '10',
      body: 'body 10',
      receipt: 'receipt 10',
      receiveCount: 3,
    });
    const inputs = sqs.commandCalls(ReceiveMessageCommand).map((call) => call.args[0].input);
    expect(inputs.map((input) => [input.MaxNumberOfMessages, input.WaitTimeSeconds])).toEqual([
      [10, 1],
      [5, 0],
      [4, 0],
    ]);
    expect(inputs[0]).toMatchObject({ QueueUrl: urls[queue], VisibilityTimeout: 360 });
  });

  it('shows dead letters again after it looked at them', async () => {
    sqs
      .on(ReceiveMessageCommand)
      .resolvesOnce({ Messages: [message('a')] })
      .resolves({});
    sqs.on(ChangeMessageVisibilityBatchCommand).resolves({});
    const letters = await make().queues.deadLetters(queue, 10);
    expect(letters.map((letter) => letter.body)).toEqual(['body a']);
    expect(sqs.commandCalls(ChangeMessageVisibilityBatchCommand)[0]?.args[0].input).toEqual({
      QueueUrl: deadLetterUrls[queue],
      Entries: [{ Id: '0', ReceiptHandle: 'receipt a', VisibilityTimeout: 0 }],
    });
  });
});

describe('a function', () => {
  it('cannot touch a queue that it was not given', async () => {
    const client = new SQSClient({ region: 'eu-central-1' });
    const queues = createAwsQueues({ client, urls: {}, random: () => 0.5 });
    await expect(queues.send(queue, outgoing(1))).rejects.toThrow('`page-planned` is given');
    await expect(queues.deadLetters(queue, 1)).rejects.toThrow('`page-planned` is given');
  });
});
