import * as z from 'zod';
import {
  retentionThings,
  retentionThingNames,
  SweptItem,
} from '../../../shared/contract/retention.ts';
import { parseId } from '../../../shared/kernel/ids.ts';
import type { EpochMs } from '../../../shared/kernel/instant.ts';
import type { Gate } from '../gate.ts';
import type { RangePage, Row, Write } from '../ports/tables.ts';
import { readPartition } from './partition.ts';

/*
 * Table `retention`, beside the erasures (retention-store.ts)
 *   pk `sweep/<sweep>`    sk `sweep`                              where it stands
 *   pk `sweep/<sweep>`    sk `part/<controller>/<bucket>/<part>`  what was found in a part, by keys
 *   pk `sweeps`           sk `<sweep>`                            while it runs
 *   pk `schedule`         sk `<controller>`                       when it was last swept by itself
 */

const Count = z.object({
  found: z.number().int(),
  done: z.number().int(),
  blocked: z.number().int(),
});

export const StoredSweep = z.object({
  id: z.string(),
  controllers: z.array(z.string()),
  dryRun: z.boolean(),
  startedAt: z.number(),
  finishedAt: z.number().nullable(),
  /** The next part: place of the controller, bucket, and part of the bucket. */
  next: z.object({
    controller: z.number().int(),
    bucket: z.number().int(),
    part: z.number().int(),
    /** In the decision log: behind which run. */
    run: z.string().nullable(),
  }),
  subjects: z.number().int(),
  counts: z.partialRecord(z.enum(retentionThingNames), Count),
  erasuresCompleted: z.number().int(),
});
export type StoredSweep = z.infer<typeof StoredSweep>;

const StoredPart = z.object({
  /** False while somebody is at it: what it names may have gone already. */
  finished: z.boolean(),
  items: z.array(SweptItem),
});
export type StoredPart = z.infer<typeof StoredPart>;

export interface VersionedSweep {
  readonly value: StoredSweep;
  readonly version: number;
}

function sweepKey(id: string) {
  return { pk: `sweep/${id}`, sk: 'sweep' };
}

export async function readSweep(
  gate: Pick<Gate, 'tables'>,
  id: string,
): Promise<VersionedSweep | null> {
  if (parseId('swp', id) === null) return null;
  const row = await gate.tables.get('retention', sweepKey(id));
  if (row === null) return null;
  return { value: StoredSweep.parse(JSON.parse(String(row.body))), version: row.version };
}

/** Begins a sweep, unless one of that name is there. */
export async function keepSweep(gate: Pick<Gate, 'tables'>, sweep: StoredSweep): Promise<void> {
  const put = (row: Row): Write => ({ kind: 'put-if-absent', table: 'retention', row });
  await gate.tables.transact([
    put({ ...sweepKey(sweep.id), version: 1, body: JSON.stringify(sweep) }),
    put({ pk: 'sweeps', sk: sweep.id, version: 1, body: '' }),
  ]);
}

/** False when somebody else has taken the sweep further. */
export async function writeSweep(
  gate: Pick<Gate, 'tables'>,
  before: VersionedSweep,
  value: StoredSweep,
): Promise<boolean> {
  const row: Row = {
    ...sweepKey(value.id),
    version: before.version + 1,
    body: JSON.stringify(value),
  };
  const put: Write = { kind: 'put-if-version', table: 'retention', row };
  const key = { pk: 'sweeps', sk: value.id };
  const ended: Write = { kind: 'delete-if-version', table: 'retention', key, version: 1 };
  const isEnd = value.finishedAt !== null && before.value.finishedAt === null;
  return (await gate.tables.transact(isEnd ? [put, ended] : [put])).done;
}

export async function listRunningSweeps(gate: Pick<Gate, 'tables'>): Promise<readonly string[]> {
  return (await readPartition(gate, 'retention', 'sweeps')).map(({ sk }) => sk);
}

function partKey(id: string, { controller, bucket, part }: StoredSweep['next']) {
  const digits = (value: number, count: number) => String(value).padStart(count, '0');
  const place = `${digits(controller, 6)}/${digits(bucket, 4)}/${digits(part, 4)}`;
  return { pk: `sweep/${id}`, sk: `part/${place}` };
}

export async function readPart(
  gate: Pick<Gate, 'tables'>,
  id: string,
  place: StoredSweep['next'],
): Promise<{ readonly value: StoredPart; readonly version: number } | null> {
  const row = await gate.tables.get('retention', partKey(id, place));
  if (row === null) return null;
  return { value: StoredPart.parse(JSON.parse(String(row.body))), version: row.version };
}

/** Throws when somebody else is at the same part: of two, one goes on. */
export async function writePart(
  gate: Pick<Gate, 'tables'>,
  sweep: { readonly id: string; readonly place: StoredSweep['next']; readonly version: number },
  value: StoredPart,
): Promise<number> {
  const { id, place } = sweep;
  const version = sweep.version + 1;
  const row: Row = { ...partKey(id, place), version, body: JSON.stringify(value) };
  const outcome = await gate.tables.write({ kind: 'put-if-version', table: 'retention', row });
  if (!outcome.done) throw new Error('somebody else works on this part of the sweep');
  return version;
}

/** What was found, part by part: one page of the record is one part. */
export async function listParts(
  gate: Pick<Gate, 'tables'>,
  id: string,
  page: { readonly limit: number; readonly after: string | null },
): Promise<{ readonly items: readonly SweptItem[]; readonly next: string | null }> {
  const found: RangePage = await gate.tables.range({
    table: 'retention',
    pk: `sweep/${id}`,
    from: 'part/',
    to: 'part/~',
    limit: page.limit,
    ...(page.after === null ? {} : { after: page.after }),
  });
  const items = found.rows.flatMap(({ body }) => StoredPart.parse(JSON.parse(String(body))).items);
  return { items, next: found.next };
}

/** Counts of a sweep with those of a part. */
export function withItems(
  counts: StoredSweep['counts'],
  items: readonly SweptItem[],
): StoredSweep['counts'] {
  const sums = { ...counts };
  for (const { what, outcome } of items) {
    const before = sums[what] ?? { found: 0, done: 0, blocked: 0 };
    sums[what] = {
      found: before.found + 1,
      done: before.done + (outcome === 'done' ? 1 : 0),
      blocked: before.blocked + (outcome === 'blocked' ? 1 : 0),
    };
  }
  return sums;
}

export function countsOf({ counts }: StoredSweep) {
  return retentionThingNames.flatMap((what) => {
    const count = counts[what];
    const { action, rule } = retentionThings[what];
    return count === undefined ? [] : [{ what, action, rule, ...count }];
  });
}

/**
 * Notes that a controller is swept now; false when its time has not come, or somebody else has
 * noted it. The first note is a beginning: what was just loaded can be looked at before it goes.
 */
export async function takeTurn(
  gate: Pick<Gate, 'tables'>,
  controller: string,
  turn: { readonly now: EpochMs; readonly everyMs: number },
): Promise<boolean> {
  const key = { pk: 'schedule', sk: controller };
  const before = await gate.tables.get('retention', key);
  const row: Row = { ...key, version: (before?.version ?? 0) + 1, body: String(turn.now) };
  if (before !== null && Number(before.body) > turn.now - turn.everyMs) return false;
  const write: Write = { kind: 'put-if-version', table: 'retention', row };
  return (await gate.tables.write(write)).done && before !== null;
}
