import * as z from 'zod';
import { importFormats, importKinds, importStates } from '../../../shared/contract/imports.ts';
import { scopes } from '../../../shared/contract/scopes.ts';
import { parseId } from '../../../shared/kernel/ids.ts';
import type { Actor } from '../actor.ts';
import type { Gate } from '../gate.ts';
import type { FileKey } from '../ports/files.ts';
import type { Row, Write } from '../ports/tables.ts';

/*
 * Table `imports`
 *   pk `import/<id>`         sk `import`  the import with its progress as JSON
 *   pk `list/<controller>`   sk `<id>`    for listing; `list/*` where its rows name their own
 *   pk `running`             sk `<id>`    while it runs
 * An import is written by its worker alone while it runs, so its version is the worker's lease.
 */

const Counts = z.object({
  rows: z.number().int(),
  applied: z.number().int(),
  duplicates: z.number().int(),
  rejected: z.number().int(),
  conflicts: z.number().int(),
});
export type Counts = z.infer<typeof Counts>;

/** How far an import has come: everything up to here is done and receipted. */
const Progress = z.object({
  /** The number of the last row that is done, and where it ends in the text. */
  number: z.number().int(),
  offset: z.number().int(),
  counts: Counts,
  /** Files of receipts that belong to it. */
  parts: z.number().int(),
  /** The last row of the file is done. */
  complete: z.boolean(),
});
export type Progress = z.infer<typeof Progress>;

export const noProgress: Progress = Object.freeze({
  number: 0,
  offset: 0,
  counts: { rows: 0, applied: 0, duplicates: 0, rejected: 0, conflicts: 0 },
  parts: 0,
  complete: false,
});

export const StoredImport = z.object({
  id: z.string(),
  kind: z.enum(importKinds),
  format: z.enum(importFormats),
  mapping: z.record(z.string(), z.unknown()),
  controller: z.string().nullable(),
  /** By whose scopes and controllers the rows are judged: those of the token that made it. */
  actor: z.object({
    subject: z.string(),
    scopes: z.array(z.enum(scopes)),
    controllers: z.union([z.literal('*'), z.array(z.string())]),
  }),
  createdAt: z.number(),
  state: z.enum(importStates),
  dryRun: z.boolean(),
  /** How often it was started: a dry run may be followed by the import itself. */
  run: z.number().int(),
  startedAt: z.number().nullable(),
  finishedAt: z.number().nullable(),
  /** Bytes of the upload when it was started. */
  uploadBytes: z.number().int().nullable(),
  /** Bytes of its text, once it was found to be readable. */
  textBytes: z.number().int().nullable(),
  progress: Progress,
  rowsPerSecond: z.number(),
  lease: z.object({ holder: z.string(), takenAt: z.number(), until: z.number() }).nullable(),
  /** Calls that failed since the last progress. */
  attempts: z.number().int(),
  problem: z.object({ title: z.string(), detail: z.string() }).nullable(),
});
export type StoredImport = z.infer<typeof StoredImport>;

export interface VersionedImport {
  readonly value: StoredImport;
  readonly version: number;
}

function importKey(id: string) {
  return { pk: `import/${id}`, sk: 'import' };
}

function runningKey(id: string) {
  return { pk: 'running', sk: id };
}

function listPartition(controller: string | null): string {
  return `list/${controller ?? '*'}`;
}

export async function readImport(
  gate: Pick<Gate, 'tables'>,
  id: string,
): Promise<VersionedImport | null> {
  // Callers may ask for any text; only what is an id of ours is looked for.
  if (parseId('imp', id) === null) return null;
  const row = await gate.tables.get('imports', importKey(id));
  if (row === null) return null;
  return { value: StoredImport.parse(JSON.parse(String(row.body))), version: row.version };
}

export function newImportWrites(value: StoredImport): readonly Write[] {
  const row: Row = { ...importKey(value.id), version: 1, body: JSON.stringify(value) };
  const list = listPartition(value.controller);
  return [
    { kind: 'put-if-absent', table: 'imports', row },
    {
      kind: 'put-if-absent',
      table: 'imports',
      row: { pk: list, sk: value.id, version: 1, body: '' },
    },
  ];
}

/** Nobody else has written it since it was read. */
export function importWrite(before: VersionedImport, value: StoredImport): Write {
  const version = before.version + 1;
  const row: Row = { ...importKey(value.id), version, body: JSON.stringify(value) };
  return { kind: 'put-if-version', table: 'imports', row };
}

/** The write that starts it, and its entry among those that run. */
export function startWrites(before: VersionedImport, value: StoredImport): readonly Write[] {
  const row: Row = { ...runningKey(value.id), version: 1, body: '' };
  return [importWrite(before, value), { kind: 'put-if-absent', table: 'imports', row }];
}

/** The write that ends it, and off the list of those that run. */
export function endWrites(before: VersionedImport, value: StoredImport): readonly Write[] {
  const key = runningKey(value.id);
  return [
    importWrite(before, value),
    { kind: 'delete-if-version', table: 'imports', key, version: 1 },
  ];
}

/** Ids of those that run, oldest first. */
export async function listRunning(
  gate: Pick<Gate, 'tables'>,
  limit: number,
): Promise<readonly string[]> {
  const { rows } = await gate.tables.range({ table: 'imports', pk: 'running', limit });
  return rows.map(({ sk }) => sk);
}

/** Ids of a controller's imports, or of those without one, newest first. */
export async function listImportIds(
  gate: Pick<Gate, 'tables'>,
  query: {
    readonly controller: string | null;
    readonly limit: number;
    readonly after: string | null;
  },
): Promise<readonly string[]> {
  const { rows } = await gate.tables.range({
    table: 'imports',
    pk: listPartition(query.controller),
    order: 'descending',
    limit: query.limit,
    ...(query.after === null ? {} : { after: query.after }),
  });
  return rows.map(({ sk }) => sk);
}

export function actorOfImport({ actor }: StoredImport): Actor {
  const { subject, controllers } = actor;
  return {
    subject,
    scopes: new Set(actor.scopes),
    controllers: controllers === '*' ? '*' : new Set(controllers),
  };
}

/** Clear text: it is deleted as soon as the import has ended. */
export function uploadFile(id: string): FileKey {
  return { fileClass: 'upload', name: id };
}

/** Receipts of one stretch of rows; the same name again when the stretch is done again. */
export function receiptsPart({ id, run }: StoredImport, part: number): FileKey {
  const place = String(part).padStart(6, '0');
  return { fileClass: 'result', name: `imports/${id}/${run}/${place}.ndjson` };
}

export const receiptFormats = ['ndjson', 'csv'] as const;
export type ReceiptFormat = (typeof receiptFormats)[number];

export function receiptsFile({ id, run }: StoredImport, format: ReceiptFormat): FileKey {
  return { fileClass: 'result', name: `imports/${id}/${run}/receipts.${format}` };
}
