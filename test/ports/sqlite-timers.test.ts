import { describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../shared/kernel/instant.ts';
import { openDatabase } from '../../functions/shell/ports/sqlite-database.ts';
import { createSqliteQueues } from '../../functions/shell/ports/sqlite-queues.ts';
import { createSqliteTimers } from '../../functions/shell/ports/sqlite-timers.ts';
import { manualClock } from '../support/manual-clock.ts';
import { describeTimersContract } from './timers-contract.ts';

const queue = 'page-planned';

function inMemory() {
  const database = openDatabase(':memory:');
  const clock = manualClock(Date.UTC(2026, 10, 22, 3, 4, 5, 678));
  const queues = createSqliteQueues({ database, clock });
  return { database, clock, queues, timers: createSqliteTimers({ database, clock, queues }) };
}

describeTimersContract('SQLite', () => {
  const { clock, queues, timers } = inMemory();
  return {
    timers,
    clock,
    fired: async () => {
      await timers.fireDue();
      const messages = await queues.receive(queue, { max: 100, visibilitySeconds: 43_200 });
      await queues.acknowledge(
        queue,
        messages.map((message) => message.receipt),
      );
      return messages.map((message) => message.body);
    },
  };
});

describe('timers in SQLite', () => {
  it('say how many fired, at most a thousand at a time, the oldest first', async () => {
    const { timers, queues, clock } = inMemory();
    const at = clock.now();
    await Promise.all(
      Array.from({ length: 1200 }, (_, index) =>
        timers.schedule({ name: `t${index}`, at: at - index, queue, body: `${index}` }),
      ),
    );
    expect(await timers.fireDue()).toBe(1000);
    expect(await timers.fireDue()).toBe(200);
    expect(await timers.fireDue()).toBe(0);
    const [first] = await queues.receive(queue, { max: 1, visibilitySeconds: 1 });
    expect(first?.body).toBe('1199');
  });

  it('stay when the queue does not take their message', async () => {
    const { database, clock, queues } = inMemory();
    const taken: string[] = [];
    const full = new Set(['one']);
    const timers = createSqliteTimers({
      database,
      clock,
      queues: {
        ...queues,
        send: async (_, messages) => {
          taken.push(...messages.filter(({ id }) => !full.has(id)).map(({ id }) => id));
          return { failed: messages.filter(({ id }) => full.has(id)).map(({ id }) => id) };
        },
      },
    });
    for (const name of ['one', 'two']) {
      await timers.schedule({ name, at: clock.now(), queue, body: name });
    }
    expect(await timers.fireDue()).toBe(1);
    full.clear();
    expect(await timers.fireDue()).toBe(1);
    expect(taken).toEqual(['two', 'one']);
  });

  it('stay when they are replaced while their message is on the way', async () => {
    const { database, clock, queues } = inMemory();
    const timers = createSqliteTimers({
      database,
      clock,
      queues: {
        ...queues,
        send: async () => {
          const at = clock.now() + HOUR_MS;
          await timers.schedule({ name: 'alert', at, queue, body: 'new' });
          return { failed: [] };
        },
      },
    });
    await timers.schedule({ name: 'alert', at: clock.now(), queue, body: 'old' });
    await timers.fireDue();
    const stored = database.prepare('SELECT body FROM timers').all();
    expect(stored.map((row) => row['body'])).toEqual(['new']);
  });
});
