import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { assert } from '../../../shared/kernel/assert.ts';
import { SECOND_MS } from '../../../shared/kernel/instant.ts';
import { queues, type QueueName } from '../../../shared/contract/workers.ts';
import type { Log } from '../log.ts';
import type { Clock } from './clock.ts';
import { checkMessages, checkReceive } from './queue-checks.ts';
import { commitTogether } from './sqlite-database.ts';
import type { IncomingMessage, Queues } from './queues.ts';

export interface QueueDepth {
  /** Could be received now. */
  readonly visible: number;
  /** Sent with a delay that is not over. */
  readonly delayed: number;
  /** Received, and neither acknowledged nor visible again. */
  readonly inFlight: number;
  readonly dead: number;
}

export interface SqliteQueues extends Queues {
  /**
   * To be called once on start: makes messages that were being worked on visible at once, since the
   * only consumer is the process that ended. A delivery still counts, so that a message which kills
   * the process becomes a dead letter in the end.
   */
  releaseInFlight(): void;
  /** Dead letters that are to be tried as often as new messages; answers how many there were. */
  redrive(queue: QueueName): Promise<number>;
  depth(queue: QueueName): QueueDepth;
}

type Statements = ReturnType<typeof prepareStatements>;
type Columns = Record<string, SQLOutputValue>;

/** Queues in SQLite: one table for all; the dead letters are rows that are marked so. */
export function createSqliteQueues(options: {
  readonly database: DatabaseSync;
  readonly clock: Clock;
  /** Hears of dead letters, as an alarm does on AWS. */
  readonly log?: Log;
}): SqliteQueues {
  const { database, clock, log } = options;
  const commit = commitTogether(database);
  createTable(database);
  const of = prepareStatements(database);

  return {
    send: async (queue, messages) => {
      checkMessages(messages);
      const now = clock.now();
      if (messages.length === 0) return { failed: [] };
      await commit(() => {
        for (const { body, delaySeconds = 0 } of messages) {
          of.send.run(queue, body, now + delaySeconds * SECOND_MS);
        }
      });
      return { failed: [] };
    },
    receive: async (queue, { max, visibilitySeconds }) => {
      checkReceive({ max, visibilitySeconds });
      // Most polls find nothing; they should not cost a transaction.
      if (of.due.get(queue, clock.now(), 1) === undefined) return [];
      return commit(() => {
        const now = clock.now();
        const dead = Number(of.bury.run(queue, queues[queue].maxReceives, now).changes);
        if (dead > 0) log?.write('error', 'messages set aside as dead letters', { queue, dead });
        return of.due.all(queue, now, max).map((columns) => {
          const message = messageFrom(columns, 1);
          of.deliver.run(now + visibilitySeconds * SECOND_MS, Number(message.id));
          return message;
        });
      });
    },
    acknowledge: async (queue, receipts) => {
      if (receipts.length === 0) return;
      await commit(() => {
        for (const receipt of receipts) {
          const [id = '', receiveCount = ''] = receipt.split('.');
          of.acknowledge.run(queue, Number(id), Number(receiveCount));
        }
      });
    },
    deadLetters: async (queue, max) =>
      of.deadLetters
        .all(queue, queues[queue].maxReceives, clock.now(), max)
        .map((columns) => messageFrom(columns, 0)),
    releaseInFlight: () => {
      const now = clock.now();
      of.release.run(now, now);
    },
    redrive: (queue) =>
      commit(() => {
        const now = clock.now();
        return Number(of.redrive.run(now, queue, queues[queue].maxReceives, now).changes);
      }),
    depth: (queue) => depth(of, queue, clock),
  };
}

function createTable(database: DatabaseSync): void {
  database.exec(`CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, body TEXT NOT NULL,
    visible_at INTEGER NOT NULL, receive_count INTEGER NOT NULL DEFAULT 0,
    dead INTEGER NOT NULL DEFAULT 0) STRICT`);
  database.exec(`CREATE INDEX IF NOT EXISTS messages_due ON messages (queue, visible_at, id)
    WHERE dead = 0`);
}

function prepareStatements(database: DatabaseSync) {
  /** Used up: delivered as often as the queue allows, and out of its last visibility time-out. */
  const usedUp = 'receive_count >= ? AND visible_at <= ?';
  return {
    send: database.prepare('INSERT INTO messages (queue, body, visible_at) VALUES (?, ?, ?)'),
    bury: database.prepare(
      `UPDATE messages SET dead = 1 WHERE queue = ? AND dead = 0 AND ${usedUp}`,
    ),
    due: database.prepare(`SELECT id, body, receive_count FROM messages
      WHERE queue = ? AND dead = 0 AND visible_at <= ? ORDER BY visible_at, id LIMIT ?`),
    deliver: database.prepare(
      'UPDATE messages SET visible_at = ?, receive_count = receive_count + 1 WHERE id = ?',
    ),
    acknowledge: database.prepare(
      'DELETE FROM messages WHERE queue = ? AND id = ? AND receive_count = ? AND dead = 0',
    ),
    deadLetters: database.prepare(`SELECT id, body, receive_count FROM messages
      WHERE queue = ? AND (dead = 1 OR (${usedUp})) ORDER BY id LIMIT ?`),
    release: database.prepare(
      'UPDATE messages SET visible_at = ? WHERE visible_at > ? AND receive_count > 0 AND dead = 0',
    ),
    redrive: database.prepare(`UPDATE messages SET dead = 0, receive_count = 0, visible_at = ?
      WHERE queue = ? AND (dead = 1 OR (${usedUp}))`),
    depth: database.prepare(`SELECT dead = 1 OR (${usedUp}) AS dead, visible_at <= ? AS visible,
      receive_count > 0 AS received, count(*) AS count
      FROM messages WHERE queue = ? GROUP BY 1, 2, 3`),
  };
}

/**
 * `deliveries` are those that are about to be counted. A receipt is the message and its delivery,
 * so one of an earlier delivery names nothing any more.
 */
function messageFrom(columns: Columns, deliveries: 0 | 1): IncomingMessage {
  const { id, body, receive_count: before } = columns;
  assert(typeof id === 'number' && typeof body === 'string', 'a stored message has its parts');
  assert(typeof before === 'number', 'a stored message counts its deliveries');
  const receiveCount = before + deliveries;
  return { id: String(id), body, receipt: `${id}.${receiveCount}`, receiveCount };
}

function depth(of: Statements, queue: QueueName, clock: Clock): QueueDepth {
  const now = clock.now();
  const result = { visible: 0, delayed: 0, inFlight: 0, dead: 0 };
  for (const group of of.depth.all(queues[queue].maxReceives, now, now, queue)) {
    const count = Number(group['count']);
    if (group['dead'] === 1) result.dead += count;
    else if (group['visible'] === 1) result.visible += count;
    else if (group['received'] === 1) result.inFlight += count;
    else result.delayed += count;
  }
  return result;
}
