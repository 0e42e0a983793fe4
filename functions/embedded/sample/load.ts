import { parse } from 'csv-parse/sync';
import * as z from 'zod';
import { ConsentEvent } from '../../../shared/contract/events.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { crmMappings } from '../../../shared/ledger/crm/crm-formats.ts';
import {
  receipt,
  type CrmContext,
  type CrmFormat,
  type CrmMapping,
  type CrmRow,
  type RowOutcome,
  type RowReceipt,
} from '../../../shared/ledger/crm/mapping.ts';
import type { SampleFile } from './exports.ts';
import { sampleContext } from './sample-context.ts';

export interface FileReceipt extends RowReceipt {
  readonly file: string;
}

/** At most as many events as one request may bring, and the receipts of the rows they came from. */
export interface SampleBatch {
  readonly file: string;
  readonly events: readonly ConsentEvent[];
  readonly receipts: readonly FileReceipt[];
}

/** The events of the files, in batches for `POST /v1/events`, with a receipt for what is wrong. */
export function* readSample(
  files: readonly SampleFile[],
  contextOf: (format: CrmFormat) => CrmContext = sampleContext,
): Generator<SampleBatch> {
  for (const file of files) yield* batches(file.name, readFile(file, contextOf));
}

function* batches(file: string, outcomes: Iterable<RowOutcome>): Generator<SampleBatch> {
  let events: ConsentEvent[] = [];
  let receipts: FileReceipt[] = [];
  for (const outcome of outcomes) {
    if (events.length + outcome.events.length > limits.eventsPerRequest) {
      yield { file, events, receipts };
      events = [];
      receipts = [];
    }
    events.push(...outcome.events);
    for (const entry of outcome.receipts) receipts.push({ file, ...entry });
  }
  if (events.length + receipts.length > 0) yield { file, events, receipts };
}

function readFile(
  file: SampleFile,
  contextOf: (format: CrmFormat) => CrmContext,
): Iterable<RowOutcome> {
  if (file.format === 'webshop_events') return readEvents(file.content);
  const mapping = crmMappings[file.format];
  const context = contextOf(file.format);
  const json = file.name.endsWith('.json');
  return json ? readJson(file.content, mapping, context) : readCsv(file.content, mapping, context);
}

/** A file that nobody can read is one receipt for the file: it must not pass for an empty one. */
function unreadable(): readonly RowOutcome[] {
  return [{ events: [], receipts: [receipt(0, 'error', 'FILE_UNREADABLE', null)] }];
}

const Table = z.array(z.array(z.string()));

function* readCsv(
  content: string,
  mapping: CrmMapping,
  context: CrmContext,
): Generator<RowOutcome> {
  const table = parseTable(content);
  if (table === null) return yield* unreadable();
  const [header = [], ...rows] = table;
  const missing = mapping.requiredColumns.filter((column) => !header.includes(column));
  if (missing.length > 0) {
    const receipts = missing.map((column) => receipt(0, 'error', 'COLUMN_MISSING', column));
    return yield { events: [], receipts };
  }
  for (const [index, cells] of rows.entries()) {
    yield cells.length === header.length
      ? mapping.map(rowOf(header, cells), index + 1, context)
      : brokenRow(mapping, cells, index + 1, context);
  }
}

function parseTable(content: string): readonly (readonly string[])[] | null {
  try {
    // Rows of a wrong length are told one by one, so the parser must not stop at them.
    const options = { bom: true, relax_column_count: true, skip_empty_lines: true };
    return Table.parse(parse(content, options));
  } catch {
    return null;
  }
}

/** Of two columns with the same name the first counts, as the export's own fields come first. */
function rowOf(header: readonly string[], cells: readonly string[]): CrmRow {
  const row = new Map<string, string>();
  for (const [index, column] of header.entries()) {
    if (!row.has(column)) row.set(column, cells[index] ?? '');
  }
  return Object.fromEntries(row);
}

function brokenRow(
  mapping: CrmMapping,
  cells: readonly string[],
  rowNumber: number,
  context: CrmContext,
): RowOutcome {
  if (mapping.salvage !== null) return mapping.salvage(cells, rowNumber, context);
  return { events: [], receipts: [receipt(rowNumber, 'error', 'COLUMN_COUNT', null)] };
}

/** What listmonk answers to `GET /api/subscribers`: stored data, so more members are let pass. */
const SubscriberPage = z.object({
  data: z.object({ results: z.array(z.record(z.string(), z.unknown())) }),
});

function* readJson(
  content: string,
  mapping: CrmMapping,
  context: CrmContext,
): Generator<RowOutcome> {
  const page = SubscriberPage.safeParse(parseJson(content));
  if (!page.success) return yield* unreadable();
  for (const [index, result] of page.data.data.results.entries()) {
    yield mapping.map(textsOf(result), index + 1, context);
  }
}

/** Every member as a cell: texts as they are, everything else as JSON. */
function textsOf(result: Readonly<Record<string, unknown>>): CrmRow {
  const cells = Object.entries(result).map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? value : (JSON.stringify(value) ?? ''),
  ]);
  return Object.fromEntries(cells);
}

function* readEvents(content: string): Generator<RowOutcome> {
  for (const [index, line] of content.split('\n').entries()) {
    if (line.trim() === '') continue;
    const parsed = ConsentEvent.safeParse(parseJson(line));
    yield parsed.success
      ? { events: [parsed.data], receipts: [] }
      : { events: [], receipts: [receipt(index + 1, 'error', 'EVENT_INVALID', null)] };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
