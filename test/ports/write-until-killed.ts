/**
 * A process of its own for sqlite-database.test.ts: writes rows and messages, several at a time,
 * and prints a line for each one that was acknowledged, until somebody kills it.
 */
import { writeSync } from 'node:fs';
import { openDatabase } from '../../functions/shell/ports/sqlite-database.ts';
import { createSqliteQueues } from '../../functions/shell/ports/sqlite-queues.ts';
import { createSqliteTables } from '../../functions/shell/ports/sqlite-tables.ts';
import { systemClock } from '../../functions/shell/ports/clock.ts';
import { newRow, put, replace } from './tables-home.ts';

const database = openDatabase(process.argv[2] ?? '');
const tables = createSqliteTables({ database, clock: systemClock });
const queues = createSqliteQueues({ database, clock: systemClock });

/** Each lane writes a ledger row and raises its own counter in one transaction, then a message. */
async function write(lane: number): Promise<never> {
  for (let version = 1; ; version++) {
    const counter = newRow({ pk: 'counters', sk: `${lane}` }, { version });
    await tables.transact([
      put('ledger', newRow({ pk: `lane ${lane}`, sk: String(version).padStart(9, '0') })),
      replace('contact-points', counter),
    ]);
    await queues.send('page-planned', [{ id: '1', body: `${lane}/${version}` }]);
    writeSync(1, `${lane} ${version}\n`);
  }
}
await Promise.all([0, 1, 2, 3].map(write));
