import type { DatabaseSync } from 'node:sqlite';
import { assert } from '../../../shared/kernel/assert.ts';
import { queueNames, type QueueName } from '../../../shared/contract/workers.ts';
import type { Clock } from './clock.ts';
import { commitTogether } from './sqlite-database.ts';
import { checkTimerName } from './timer-checks.ts';
import type { Queues } from './queues.ts';
import type { Timers } from './timers.ts';

/** Timers fired by one call at most; the rest is due at the next one. */
const FIRED_MAX = 1000;

interface DueTimer {
  readonly name: string;
  readonly at: number;
  readonly queue: QueueName;
  readonly body: string;
}

export interface SqliteTimers extends Timers {
  /** Puts what is due on its queue; answers how many that were. To be called every few seconds. */
  fireDue(): Promise<number>;
}

/**
 * Timers in SQLite. A timer is deleted after its message was taken: a crash between the two fires
 * it once more, never not at all.
 */
export function createSqliteTimers(options: {
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly queues: Queues;
}): SqliteTimers {
  const { database, clock, queues } = options;
  const commit = commitTogether(database);
  database.exec(`CREATE TABLE IF NOT EXISTS timers (name TEXT NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL, queue TEXT NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID`);
  database.exec('CREATE INDEX IF NOT EXISTS timers_by_instant ON timers (at)');
  const put = database.prepare(`INSERT INTO timers (name, at, queue, body) VALUES (?, ?, ?, ?)
    ON CONFLICT (name) DO UPDATE SET at = excluded.at, queue = excluded.queue,
    body = excluded.body`);
  const remove = database.prepare('DELETE FROM timers WHERE name = ?');
  // A timer that was replaced while its message was on the way is another one, and stays.
  const removeFired = database.prepare(
    'DELETE FROM timers WHERE name = ? AND at = ? AND queue = ? AND body = ?',
  );
  const due = database.prepare('SELECT * FROM timers WHERE at <= ? ORDER BY at, name LIMIT ?');

  async function fire(queue: QueueName, timers: readonly DueTimer[]): Promise<number> {
    const { failed } = await queues.send(
      queue,
      timers.map((timer) => ({ id: timer.name, body: timer.body })),
    );
    const fired = timers.filter((timer) => !failed.includes(timer.name));
    await commit(() => {
      for (const timer of fired) removeFired.run(timer.name, timer.at, timer.queue, timer.body);
    });
    return fired.length;
  }

  return {
    schedule: async (timer) => {
      checkTimerName(timer.name);
      await commit(() => put.run(timer.name, timer.at, timer.queue, timer.body));
    },
    cancel: async (name) => {
      checkTimerName(name);
      await commit(() => remove.run(name));
    },
    fireDue: async () => {
      const timers = due.all(clock.now(), FIRED_MAX).map(dueTimerFrom);
      let count = 0;
      for (const queue of queueNames) {
        const ofQueue = timers.filter((timer) => timer.queue === queue);
        if (ofQueue.length > 0) count += await fire(queue, ofQueue);
      }
      return count;
    },
  };
}

function dueTimerFrom(columns: Record<string, unknown>): DueTimer {
  const { name, at, body } = columns;
  const queue = queueNames.find((known) => known === columns['queue']);
  assert(typeof name === 'string' && typeof body === 'string', 'a stored timer has its texts');
  assert(typeof at === 'number', 'a stored timer has its instant');
  assert(queue !== undefined, 'a stored timer names a queue of ours');
  return { name, at, queue, body };
}
