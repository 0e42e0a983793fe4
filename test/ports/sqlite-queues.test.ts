import { describe, expect, it } from 'vitest';
import { SECOND_MS } from '../../shared/kernel/instant.ts';
import { openDatabase } from '../../functions/shell/ports/sqlite-database.ts';
import { createSqliteQueues } from '../../functions/shell/ports/sqlite-queues.ts';
import { manualClock } from '../support/manual-clock.ts';
import { describeQueuesContract } from './queues-contract.ts';

const queue = 'page-planned';

function inMemory() {
  const database = openDatabase(':memory:');
  const clock = manualClock(Date.UTC(2026, 10, 22));
  return { database, clock, queues: createSqliteQueues({ database, clock }) };
}

describeQueuesContract('SQLite', async () => {
  const { database, clock, queues } = inMemory();
  return {
    queues,
    elapse: async (seconds) => clock.advance(seconds * SECOND_MS),
    close: async () => database.close(),
  };
});

describe('queues in SQLite', () => {
  const messages = ['a', 'b', 'c'].map((body) => ({ id: body, body }));

  it('show their depth', async () => {
    const { queues, clock } = inMemory();
    expect(queues.depth(queue)).toEqual({ visible: 0, delayed: 0, inFlight: 0, dead: 0 });
    await queues.send(queue, [...messages, { id: 'd', body: 'd', delaySeconds: 900 }]);
    await queues.receive(queue, { max: 1, visibilitySeconds: 10 });
    expect(queues.depth(queue)).toEqual({ visible: 2, delayed: 1, inFlight: 1, dead: 0 });
    for (let delivery = 0; delivery < 5; delivery++) {
      clock.advance(10 * SECOND_MS);
      await queues.receive(queue, { max: 1, visibilitySeconds: 10 });
      await queues.receive(queue, { max: 3, visibilitySeconds: 10 });
    }
    clock.advance(10 * SECOND_MS);
    expect(queues.depth(queue)).toEqual({ visible: 0, delayed: 1, inFlight: 0, dead: 3 });
    expect((await queues.deadLetters(queue, 2)).map((letter) => letter.body)).toEqual(['a', 'b']);
  });

  it('release what was in flight when the process ended, and count the delivery', async () => {
    const { queues } = inMemory();
    await queues.send(queue, [...messages, { id: 'd', body: 'd', delaySeconds: 900 }]);
    const before = await queues.receive(queue, { max: 2, visibilitySeconds: 360 });
    queues.releaseInFlight();
    expect(queues.depth(queue)).toEqual({ visible: 3, delayed: 1, inFlight: 0, dead: 0 });
    const after = await queues.receive(queue, { max: 10, visibilitySeconds: 360 });
    expect(after.map((message) => [message.body, message.receiveCount]).toSorted()).toEqual([
      ['a', 2],
      ['b', 2],
      ['c', 1],
    ]);
    await queues.acknowledge(
      queue,
      before.map((message) => message.receipt),
    );
    expect(queues.depth(queue).inFlight).toBe(3);
  });

  it('make a dead letter of a message that ends its process every time', async () => {
    const { queues } = inMemory();
    await queues.send(queue, messages.slice(0, 1));
    for (let start = 0; start < 5; start++) {
      expect(await queues.receive(queue, { max: 1, visibilitySeconds: 360 })).toHaveLength(1);
      queues.releaseInFlight();
    }
    expect(await queues.receive(queue, { max: 1, visibilitySeconds: 360 })).toEqual([]);
    expect(queues.depth(queue)).toEqual({ visible: 0, delayed: 0, inFlight: 0, dead: 1 });
  });

  it('send dead letters back, to be tried as often as new messages', async () => {
    const { queues, clock } = inMemory();
    await queues.send(queue, messages);
    await queues.send('webhook-due', messages);
    for (let delivery = 0; delivery < 5; delivery++) {
      for (const each of [queue, 'webhook-due'] as const) {
        await queues.receive(each, { max: 2, visibilitySeconds: 0 });
      }
    }
    clock.advance(SECOND_MS);
    expect(queues.depth(queue)).toMatchObject({ visible: 1, dead: 2 });
    expect(await queues.redrive(queue)).toBe(2);
    expect(await queues.redrive(queue)).toBe(0);
    expect(queues.depth(queue)).toMatchObject({ visible: 3, dead: 0 });
    expect(queues.depth('webhook-due').dead).toBe(2);
    const again = await queues.receive(queue, { max: 10, visibilitySeconds: 10 });
    expect(again.map((message) => [message.body, message.receiveCount]).toSorted()).toEqual([
      ['a', 1],
      ['b', 1],
      ['c', 1],
    ]);
  });

  it('let an old receipt acknowledge nothing', async () => {
    const { queues, clock } = inMemory();
    await queues.send(queue, messages.slice(0, 1));
    const [old] = await queues.receive(queue, { max: 1, visibilitySeconds: 10 });
    clock.advance(10 * SECOND_MS);
    await queues.receive(queue, { max: 1, visibilitySeconds: 10 });
    await queues.acknowledge(queue, [old?.receipt ?? '', 'nonsense', '']);
    expect(queues.depth(queue).inFlight).toBe(1);
  });
});
