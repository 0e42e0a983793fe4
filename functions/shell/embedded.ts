import { randomBytes, type KeyObject } from 'node:crypto';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Gate } from './gate.ts';
import type { Log } from './log.ts';
import type { Alerts } from './ports/alerts.ts';
import { systemClock, type Clock } from './ports/clock.ts';
import { createFolderArchive } from './ports/folder-archive.ts';
import { createFolderFiles, type FolderFiles } from './ports/folder-files.ts';
import type { Keys } from './ports/keys.ts';
import { createHttpsOutbound } from './ports/outbound-https.ts';
import type { Outbound } from './ports/outbound.ts';
import type { Signer } from './ports/signer.ts';
import { openDatabase } from './ports/sqlite-database.ts';
import { createSqliteQueues, type SqliteQueues } from './ports/sqlite-queues.ts';
import { createSqliteTables, type TableUpkeep } from './ports/sqlite-tables.ts';
import { createSqliteTimers, type SqliteTimers } from './ports/sqlite-timers.ts';
import type { ChangeFeed, Tables } from './ports/tables.ts';
import type { TaskRunner } from './task-runner.ts';

/** The gate at home: one SQLite file and a folder. */
export interface EmbeddedGate extends Gate {
  readonly tables: Tables & ChangeFeed & TableUpkeep;
  readonly queues: SqliteQueues;
  readonly timers: SqliteTimers;
  readonly files: FolderFiles;
  /** Under which callers reach it; known once it listens. */
  readonly baseUrl: () => string;
  readonly close: () => void;
}

/** The composition root of the embedded home; the other one is `aws.ts`. */
export function createEmbeddedGate(options: {
  readonly dataFolder: string;
  readonly keys: Keys;
  readonly signer: Signer;
  readonly linkSecret: KeyObject;
  readonly log: Log;
  readonly baseUrl: () => string;
  readonly clock?: Clock;
  /** Public addresses over https alone unless told otherwise. */
  readonly outbound?: Outbound;
  /** Nobody else does anything unless told otherwise. */
  readonly tasks?: TaskRunner;
}): EmbeddedGate {
  const { dataFolder, keys, signer, linkSecret, log, baseUrl, clock = systemClock } = options;
  const { outbound = createHttpsOutbound(), tasks } = options;
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const lock = lockFolder(dataFolder);
  const database = openDatabase(join(dataFolder, 'gate.sqlite'));
  const queues = createSqliteQueues({ database, clock, log });
  return {
    tables: createSqliteTables({ database, clock }),
    queues,
    timers: createSqliteTimers({ database, clock, queues }),
    files: createFolderFiles({ folder: join(dataFolder, 'files'), clock, linkSecret, baseUrl }),
    archive: createFolderArchive(join(dataFolder, 'checkpoints')),
    keys,
    signer,
    outbound,
    alerts: noAlerts,
    publicUrl: () => (baseUrl() === '' ? null : baseUrl()),
    clock,
    log,
    baseUrl,
    aloneSince: clock.now(),
    ...(tasks === undefined ? {} : { tasks }),
    randomBytes: (count) => randomBytes(count),
    close: () => {
      database.close();
      lock.close();
    },
  };
}

/** At home there is neither SES nor SNS: webhooks, and a line of the log. */
const noAlerts: Alerts = Object.freeze({
  reaches: () => false,
  send: async () => ({ ok: false, failure: 'refused' }) as const,
});

/** A gate that ends needs a moment to let go of its folder. */
const LOCK_TIMEOUT_MS = 2000;

/**
 * One process for each data folder: the messages that a starting gate takes back must not be in
 * the hands of another. The operating system ends the lock with the process, also by kill -9.
 */
function lockFolder(dataFolder: string): DatabaseSync {
  const path = join(dataFolder, 'lock.sqlite');
  closeSync(openSync(path, 'a', 0o600));
  const lock = new DatabaseSync(path, { timeout: LOCK_TIMEOUT_MS });
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;');
    return lock;
  } catch (cause) {
    lock.close();
    throw new Error(`another gate uses the data folder \`${dataFolder}\``, { cause });
  }
}
