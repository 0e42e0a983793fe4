import { formatInstant, type EpochMs } from '../../../shared/kernel/instant.ts';
import { localOffsetMs } from '../../../shared/ledger/crm/local-time.ts';

/** A column of an export and what stands in it. */
export type Column<Record> = readonly [name: string, cell: (record: Record) => string];

/** Which columns the faults of a table go into. */
export interface FaultColumns {
  readonly id: string;
  readonly email: string;
  readonly date: string;
}

/** One row in so many is broken, as in real exports that somebody has edited. */
const ROWS_PER_FAULT = 100;

/** What is wrong with the broken rows, in turn. */
const faults: readonly ((row: readonly string[], at: FaultPositions) => readonly string[])[] = [
  (row, at) => row.with(at.email, 'ohne-klammeraffe.example.org'),
  (row, at) => row.with(at.date, '2026-02-30 10:00:00'),
  (row) => row.slice(0, -2),
  (row, at) => row.with(at.date, '2031-05-01 10:00:00'),
  (row, at) => row.with(at.email, '').with(at.id, ''),
  (row) => ['verrutscht', ...row],
];

interface FaultPositions {
  readonly id: number;
  readonly email: number;
  readonly date: number;
}

/** The table as CSV, with a broken row of somebody new after every hundredth row. */
export function exportTable<Record>(
  columns: readonly Column<Record>[],
  records: readonly Record[],
  where: FaultColumns,
): string {
  const names = columns.map(([name]) => name);
  const at = {
    id: names.indexOf(where.id),
    email: names.indexOf(where.email),
    date: names.indexOf(where.date),
  };
  const lines = [csvLine(names)];
  for (const [index, record] of records.entries()) {
    const row = columns.map(([, cell]) => cell(record));
    lines.push(csvLine(row));
    if (index % ROWS_PER_FAULT === ROWS_PER_FAULT / 2) {
      lines.push(csvLine(brokenRow(row, at, Math.floor(index / ROWS_PER_FAULT))));
    }
  }
  return `${lines.join('\n')}\n`;
}

function brokenRow(row: readonly string[], at: FaultPositions, count: number): readonly string[] {
  const somebody = row
    .with(at.id, `99${String(count).padStart(6, '0')}`)
    .with(at.email, `defekt.${count}@example.org`);
  return faults[count % faults.length]?.(somebody, at) ?? somebody;
}

function csvLine(cells: readonly string[]): string {
  return cells.map(csvCell).join(',');
}

function csvCell(text: string): string {
  return /[",\n\r]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** `2026-03-01 09:12:44` by the clocks of a zone; an absent instant is an empty cell. */
export function localText(at: EpochMs | null, timeZone: string): string {
  if (at === null) return '';
  const guess = at + localOffsetMs(at, timeZone);
  const local = at + localOffsetMs(guess, timeZone);
  return new Date(local).toISOString().slice(0, 19).replace('T', ' ');
}

/** RFC 3339 with microseconds, as PostgreSQL hands it to listmonk. */
export function microText(at: EpochMs): string {
  return formatInstant(at).replace('Z', '.000000Z');
}
