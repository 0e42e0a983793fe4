import { join } from 'node:path';
import type { Gate } from './gate.ts';
import type { Log } from './log.ts';
import { systemClock } from './ports/clock.ts';
import { createFolderStore } from './ports/folder-files.ts';
import type { Keys } from './ports/keys.ts';
import { openReader } from './ports/sqlite-database.ts';
import { createSqliteTables } from './ports/sqlite-tables.ts';
import type { TaskGate } from './task-runner.ts';

/**
 * What a thread of the embedded home works with, beside the gate that has the folder. Its tables
 * see every write that was acknowledged before they are read, and refuse every write.
 */
export function createTaskGate(options: {
  readonly dataFolder: string;
  readonly keys: Keys;
  readonly log: Log;
}): TaskGate & Pick<Gate, 'aloneSince'> {
  const { dataFolder, keys, log } = options;
  const clock = systemClock;
  const database = openReader(join(dataFolder, 'gate.sqlite'));
  const files = createFolderStore({ folder: join(dataFolder, 'files'), clock });
  const link = () => Promise.reject(new Error('invariant broken: a thread gives out no links'));
  return {
    tables: createSqliteTables({ database, clock }),
    files: { ...files, link },
    keys,
    clock,
    log,
    aloneSince: clock.now(),
  };
}
