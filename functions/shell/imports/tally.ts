import type { ImportReceipt } from '../../../shared/contract/imports.ts';
import { describeObstacle } from '../../../shared/ledger/import-conflict.ts';
import type { AppendOutcome, IncomingEvent } from '../flows/append-subject.ts';
import type { Counts } from '../stores/import-store.ts';
import type { JudgedRow } from './row-judge.ts';

/** What became of a row, in the words of the counts. */
type Fate = Exclude<keyof Counts, 'rows'>;

export interface Tallied {
  readonly fate: Fate;
  readonly receipts: readonly ImportReceipt[];
}

/**
 * Every row counts once: as rejected when anything is wrong with it, else as a conflict when any
 * of its events met a newer refusal, else as applied unless all that it says was known.
 */
export function tallyRow(
  row: JudgedRow,
  outcomeOf: (event: IncomingEvent) => AppendOutcome | undefined,
): Tallied {
  const outcomes = row.events.flatMap((event) => outcomeOf(event) ?? []);
  const receipts: ImportReceipt[] = row.notes.map((note) => ({ row: row.number, ...note }));
  for (const each of outcomes) {
    if (each.outcome !== 'refused') continue;
    const message = describeObstacle(each.obstacle);
    receipts.push({ row: row.number, code: 'CONFLICT_NEWER_REFUSAL', message });
  }
  const fate = fateOf(row, outcomes);
  if (fate === 'duplicates') {
    const message = 'all that the row says was recorded before';
    receipts.push({ row: row.number, code: 'DUPLICATE', message });
  }
  return { fate, receipts };
}

function fateOf({ failed, events }: JudgedRow, outcomes: readonly AppendOutcome[]): Fate {
  if (outcomes.length !== events.length) throw new Error('an event was left without an outcome');
  if (failed) return 'rejected';
  if (outcomes.some(({ outcome }) => outcome === 'refused')) return 'conflicts';
  const known = events.length > 0 && outcomes.every(({ outcome }) => outcome === 'duplicate');
  return known ? 'duplicates' : 'applied';
}

export function addRow(counts: Counts, fate: Fate): Counts {
  return { ...counts, rows: counts.rows + 1, [fate]: counts[fate] + 1 };
}
