import * as z from 'zod';
import {
  BlocklistMapping,
  CrmImportMapping,
  EventMapping,
  RegisterMapping,
} from './import-mappings.ts';
import { ControllerId, InstantText } from './primitives.ts';

export const importKinds = ['events', 'blocklist', 'register'] as const;
export type ImportKind = (typeof importKinds)[number];
export const importFormats = ['ndjson', 'csv'] as const;
export type ImportFormat = (typeof importFormats)[number];
export const importStates = ['waiting', 'running', 'finished', 'failed'] as const;
export type ImportState = (typeof importStates)[number];

/** What a file is and how its rows are read, once the mapping has been found to fit. */
export type ImportMapping =
  | { readonly reads: 'event-lines' }
  | { readonly reads: 'event-table'; readonly mapping: EventMapping }
  | { readonly reads: 'crm'; readonly mapping: CrmImportMapping }
  | { readonly reads: 'blocklist'; readonly mapping: BlocklistMapping }
  | { readonly reads: 'register'; readonly mapping: RegisterMapping };

interface Described {
  readonly kind: ImportKind;
  readonly format: ImportFormat;
  readonly mapping?: Readonly<Record<string, unknown>> | undefined;
}

type Issues = z.ZodError['issues'];

/** The mapping that fits kind and format, or what is wrong with it (paths within the mapping). */
export function readMapping(
  described: Described,
):
  | { readonly ok: true; readonly mapping: ImportMapping }
  | { readonly ok: false; readonly issues: Issues } {
  const { kind, format, mapping = {} } = described;
  if (kind === 'blocklist') {
    const parsed = BlocklistMapping.safeParse(mapping);
    if (!parsed.success) return { ok: false, issues: parsed.error.issues };
    return { ok: true, mapping: { reads: 'blocklist', mapping: parsed.data } };
  }
  if (kind === 'register') {
    const parsed = RegisterMapping.safeParse(mapping);
    if (!parsed.success) return { ok: false, issues: parsed.error.issues };
    return { ok: true, mapping: { reads: 'register', mapping: parsed.data } };
  }
  if (Object.hasOwn(mapping, 'crm')) {
    const parsed = CrmOf[format].safeParse(mapping);
    if (!parsed.success) return { ok: false, issues: parsed.error.issues };
    return { ok: true, mapping: { reads: 'crm', mapping: parsed.data } };
  }
  if (format === 'csv') {
    const parsed = EventMapping.safeParse(mapping);
    if (!parsed.success) return { ok: false, issues: parsed.error.issues };
    return { ok: true, mapping: { reads: 'event-table', mapping: parsed.data } };
  }
  const parsed = NoMapping.safeParse(mapping);
  if (!parsed.success) return { ok: false, issues: parsed.error.issues };
  return { ok: true, mapping: { reads: 'event-lines' } };
}

/** A line of NDJSON is an event as it stands. */
const NoMapping = z.strictObject({});

/** Of the CRM systems only listmonk writes JSON: what its API answers, one subscriber a line. */
const CrmOf = {
  csv: CrmImportMapping,
  ndjson: CrmImportMapping.refine(({ crm }) => crm.startsWith('listmonk'), {
    path: ['crm'],
    message: 'does not write JSON: its exports are `csv`',
  }),
} as const;

export const ImportSubmission = z
  .strictObject({
    kind: z.enum(importKinds),
    format: z.enum(importFormats),
    mapping: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({
        description:
          'an EventMapping or a CrmImportMapping for `events`, a BlocklistMapping or a ' +
          'RegisterMapping for the other kinds; a line of NDJSON events needs none',
      }),
    controller: ControllerId.optional().meta({
      description: 'of all rows: they may leave it out, and must not name another one',
    }),
  })
  .superRefine((submission, context) => {
    const read = readMapping(submission);
    if (read.ok) return;
    for (const issue of read.issues) {
      context.addIssue({ ...issue, path: ['mapping', ...issue.path] });
    }
  })
  .meta({ id: 'ImportSubmission' });
export type ImportSubmission = z.infer<typeof ImportSubmission>;

export const ImportStart = z
  .strictObject({
    dryRun: z
      .boolean()
      .optional()
      .meta({ description: 'judge and receipt every row, and write nothing; default: false' }),
  })
  .optional()
  .meta({ id: 'ImportStart' });
export type ImportStart = z.infer<typeof ImportStart>;

const Link = z.object({
  url: z.string(),
  method: z.enum(['GET', 'PUT']),
  headers: z.record(z.string(), z.string()),
  expiresAt: InstantText,
});

export const ImportCounts = z
  .object({
    rows: z.number().int(),
    applied: z.number().int(),
    duplicates: z.number().int(),
    rejected: z.number().int(),
    conflicts: z.number().int(),
  })
  .meta({
    id: 'ImportCounts',
    description: 'rows = applied + duplicates + rejected + conflicts, always',
  });
export type ImportCounts = z.infer<typeof ImportCounts>;

export const ImportView = z
  .object({
    id: z.string(),
    kind: z.enum(importKinds),
    format: z.enum(importFormats),
    controller: z.string().nullable(),
    state: z.enum(importStates),
    dryRun: z.boolean(),
    createdAt: InstantText,
    startedAt: InstantText.nullable(),
    finishedAt: InstantText.nullable(),
    counts: ImportCounts,
    progress: z.object({
      percent: z.number().min(0).max(100),
      rowsPerSecond: z.number().min(0),
      estimatedEnd: InstantText.nullable(),
    }),
    problem: z.object({ title: z.string(), detail: z.string() }).nullable(),
    receipts: Link.nullable().meta({
      description:
        'a download that expires: one receipt for each row that was not applied as it stands, ' +
        'NDJSON or, with `?format=csv`, CSV',
    }),
  })
  .meta({ id: 'Import' });
export type ImportView = z.infer<typeof ImportView>;

export const CreatedImport = ImportView.extend({ upload: Link }).meta({ id: 'CreatedImport' });
export type CreatedImport = z.infer<typeof CreatedImport>;

export const ImportPage = z
  .object({ items: z.array(ImportView), nextCursor: z.string().nullable() })
  .meta({ id: 'ImportPage' });

/** What is said of a row that was not applied as it stands. */
export const ImportReceipt = z
  .object({
    row: z.number().int().meta({
      description: 'the line of an NDJSON file; the record below the header of a CSV, from 1',
    }),
    code: z.string(),
    message: z.string(),
    errors: z
      .array(z.object({ pointer: z.string(), code: z.string(), message: z.string() }))
      .optional(),
  })
  .meta({ id: 'ImportReceipt' });
export type ImportReceipt = z.infer<typeof ImportReceipt>;
