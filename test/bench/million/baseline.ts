/**
 * What the gate is compared with: the same file loaded into SQLite under HMACs, one join that
 * writes a decision for each recipient, and the file of those who are allowed. A process of its
 * own, so that its memory is its own; prints what it took as JSON.
 *
 *   node baseline.ts <audience.csv> <baseline.sqlite> <data folder of the gate> <allowed.csv>
 */
import { createHmac, type KeyObject } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { loadLocalKeys } from '../../../functions/embedded/local-keys.ts';
import { DAY_MS } from '../../../shared/kernel/instant.ts';
import { peakMb } from '../peak-memory.ts';
import { controller } from '../sample-world.ts';

const [audienceFile = '', baselineFile = '', dataFolder = '', allowedFile = ''] =
  process.argv.slice(2);

/** Everything in one transaction, and no sync but the last: the fastest that loses nothing. */
const pragmas = `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
  PRAGMA cache_size = -262144; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 1073741824`;

const address = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;

async function load(database: DatabaseSync, secret: KeyObject) {
  database.exec(`DROP TABLE IF EXISTS audience; DROP TABLE IF EXISTS decision;
    CREATE TABLE audience (key BLOB PRIMARY KEY, line TEXT NOT NULL) WITHOUT ROWID`);
  const counts = { rows: 0, duplicates: 0, invalid: 0 };
  const rows: { readonly key: Buffer; readonly line: string }[] = [];
  let header = true;
  for await (const line of createInterface({ input: createReadStream(audienceFile) })) {
    if (header) {
      header = false;
      continue;
    }
    counts.rows++;
    const email = line.split(';', 2)[1]?.trim().toLowerCase() ?? '';
    if (!address.test(email)) {
      counts.invalid++;
      continue;
    }
    const name = `${controller.id}\u0000email\u0000${email}`;
    rows.push({ key: createHmac('sha256', secret).update(name).digest().subarray(0, 16), line });
  }
  // In the order of the keys, so that the tree is written from left to right.
  rows.sort((left, right) => Buffer.compare(left.key, right.key));
  const add = database.prepare('INSERT OR IGNORE INTO audience VALUES (?, ?)');
  database.exec('BEGIN');
  for (const { key, line } of rows) {
    if (add.run(key, line).changes === 0) counts.duplicates++;
  }
  database.exec('COMMIT');
  return counts;
}

/** Twelve conditions; the first that fails is the reason. */
function decide(database: DatabaseSync): void {
  const now = Date.now();
  database.exec(`BEGIN;
    CREATE TABLE decision (key BLOB PRIMARY KEY, code TEXT NOT NULL) WITHOUT ROWID;
    INSERT INTO decision SELECT a.key, CASE
      WHEN p.key IS NULL THEN 'D_UNKNOWN'
      WHEN p.blocked THEN 'D_BLOCKED'
      WHEN p.erased THEN 'D_ERASED'
      WHEN p.objected THEN 'D_OBJECTION'
      WHEN p.withdrawn THEN 'D_WITHDRAWN'
      WHEN p.restricted THEN 'D_RESTRICTED'
      WHEN p.conflict THEN 'D_CONFLICT'
      WHEN p.undeliverable THEN 'D_UNDELIVERABLE'
      WHEN NOT p.confirmed THEN 'D_NO_CONSENT'
      WHEN NOT p.evidence THEN 'D_EVIDENCE'
      WHEN p.active_at < ${now - 3 * 365 * DAY_MS} THEN 'D_INACTIVE'
      WHEN p.contacted_at > ${now - DAY_MS} THEN 'D_FREQUENCY'
      ELSE 'A' END
    FROM audience a LEFT JOIN permission p ON p.key = a.key ORDER BY a.key; COMMIT`);
}

async function writeAllowed(database: DatabaseSync): Promise<number> {
  const stream = createWriteStream(allowedFile);
  const found = database.prepare(`SELECT a.line AS line FROM audience a JOIN decision d
    ON d.key = a.key WHERE d.code = 'A' ORDER BY a.key`);
  let count = 0;
  let lines: string[] = [];
  for (const { line } of found.iterate()) {
    count++;
    lines.push(String(line), '\n');
    if (lines.length < 5000) continue;
    if (!stream.write(lines.join(''))) await once(stream, 'drain');
    lines = [];
  }
  stream.end(lines.join(''));
  await once(stream, 'finish');
  return count;
}

async function timed<Result>(work: () => Result | Promise<Result>) {
  const startedAt = performance.now();
  const result = await work();
  return { result, seconds: (performance.now() - startedAt) / 1000 };
}

const database = new DatabaseSync(baselineFile);
database.exec(pragmas);
const secret = loadLocalKeys(dataFolder).keys.current.key;
const loaded = await timed(() => load(database, secret));
const decided = await timed(() => decide(database));
const written = await timed(() => writeAllowed(database));
database.close();
const report = {
  ...loaded.result,
  allowed: written.result,
  loadSeconds: loaded.seconds,
  decideSeconds: decided.seconds,
  writeSeconds: written.seconds,
  peakMb: peakMb(process.pid),
};
process.stdout.write(`${JSON.stringify(report)}\n`);
