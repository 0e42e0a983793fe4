import type { ImportMapping } from '../../contract/imports.ts';
import type { CrmMapping, CrmRow } from '../crm/mapping.ts';
import { crmContext, crmMappingFor, crmReading } from './crm-import.ts';
import { readEventLine, readObject } from './event-line.ts';
import { eventTable } from './event-table.ts';
import { blocklistFields, namedColumns, registerFields } from './list-cells.ts';
import { readBlocklistRow, readRegisterRow, type Fields } from './list-row.ts';
import { failedWith, note, type Cells, type RowContext, type RowReading } from './row-reading.ts';

/** A row as it stands in the file, with its number there. */
export type RawRow =
  | { readonly number: number; readonly line: string }
  | { readonly number: number; readonly cells: readonly string[] }
  /** More bytes than a row may have; what it says was not kept. */
  | { readonly number: number; readonly tooLong: true };

/** Turns the rows of one file into events; pure, so it may run anywhere. */
export interface RowReader {
  /** Columns that the header must have; none for lines. */
  readonly columns: readonly string[];
  readonly read: (row: RawRow) => RowReading;
}

export interface ReaderContext extends RowContext {
  /** Where the controller is established: of people whose row names no country. */
  readonly country: string;
}

/** The header is null for a file of lines. */
export function rowReader(
  mapping: ImportMapping,
  context: ReaderContext,
  header: readonly string[] | null,
): RowReader {
  const reader = readerOf(mapping, context, header ?? []);
  return {
    columns: header === null ? [] : reader.columns,
    read: (row) => {
      if ('tooLong' in row) {
        return failedWith(note('ROW_TOO_LONG', 'the row has more bytes than a row may have'));
      }
      if ('line' in row) return reader.line(row.number, row.line);
      return reader.cells(row.number, row.cells);
    },
  };
}

interface KindReader {
  readonly columns: readonly string[];
  readonly line: (number: number, line: string) => RowReading;
  readonly cells: (number: number, cells: readonly string[]) => RowReading;
}

function readerOf(
  read: ImportMapping,
  context: ReaderContext,
  header: readonly string[],
): KindReader {
  switch (read.reads) {
    case 'event-lines':
      return linesOnly((_, line) => readEventLine(line, context));
    case 'event-table': {
      const table = eventTable(read.mapping, header);
      const cells = whole(header, (_, row) => table.read(row, context));
      return { columns: table.columns, line: notLines, cells };
    }
    case 'crm':
      return crmReader(crmMappingFor(read.mapping.crm, header), read.mapping, context, header);
    case 'blocklist': {
      const { mapping } = read;
      const entry = (number: number, fields: Fields) =>
        readBlocklistRow(fields, { number, mapping }, context);
      return listReader(entry, (cells) => blocklistFields(cells, mapping), {
        ...{ columns: namedColumns(mapping), header },
      });
    }
    case 'register': {
      const { mapping } = read;
      const entry = (number: number, fields: Fields) =>
        readRegisterRow(fields, { number, mapping }, context);
      return listReader(entry, (cells) => registerFields(cells, mapping), {
        ...{ columns: namedColumns(mapping), header },
      });
    }
  }
}

function linesOnly(line: KindReader['line']): KindReader {
  return { columns: [], line, cells: () => failedWith(note('INVALID', 'the row is no line')) };
}

function notLines(): RowReading {
  return failedWith(note('INVALID', 'the row is no record of a table'));
}

function listReader(
  entry: (number: number, fields: Fields) => RowReading,
  fieldsOf: (cells: Cells) => ReturnType<typeof blocklistFields>,
  table: { readonly columns: readonly string[]; readonly header: readonly string[] },
): KindReader {
  return {
    columns: table.columns,
    line: (number, line) => {
      const { object, refused } = readObject(line);
      return refused === null ? entry(number, object) : failedWith(refused);
    },
    cells: whole(table.header, (number, cells) => {
      const { fields, refused } = fieldsOf(cells);
      return refused === null ? entry(number, fields) : failedWith(refused);
    }),
  };
}

function crmReader(
  crm: CrmMapping,
  mapping: Extract<ImportMapping, { reads: 'crm' }>['mapping'],
  context: ReaderContext,
  header: readonly string[],
): KindReader {
  const { controller, madeAt, timeZone, country } = context;
  if (controller === null) throw new Error('invariant broken: an export of a CRM has a controller');
  const about = crmContext(mapping, { controller, madeAt, timeZone, country });
  return {
    columns: crm.requiredColumns,
    line: (number, line) => {
      const { object, refused } = readObject(line);
      if (refused !== null) return failedWith(refused);
      return crmReading(crm.map(textsOf(object), number, about));
    },
    cells: (number, cells) => {
      if (cells.length === header.length) {
        return crmReading(crm.map(rowOf(header, cells), number, about));
      }
      // Where every row of a file refuses, one whose cells have moved still says whom.
      return crm.salvage === null ? columnCount() : crmReading(crm.salvage(cells, number, about));
    },
  };
}

function whole(
  header: readonly string[],
  read: (number: number, cells: Cells) => RowReading,
): KindReader['cells'] {
  return (number, cells) =>
    cells.length === header.length ? read(number, rowOf(header, cells)) : columnCount();
}

function columnCount(): RowReading {
  return failedWith(note('COLUMN_COUNT', 'the row has not as many cells as the header'));
}

/** Of two columns with the same name the first counts, as the export's own fields come first. */
function rowOf(header: readonly string[], cells: readonly string[]): Cells {
  const row = new Map<string, string>();
  for (const [index, column] of header.entries()) {
    if (!row.has(column)) row.set(column, cells[index] ?? '');
  }
  return Object.fromEntries(row);
}

/** Every member as a cell: texts as they are, everything else as JSON. */
function textsOf(object: Readonly<Record<string, unknown>>): CrmRow {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]): [string, string] => [
      name,
      typeof value === 'string' ? value : (JSON.stringify(value) ?? ''),
    ]),
  );
}
