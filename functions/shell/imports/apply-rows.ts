import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ImportReceipt } from '../../../shared/contract/imports.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { SECOND_MS, type EpochMs } from '../../../shared/kernel/instant.ts';
import { isAlreadyListed } from '../../../shared/ledger/already-listed.ts';
import { importObstacle } from '../../../shared/ledger/import-conflict.ts';
import type { RowReader } from '../../../shared/ledger/imports/row-reader.ts';
import { appendEach } from '../flows/append-events.ts';
import type { Admit, AppendOutcome, IncomingEvent } from '../flows/append-subject.ts';
import type { Gate } from '../gate.ts';
import { chunksOf } from '../ports/in-parallel.ts';
import type { HeldImport } from './lease.ts';
import { writePart } from './receipts.ts';
import { judgeRow, type JudgeContext, type JudgedRow } from './row-judge.ts';
import { createScratchTables } from './scratch-tables.ts';
import { addRow, tallyRow } from './tally.ts';
import type { PlacedRow } from './upload-rows.ts';

/** Rows judged in one turn, upon which the requests that came meanwhile have theirs. */
const ROWS_PER_TURN = 50;

/** An import never lifts a refusal, and never says again what a list says already. */
const admit: Admit = (event, { states, hosts }) => {
  const named = event.named.flatMap(({ key }) => states.get(key) ?? []);
  if (isAlreadyListed(event, named)) return { outcome: 'duplicate' };
  const obstacle = importObstacle(event, [...states.values(), ...hosts]);
  return obstacle === null ? null : { outcome: 'refused', obstacle };
};

export interface Applier {
  /** Judges rows and appends what is good; keeps a checkpoint when one is due. */
  apply(rows: readonly PlacedRow[]): Promise<void>;
  /** Everything up to here is done; at the end of the file the import is complete. */
  keep(complete: boolean): Promise<void>;
}

/** Applies the rows of one call; in a dry run to tables that are thrown away. */
export function createApplier(
  gate: Gate,
  held: HeldImport,
  about: { readonly reader: RowReader; readonly judging: JudgeContext },
): Applier {
  const tables = held.value.dryRun
    ? createScratchTables(gate.tables, limits.dryRunRows)
    : gate.tables;
  const target: Gate = { ...gate, tables, randomBytes: drawnTogether(gate.randomBytes) };
  const began = { at: gate.clock.now(), rows: held.value.progress.counts.rows };
  let { counts } = held.value.progress;
  let receipts: ImportReceipt[] = [];
  let last: PlacedRow | null = null;
  let kept = { at: began.at, rows: began.rows };

  const keep = async (complete: boolean) => {
    const { progress } = held.value;
    if (receipts.length > 0) await writePart(gate, held.value, receipts);
    const parts = progress.parts + (receipts.length > 0 ? 1 : 0);
    const number = last?.row.number ?? progress.number;
    const offset = last?.endsAt ?? progress.offset;
    const now = gate.clock.now();
    const rowsPerSecond = paceOf(began, { at: now, rows: counts.rows });
    await held.keep({
      progress: { number, offset, counts, parts, complete },
      rowsPerSecond,
      attempts: 0,
    });
    receipts = [];
    kept = { at: now, rows: counts.rows };
  };

  return {
    apply: async (rows) => {
      const judged = await judgeAll(gate, rows, about);
      const events = judged.flatMap((row) => row.events);
      const options = { admit, transactions: limits.importTransactions };
      const answers = await appendEach(target, events, options);
      const outcomes = new Map<IncomingEvent, AppendOutcome>();
      events.forEach((event, index) => {
        const answer = answers[index];
        if (answer !== undefined) outcomes.set(event, answer);
      });
      for (const row of judged) {
        const { fate, receipts: more } = tallyRow(row, (event) => outcomes.get(event));
        counts = addRow(counts, fate);
        receipts.push(...more);
      }
      last = rows.at(-1) ?? last;
      const isDue =
        counts.rows - kept.rows >= limits.importCheckpointRows ||
        gate.clock.now() - kept.at >= limits.importCheckpointSeconds * SECOND_MS;
      if (isDue) await keep(false);
    },
    keep,
  };
}

async function judgeAll(
  gate: Gate,
  rows: readonly PlacedRow[],
  { reader, judging }: { readonly reader: RowReader; readonly judging: JudgeContext },
): Promise<readonly JudgedRow[]> {
  const judged: JudgedRow[] = [];
  for (const part of chunksOf(rows, ROWS_PER_TURN)) {
    const now = gate.clock.now();
    for (const { row } of part) judged.push(judgeRow(reader, row, { ...judging, now }));
    await nextTurn();
  }
  return judged;
}

/** Bytes that are drawn at a time: a draw for each nonce of twelve costs as much as sealing. */
const DRAWN_BYTES = 6000;

function drawnTogether(draw: Gate['randomBytes']): Gate['randomBytes'] {
  let bytes = draw(DRAWN_BYTES);
  let used = 0;
  return (count) => {
    if (used + count > bytes.length) {
      bytes = draw(Math.max(DRAWN_BYTES, count));
      used = 0;
    }
    used += count;
    return bytes.subarray(used - count, used);
  };
}

interface Moment {
  readonly at: EpochMs;
  readonly rows: number;
}

function paceOf(from: Moment, to: Moment): number {
  return to.at > from.at ? ((to.rows - from.rows) * SECOND_MS) / (to.at - from.at) : 0;
}
