import { afterEach, describe, expect, it } from 'vitest';
import type {
  IncomingMessage,
  OutgoingMessage,
  Queues,
} from '../../functions/shell/ports/queues.ts';
import { queues as definitions } from '../../shared/contract/workers.ts';

/** An implementation of the queues port with empty queues. */
export interface QueuesHome {
  readonly queues: Queues;
  /** Lets this much time pass, really or not. */
  readonly elapse: (seconds: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

const queue = 'page-planned';
const { maxReceives } = definitions[queue];

function outgoing(count: number): OutgoingMessage[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `message ${index}`,
    body: JSON.stringify({ page: index }),
  }));
}

function bodiesOf(messages: readonly { readonly body: string }[]): string[] {
  return messages.map((message) => message.body).toSorted();
}

/** Receives until nothing comes. */
async function receiveAll(queues: Queues, visibilitySeconds: number): Promise<IncomingMessage[]> {
  const all: IncomingMessage[] = [];
  for (;;) {
    const messages = await queues.receive(queue, { max: 10, visibilitySeconds });
    if (messages.length === 0) return all;
    all.push(...messages);
  }
}

/** What every implementation of the queues port must do; see functions/shell/ports/queues.ts. */
export function describeQueuesContract(name: string, make: () => Promise<QueuesHome>): void {
  describe(`queues: ${name}`, () => {
    const made: QueuesHome[] = [];
    const home = async () => {
      const one = await make();
      made.push(one);
      return one;
    };
    afterEach(async () => {
      for (const one of made.splice(0)) await one.close();
    });
    describeSending(home);
    describeDelivery(home);
    describeRefusedMessages(home);
  });
}

function describeSending(home: () => Promise<QueuesHome>): void {
  it('delivers what was sent, each message once', async () => {
    const { queues } = await home();
    const messages = outgoing(25);
    expect(await queues.send(queue, messages)).toEqual({ failed: [] });
    const received = await receiveAll(queues, 60);
    expect(bodiesOf(received)).toEqual(bodiesOf(messages));
    expect(received.every((message) => message.receiveCount === 1)).toBe(true);
    expect(new Set(received.map((message) => message.id)).size).toBe(25);
    expect(new Set(received.map((message) => message.receipt)).size).toBe(25);
  });

  it('keeps every character of a body', async () => {
    const { queues } = await home();
    const body = '{"name":"Größe <42> & 3 €\\u0000"}\n';
    expect(await queues.send(queue, [{ id: 'any id: ü', body }])).toEqual({ failed: [] });
    expect((await receiveAll(queues, 60))[0]?.body).toBe(body);
  });

  it('sends nothing when there is nothing to send, and receives nothing then', async () => {
    const { queues } = await home();
    expect(await queues.send(queue, [])).toEqual({ failed: [] });
    expect(await receiveAll(queues, 60)).toEqual([]);
    expect(await queues.deadLetters(queue, 10)).toEqual([]);
    await queues.acknowledge(queue, []);
  });

  it('hands out no more than asked for, and more than one batch if asked for', async () => {
    const { queues } = await home();
    await queues.send(queue, outgoing(18));
    expect(await queues.receive(queue, { max: 3, visibilitySeconds: 60 })).toHaveLength(3);
    expect(await queues.receive(queue, { max: 100, visibilitySeconds: 60 })).toHaveLength(15);
  });

  it('holds a delayed message back', async () => {
    const { queues, elapse } = await home();
    const [first, second] = outgoing(2);
    if (first === undefined || second === undefined) throw new Error('two messages');
    await queues.send(queue, [
      { ...first, delaySeconds: 2 },
      { ...second, delaySeconds: 0 },
    ]);
    expect(bodiesOf(await receiveAll(queues, 60))).toEqual([second.body]);
    await elapse(2.1);
    expect(bodiesOf(await receiveAll(queues, 60))).toEqual([first.body]);
  });
}

function describeDelivery(home: () => Promise<QueuesHome>): void {
  it('delivers again what was not acknowledged in time, with a new receipt', async () => {
    const { queues, elapse } = await home();
    await queues.send(queue, outgoing(2));
    const first = await receiveAll(queues, 2);
    const [done, lost] = first;
    if (done === undefined || lost === undefined) throw new Error('two messages');
    await queues.acknowledge(queue, [done.receipt]);
    expect(await receiveAll(queues, 2)).toEqual([]);
    await elapse(2.1);
    const [again, ...others] = await receiveAll(queues, 60);
    expect(others).toEqual([]);
    expect(again).toMatchObject({ id: lost.id, body: lost.body, receiveCount: 2 });
    expect(again?.receipt).not.toBe(lost.receipt);
  });

  it('never delivers again what was acknowledged', async () => {
    const { queues, elapse } = await home();
    await queues.send(queue, outgoing(12));
    const received = await receiveAll(queues, 1);
    await queues.acknowledge(
      queue,
      received.map((message) => message.receipt),
    );
    await elapse(1.1);
    expect(await receiveAll(queues, 1)).toEqual([]);
    // Once more, as a worker does that was told nothing of its success.
    await queues.acknowledge(
      queue,
      received.slice(0, 1).map((message) => message.receipt),
    );
  });

  it('sets a message aside after its last delivery, and keeps it there', async () => {
    const { queues, elapse } = await home();
    await queues.send(queue, outgoing(1));
    for (let delivery = 1; delivery <= maxReceives; delivery++) {
      const [message] = await queues.receive(queue, { max: 1, visibilitySeconds: 1 });
      expect(message?.receiveCount).toBe(delivery);
      expect(await queues.deadLetters(queue, 10)).toEqual([]);
      await elapse(1.1);
    }
    expect(await queues.receive(queue, { max: 10, visibilitySeconds: 1 })).toEqual([]);
    for (let look = 0; look < 2; look++) {
      expect(bodiesOf(await queues.deadLetters(queue, 10))).toEqual(['{"page":0}']);
    }
    expect(await queues.receive(queue, { max: 10, visibilitySeconds: 1 })).toEqual([]);
  });
}

function describeRefusedMessages(home: () => Promise<QueuesHome>): void {
  it.each<readonly [string, Partial<OutgoingMessage>]>([
    ['no text', { body: '' }],
    ['half a surrogate pair', { body: '\ud83d' }],
    ['a zero', { body: 'a\0' }],
    ['too long a text', { body: 'a'.repeat(24 * 1024 + 1) }],
    ['too long a delay', { delaySeconds: 901 }],
    ['a delay of a fraction', { delaySeconds: 0.5 }],
    ['the id of another', { id: 'other' }],
  ])('refuses a message with %s, and all of its call', async (_, more) => {
    const { queues } = await home();
    const messages = [
      { id: 'other', body: '{}' },
      { id: 'one', body: '{}', ...more },
    ];
    await expect(queues.send(queue, messages)).rejects.toThrow('message');
    expect(await receiveAll(queues, 1)).toEqual([]);
  });

  it('refuses to receive nothing, or to hide it for ever', async () => {
    const { queues } = await home();
    const receive = (max: number, visibilitySeconds: number) =>
      queues.receive(queue, { max, visibilitySeconds });
    await expect(receive(0, 1)).rejects.toThrow('one message');
    await expect(receive(1, 43_201)).rejects.toThrow('visibility');
  });
}
