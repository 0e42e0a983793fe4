import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../shared/kernel/instant.ts';
import { openDatabase } from '../../functions/shell/ports/sqlite-database.ts';
import { createSqliteTables } from '../../functions/shell/ports/sqlite-tables.ts';
import { manualClock } from '../support/manual-clock.ts';
import { describeTablesContract } from './tables-contract.ts';
import { newRow, put, type TablesHome } from './tables-home.ts';

const START = Date.UTC(2026, 10, 22, 3, 4, 5, 678);

async function makeHome(): Promise<TablesHome> {
  const folder = mkdtempSync(join(tmpdir(), 'gate-tables-'));
  const database = openDatabase(join(folder, 'gate.sqlite'));
  const clock = manualClock(START);
  const tables = createSqliteTables({ database, clock });
  return {
    tables,
    clock,
    changesOf: async (table, pk) =>
      (await tables.changes(table, null, 10_000)).filter((change) => change.key.pk === pk),
    modelRuns: 100,
    close: async () => {
      database.close();
      rmSync(folder, { recursive: true });
    },
  };
}

describeTablesContract('SQLite', makeHome);

describe('the upkeep of SQLite tables', () => {
  function inMemory() {
    const database = openDatabase(':memory:');
    const clock = manualClock(START);
    return { database, clock, tables: createSqliteTables({ database, clock }) };
  }

  it('sweeps what has expired, and nothing else', async () => {
    const { database, clock, tables } = inMemory();
    const expiresAt = Date.UTC(2026, 10, 22, 5);
    const rows = Array.from({ length: 2500 }, (_, index) =>
      newRow({ pk: 'pk', sk: `${10_000 + index}` }, index % 2 === 0 ? { expiresAt } : {}),
    );
    await Promise.all(rows.map((row) => tables.write(put('requests', row))));
    expect(await tables.sweepExpired()).toBe(0);
    clock.advance(expiresAt - START + 1);
    expect(await tables.sweepExpired()).toBe(1250);
    expect(await tables.sweepExpired()).toBe(0);
    const left = database.prepare('SELECT count(*) AS count FROM table_requests').get();
    expect(left?.['count']).toBe(1250);
  });

  it('pages through the change feed and forgets what everybody has read', async () => {
    const { tables } = inMemory();
    const table = 'contact-points';
    expect(await tables.lastChange(table)).toBeNull();
    for (let index = 0; index < 5; index++) {
      await tables.write(put(table, newRow({ pk: 'pk', sk: `${index}` })));
    }
    const first = await tables.changes(table, null, 2);
    expect(first.map((change) => change.key.sk)).toEqual(['0', '1']);
    const position = first[1]?.sequence ?? '';
    const rest = await tables.changes(table, position, 10);
    expect(rest.map((change) => change.key.sk)).toEqual(['2', '3', '4']);
    expect(await tables.lastChange(table)).toBe(rest[2]?.sequence);
    await tables.forgetChanges(table, position);
    expect(await tables.changes(table, null, 10)).toEqual(rest);
    await tables.forgetChanges(table, rest[2]?.sequence ?? '');
    expect(await tables.changes(table, null, 10)).toEqual([]);
    await tables.write(put(table, newRow({ pk: 'pk', sk: '5' })));
    const [next] = await tables.changes(table, rest[2]?.sequence ?? '', 10);
    expect(next?.key.sk).toBe('5');
  });

  it('refuses to read the changes of a table that keeps none, or behind nonsense', async () => {
    const { tables } = inMemory();
    await expect(tables.changes('ledger', null, 1)).rejects.toThrow('change feed');
    await expect(tables.changes('contact-points', 'x', 1)).rejects.toThrow('sequence');
  });

  it('keeps one home from seeing the other', async () => {
    const { tables } = inMemory();
    const { tables: other, clock } = inMemory();
    await tables.write(put('ledger', newRow({ pk: 'pk', sk: 'a' })));
    clock.advance(HOUR_MS);
    expect(await other.get('ledger', { pk: 'pk', sk: 'a' })).toBeNull();
  });
});
