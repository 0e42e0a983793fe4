import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../functions/shell/ports/clock.ts';
import { commitTogether, openDatabase } from '../../functions/shell/ports/sqlite-database.ts';
import { createSqliteQueues } from '../../functions/shell/ports/sqlite-queues.ts';
import { createSqliteTables } from '../../functions/shell/ports/sqlite-tables.ts';

const folders: string[] = [];
function databasePath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gate-database-'));
  folders.push(folder);
  return join(folder, 'gate.sqlite');
}
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

describe('the database file', () => {
  it('can be read by its owner alone', () => {
    const path = databasePath();
    const database = openDatabase(path);
    database.exec('CREATE TABLE numbers (number INTEGER)');
    for (const suffix of ['', '-wal', '-shm']) {
      expect(statSync(`${path}${suffix}`).mode & 0o777).toBe(0o600);
    }
    database.close();
  });

  it('keeps what was acknowledged when its process is killed', { timeout: 60_000 }, async () => {
    for (const afterLines of [1, 40, 400]) {
      const path = databasePath();
      const script = join(import.meta.dirname, 'write-until-killed.ts');
      const child = spawn(process.execPath, [script, path], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const acknowledged = new Map<number, number>();
      let lines = 0;
      for await (const line of createInterface({ input: child.stdout })) {
        const [lane = -1, version = -1] = line.split(' ').map(Number);
        acknowledged.set(lane, version);
        if (++lines === afterLines) child.kill('SIGKILL');
      }
      if (child.signalCode === null) await once(child, 'exit');
      await expectAcknowledged(path, acknowledged);
    }
  });
});

/** All that was acknowledged is there; what was not is there as a whole or not at all. */
async function expectAcknowledged(
  path: string,
  acknowledged: ReadonlyMap<number, number>,
): Promise<void> {
  const database = openDatabase(path);
  const tables = createSqliteTables({ database, clock: systemClock });
  const queues = createSqliteQueues({ database, clock: systemClock });
  const messages = await queues.receive('page-planned', { max: 100_000, visibilitySeconds: 60 });
  const bodies = new Set(messages.map((message) => message.body));
  expect(acknowledged.size).toBeGreaterThan(0);
  for (const [lane, version] of acknowledged) {
    const counter = await tables.get('contact-points', { pk: 'counters', sk: `${lane}` });
    expect(counter?.version).toBeGreaterThanOrEqual(version);
    const pk = `lane ${lane}`;
    const last = await tables.range({ table: 'ledger', pk, limit: 1, order: 'descending' });
    expect(Number(last.rows[0]?.sk)).toBe(counter?.version);
    for (let sent = 1; sent <= version; sent++) expect(bodies).toContain(`${lane}/${sent}`);
  }
  database.close();
}

function numbers() {
  const database = openDatabase(':memory:');
  database.exec('CREATE TABLE numbers (number INTEGER NOT NULL UNIQUE)');
  const insert = database.prepare('INSERT INTO numbers (number) VALUES (?)');
  const all = database.prepare('SELECT number FROM numbers ORDER BY number');
  return {
    database,
    commit: commitTogether(database),
    insert: (number: number) => insert.run(number),
    stored: () => all.all().map((row) => row['number']),
  };
}

describe('commits together', () => {
  it('resolve after the commit, in one transaction for one turn', async () => {
    const { commit, insert, stored, database } = numbers();
    const seen: unknown[] = [];
    const works = [1, 2, 3].map((number) =>
      commit(() => {
        insert(number);
        seen.push(database.isTransaction);
        return number * 10;
      }),
    );
    expect(stored()).toEqual([]);
    expect(await Promise.all(works)).toEqual([10, 20, 30]);
    expect(seen).toEqual([true, true, true]);
    expect(database.isTransaction).toBe(false);
    expect(stored()).toEqual([1, 2, 3]);
  });

  it('take back the writes of a work that throws, and only those', async () => {
    const { commit, insert, stored } = numbers();
    const works = [
      commit(() => insert(1)),
      commit(() => {
        insert(2);
        throw new Error('second thoughts');
      }),
      commit(() => insert(1)),
      commit(() => insert(3)),
    ];
    const outcomes = await Promise.allSettled(works);
    expect(outcomes.map((outcome) => outcome.status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'fulfilled',
    ]);
    expect(stored()).toEqual([1, 3]);
  });

  it('do more works than one commit takes', async () => {
    const { commit, insert, stored } = numbers();
    const works = Array.from({ length: 1000 }, (_, number) => commit(() => insert(number)));
    await Promise.all(works);
    expect(stored()).toHaveLength(1000);
  });

  it('acknowledge nothing when the transaction ends by itself', async () => {
    const { database, commit, insert, stored } = numbers();
    const works = [
      commit(() => insert(1)),
      commit(() => database.exec('ROLLBACK')),
      commit(() => insert(2)),
    ];
    const outcomes = await Promise.allSettled(works);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(Array(3).fill('rejected'));
    expect(stored()).toEqual([]);
    await commit(() => insert(3));
    expect(stored()).toEqual([3]);
  });

  it('refuse their group when the database is closed', async () => {
    const { database, commit, insert } = numbers();
    const works = [commit(() => insert(1)), commit(() => insert(2))];
    database.close();
    const outcomes = await Promise.allSettled(works);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['rejected', 'rejected']);
  });
});
