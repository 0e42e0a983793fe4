import * as z from 'zod';
import { limits } from '../../../shared/contract/limits.ts';
import type { EpochMs } from '../../../shared/kernel/instant.ts';
import type { Gate } from '../gate.ts';
import type { RangePage, Row, Write } from '../ports/tables.ts';
import { Unavailable } from '../ports/unavailable.ts';

/*
 * Table `campaigns`
 *   pk `campaign/<id>`  sk `<run>/<of>/<row, 6 digits>`  which parts are done, and their sums
 * Parts that are done at about the same time lie in different rows, so that workers side by side
 * seldom meet in one: of n rows, part p is counted in row p modulo n.
 */

/** What is counted: shards that are sorted, pages that are decided. */
export type ProgressOf = 'shards' | 'pages';

const ProgressRow = z.object({
  /** A bit for each part, as hexadecimal digits. */
  done: z.string(),
  at: z.number(),
  sums: z.record(z.string(), z.number().int()),
});
type ProgressRow = z.infer<typeof ProgressRow>;

export type Sums = Readonly<Record<string, number>>;

export interface Counted {
  readonly campaignId: string;
  readonly run: string;
  readonly of: ProgressOf;
  /** Parts in all. */
  readonly parts: number;
}

export interface Progress {
  readonly done: number;
  readonly sums: Sums;
  /** Parts that are not done yet, in their order. */
  readonly missing: readonly number[];
  /** When the last part was counted; null when there is none. */
  readonly movedAt: EpochMs | null;
}

function rowsOf({ parts }: Counted): number {
  return Math.max(1, Math.ceil(parts / limits.pagesPerProgressRow));
}

function keyOf({ campaignId, run, of }: Counted, row: number) {
  return { pk: `campaign/${campaignId}`, sk: `${run}/${of}/${String(row).padStart(6, '0')}` };
}

function placeOf(counted: Counted, part: number) {
  const rows = rowsOf(counted);
  return { row: part % rows, bit: 1n << BigInt(Math.floor(part / rows)) };
}

const nothing: ProgressRow = Object.freeze({ done: '0', at: 0, sums: {} });

async function readRow(gate: Pick<Gate, 'tables'>, counted: Counted, row: number) {
  const stored = await gate.tables.get('campaigns', keyOf(counted, row));
  if (stored === null) return { value: nothing, version: 0 };
  return { value: rowIn(stored), version: stored.version };
}

function rowIn({ body }: Row): ProgressRow {
  return ProgressRow.parse(JSON.parse(String(body)));
}

export async function isCounted(
  gate: Pick<Gate, 'tables'>,
  counted: Counted,
  part: number,
): Promise<boolean> {
  const { row, bit } = placeOf(counted, part);
  const { value } = await readRow(gate, counted, row);
  return (BigInt(`0x${value.done}`) & bit) !== 0n;
}

/**
 * Counts a part unless it was counted before, and answers whether all parts are counted now. A part
 * that is counted again answers the same, so whoever stopped behind the last one is made up for.
 */
export async function countPart(
  gate: Pick<Gate, 'tables' | 'clock'>,
  counted: Counted,
  part: number,
  sums: Sums,
): Promise<boolean> {
  const { row, bit } = placeOf(counted, part);
  for (let attempt = 0; attempt < limits.conflictRetries; attempt++) {
    const before = await readRow(gate, counted, row);
    const done = BigInt(`0x${before.value.done}`);
    const isNew = (done & bit) === 0n;
    const value = isNew ? withPart(before.value, bit, sums, gate.clock.now()) : before.value;
    if (isNew) {
      const { done: written } = await gate.tables.write(rowWrite(counted, row, before, value));
      if (!written) continue;
    }
    return isFull(counted, row, value) && (await areOthersFull(gate, counted, row));
  }
  throw new Unavailable('the progress of a campaign is being changed too often at once');
}

function withPart(before: ProgressRow, bit: bigint, sums: Sums, at: EpochMs): ProgressRow {
  const done = (BigInt(`0x${before.done}`) | bit).toString(16);
  return { done, at, sums: added(before.sums, sums) };
}

function added(left: Sums, right: Sums): Record<string, number> {
  const sums = { ...left };
  for (const [name, count] of Object.entries(right)) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}

function rowWrite(
  counted: Counted,
  row: number,
  before: { readonly version: number },
  value: ProgressRow,
): Write {
  const version = before.version + 1;
  const stored = { ...keyOf(counted, row), version, body: JSON.stringify(value) };
  const kind = version === 1 ? 'put-if-absent' : 'put-if-version';
  return { kind, table: 'campaigns', row: stored };
}

/** Parts that are counted in a row when all of them are. */
function partsOf(counted: Counted, row: number): number {
  return Math.max(0, Math.ceil((counted.parts - row) / rowsOf(counted)));
}

function isFull(counted: Counted, row: number, value: ProgressRow): boolean {
  return bitsOf(value.done) === partsOf(counted, row);
}

function bitsOf(digits: string): number {
  return BigInt(`0x${digits}`).toString(2).replaceAll('0', '').length;
}

/** Few rows are read at a time: the first that is not full answers. */
const ROWS_TOGETHER = 20;

/** From the next row on, and round: the others are the likelier to be full the further away. */
async function areOthersFull(
  gate: Pick<Gate, 'tables'>,
  counted: Counted,
  own: number,
): Promise<boolean> {
  const rows = rowsOf(counted);
  const others = Array.from({ length: rows - 1 }, (_, step) => (own + 1 + step) % rows);
  for (let start = 0; start < others.length; start += ROWS_TOGETHER) {
    const some = others.slice(start, start + ROWS_TOGETHER);
    const keys = some.map((row) => keyOf(counted, row));
    const found = new Map(
      (await gate.tables.batchGet('campaigns', keys)).map((row) => [row.sk, rowIn(row)]),
    );
    const full = some.every((row) =>
      isFull(counted, row, found.get(keyOf(counted, row).sk) ?? nothing),
    );
    if (!full) return false;
  }
  return true;
}

/** Everything that is counted so far. */
export async function readProgress(
  gate: Pick<Gate, 'tables'>,
  counted: Counted,
): Promise<Progress> {
  const found = new Map<string, ProgressRow>();
  let after: string | null = null;
  do {
    const page: RangePage = await gate.tables.range({
      table: 'campaigns',
      pk: keyOf(counted, 0).pk,
      from: `${counted.run}/${counted.of}/`,
      to: `${counted.run}/${counted.of}/~`,
      limit: limits.rowsPerRead,
      ...(after === null ? {} : { after }),
    });
    for (const row of page.rows) found.set(row.sk, rowIn(row));
    after = page.next;
  } while (after !== null);
  const rows = Array.from(
    { length: rowsOf(counted) },
    (_, row) => found.get(keyOf(counted, row).sk) ?? nothing,
  );
  const bits = rows.map(({ done }) => BigInt(`0x${done}`));
  const missing = Array.from({ length: counted.parts }, (_, part) => part).filter((part) => {
    const { row, bit } = placeOf(counted, part);
    return ((bits[row] ?? 0n) & bit) === 0n;
  });
  const moved = rows.filter(({ at }) => at > 0).map(({ at }) => at);
  return {
    done: counted.parts - missing.length,
    sums: rows.reduce<Sums>((sums, row) => added(sums, row.sums), {}),
    missing,
    movedAt: moved.length === 0 ? null : Math.max(...moved),
  };
}
