import {
  eventTargets,
  type CellSource,
  type EventMapping,
  type TargetKind,
} from '../../contract/import-mappings.ts';
import { sha256Hex } from '../../kernel/hash.ts';
import { formatInstant } from '../../kernel/instant.ts';
import { readFlag } from '../crm/fields.ts';
import { parseExportTime } from '../crm/local-time.ts';
import {
  failedWith,
  note,
  withController,
  type Cells,
  type RowContext,
  type RowNote,
  type RowReading,
} from './row-reading.ts';

/** `source` of events whose mapping names none. */
const SOURCE = 'import';

/** Reads the rows of a table by a mapping: what an event says -> where a row says it. */
export interface EventTable {
  /** Columns that the header must have. */
  readonly columns: readonly string[];
  readonly read: (cells: Cells, context: RowContext) => RowReading;
}

/** Without a mapping the columns of the header are the paths of an event. */
export function eventTable(mapping: EventMapping, header: readonly string[]): EventTable {
  const named = Object.entries(mapping);
  const sources: readonly Target[] =
    named.length === 0
      ? header.filter((path) => eventTargets.has(path)).map((path) => targetOf(path, path))
      : named.flatMap(([path, source]) => (source === undefined ? [] : [targetOf(path, source)]));
  const columns =
    named.length === 0 ? ['type', 'occurredAt'] : sources.flatMap(({ source }) => columnOf(source));
  return { columns, read: (cells, context) => readRow(cells, sources, context) };
}

interface Target {
  readonly path: string;
  readonly kind: TargetKind;
  readonly source: CellSource;
}

function targetOf(path: string, source: CellSource): Target {
  return { path, source, kind: eventTargets.get(path) ?? 'text' };
}

function columnOf(source: CellSource): readonly string[] {
  if (typeof source === 'string') return [source];
  return 'column' in source ? [source.column] : [];
}

function readRow(cells: Cells, targets: readonly Target[], context: RowContext): RowReading {
  const built: Record<string, unknown> = { data: {} };
  const wrong: RowNote[] = [];
  for (const target of targets) {
    const { value, refused } = readTarget(target, cells);
    if (refused !== null) wrong.push(refused);
    else if (value !== undefined) place(built, target.path.split('.'), value);
  }
  // The same row of the same file again is the same event.
  built['id'] ??= `row-${sha256Hex(JSON.stringify(Object.values(cells))).slice(0, 32)}`;
  built['source'] ??= SOURCE;
  const { event, refused } = withController(built, context);
  if (refused !== null) wrong.push(refused);
  if (wrong.length > 0) return failedWith(...wrong);
  return { events: [event], hashed: [], notes: [], failed: false };
}

interface ReadCell {
  readonly value: unknown;
  readonly refused: RowNote | null;
}

function found(value: unknown): ReadCell {
  return { value, refused: null };
}

/** Undefined for an empty cell: the event does not say it. */
function readTarget({ path, kind, source }: Target, cells: Cells): ReadCell {
  if (typeof source !== 'string' && 'value' in source) return found(source.value);
  const { column, timeZone, values } =
    typeof source === 'string'
      ? { column: source, timeZone: undefined, values: undefined }
      : source;
  const text = (cells[column] ?? '').trim();
  if (values !== undefined) {
    if (Object.hasOwn(values, text)) return found(values[text]);
    return text === '' ? found(undefined) : unknown(path, column);
  }
  if (text === '') return found(undefined);
  switch (kind) {
    case 'flag': {
      const flag = readFlag(text);
      return flag === null ? unknown(path, column) : found(flag);
    }
    case 'list':
      return found(listOf(text));
    case 'instant': {
      if (timeZone === undefined) return found(text);
      const instant = parseExportTime(text, timeZone);
      if (instant !== null) return found(formatInstant(instant));
      return refused(path, `\`${column}\` is no date of a form that is known here`);
    }
    case 'text':
      return found(text);
  }
}

function unknown(path: string, column: string): ReadCell {
  return refused(path, `\`${column}\` has a value that the mapping does not explain`);
}

function refused(path: string, message: string): ReadCell {
  const pointer = `/${path.replaceAll('.', '/')}`;
  return { value: undefined, refused: note('VALUE_UNKNOWN', message, pointer) };
}

/** Several values in one cell, by the first of these signs that it has. */
function listOf(text: string): readonly string[] {
  const sign = ['|', ';', ','].find((each) => text.includes(each)) ?? ',';
  return text
    .split(sign)
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function place(into: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [name = '', ...rest] = path;
  if (rest.length === 0) {
    into[name] = value;
    return;
  }
  const inner = into[name];
  const next: Record<string, unknown> = isRecord(inner) ? inner : {};
  into[name] = next;
  place(next, rest, value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
