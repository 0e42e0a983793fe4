import * as z from 'zod';
import type { AudienceRow } from '../../../shared/campaign/audience.ts';
import {
  decodeAudiencePage,
  decodeCallerRows,
  type CallerRow,
} from '../../../shared/campaign/audience-page.ts';
import { audienceFormats } from '../../../shared/contract/campaigns.ts';
import type { Gate } from '../gate.ts';
import type { FileKey } from '../ports/files.ts';
import { readBytes, readFile } from '../stores/file-content.ts';

export type { CallerRow } from '../../../shared/campaign/audience-page.ts';

/*
 * An audience at rest, in files of the class `audience` under the run that read it:
 *
 *   <run>/plan.json      what lies where; written last, so whoever finds it finds the others
 *   <run>/<shard>.keys   recipients as they are decided, page after page in the order of their keys
 *   <run>/<shard>.rows   the caller's own lines, in the same order
 *   <run>/aside-….ndjson rows that are on no page, each with the reason
 */

type Reads = Pick<Gate, 'files'>;

/** One page of an audience: bytes of the two files of its shard, both ends inclusive. */
export interface PlannedPage {
  readonly shard: number;
  readonly count: number;
  /** The first ten hexadecimal digits of its first key; no other page has a key with them. */
  readonly firstKey: string;
  readonly keys: { readonly start: number; readonly end: number };
  readonly rows: { readonly start: number; readonly end: number };
}

export interface AudienceIndex {
  /** Whose name the files carry. */
  readonly run: string;
  /** Recipients that came with a request are NDJSON: each one as it was submitted. */
  readonly format: (typeof audienceFormats)[number];
  /** The header of a CSV, in its order; null for NDJSON. */
  readonly columns: readonly string[] | null;
  readonly delimiter: string | null;
  /** Whether a byte order mark stood before the header of a CSV. */
  readonly bom: boolean;
  readonly shards: number;
  readonly pages: readonly PlannedPage[];
  /** Files of rows that are on no page. */
  readonly asideParts: number;
  readonly aside: readonly string[];
}

/** A page in the stored plan: rows, first key, bytes of keys, bytes of rows. */
const StoredPage = z.tuple([z.int(), z.string(), z.int(), z.int()]);
export type StoredPage = z.infer<typeof StoredPage>;

export const StoredShard = z.array(StoredPage);
export type StoredShard = z.infer<typeof StoredShard>;

export const StoredPlan = z.object({
  format: z.enum(audienceFormats),
  columns: z.array(z.string()).nullable(),
  delimiter: z.string().nullable(),
  bom: z.boolean().default(false),
  aside: z.array(z.string()),
  shards: z.array(StoredShard),
});
export type StoredPlan = z.infer<typeof StoredPlan>;

export function planFile(run: string): FileKey {
  return { fileClass: 'audience', name: `${run}/plan.json` };
}

export function keysFile(run: string, shard: number): FileKey {
  return { fileClass: 'audience', name: `${run}/${shard}.keys` };
}

export function rowsFile(run: string, shard: number): FileKey {
  return { fileClass: 'audience', name: `${run}/${shard}.rows` };
}

export function asideFile(run: string, name: string): FileKey {
  return { fileClass: 'audience', name: `${run}/aside-${name}.ndjson` };
}

/** Plans that are kept: one of 50 million recipients has some megabytes. */
const PLANS_KEPT = 4;
const known = new WeakMap<Gate['files'], Map<string, AudienceIndex>>();

/** Null when the lifecycle of the class has deleted it, or when it is not sorted yet. */
export async function readAudienceIndex(gate: Reads, run: string): Promise<AudienceIndex | null> {
  const plans = known.get(gate.files) ?? new Map<string, AudienceIndex>();
  known.set(gate.files, plans);
  const kept = plans.get(run);
  if (kept !== undefined) return kept;
  const text = await readFile(gate.files, planFile(run));
  if (text === null) return null;
  const index = indexOf(run, StoredPlan.parse(JSON.parse(text)));
  const [oldest] = plans.keys();
  if (plans.size >= PLANS_KEPT && oldest !== undefined) plans.delete(oldest);
  plans.set(run, index);
  return index;
}

export function indexOf(run: string, plan: StoredPlan): AudienceIndex {
  const pages = plan.shards.flatMap((shard, number) => {
    let keysAt = 0;
    let rowsAt = 0;
    return shard.map(([count, firstKey, keyBytes, rowBytes]): PlannedPage => {
      const keys = { start: keysAt, end: (keysAt += keyBytes) - 1 };
      const rows = { start: rowsAt, end: (rowsAt += rowBytes) - 1 };
      return { shard: number, count, firstKey, keys, rows };
    });
  });
  const { format, columns, delimiter, bom, aside } = plan;
  const written = { run, format, columns, delimiter, bom };
  return { ...written, shards: plan.shards.length, pages, aside, asideParts: aside.length };
}

/** The recipients of a page in the order of their keys, as its decisions are; null when deleted. */
export async function readPageKeys(
  gate: Reads,
  index: AudienceIndex,
  page: number,
): Promise<readonly AudienceRow[] | null> {
  const planned = index.pages[page];
  if (planned === undefined) return null;
  const bytes = await readBytes(gate.files, keysFile(index.run, planned.shard), planned.keys);
  return bytes === null ? null : decodeAudiencePage(bytes);
}

/** The caller's lines of a shard, page by page: row i of a page is recipient i of it. */
export async function* readShardRows(
  gate: Reads,
  index: AudienceIndex,
  shard: number,
): AsyncGenerator<{ readonly page: number; readonly rows: readonly CallerRow[] }> {
  const pages = [...index.pages.entries()].filter(([, planned]) => planned.shard === shard);
  if (pages.length === 0) return;
  const content = await gate.files.get(rowsFile(index.run, shard));
  if (content === null) throw new Error('the rows of an audience are gone');
  const chunks = content[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array(0);
  try {
    for (const [page, { rows }] of pages) {
      const bytes = rows.end - rows.start + 1;
      const taken: Uint8Array[] = [rest];
      let length = rest.length;
      while (length < bytes) {
        const next = await chunks.next();
        if (next.done === true) throw new Error('the rows of an audience end too early');
        taken.push(next.value);
        length += next.value.length;
      }
      const whole = taken.length === 1 ? rest : Buffer.concat(taken);
      rest = whole.subarray(bytes);
      yield { page, rows: decodeCallerRows(whole.subarray(0, bytes)) };
    }
  } finally {
    await chunks.return?.();
  }
}

/** A row that is on no page: it has no identifier of use, or repeats an earlier one. */
export const AsideRow = z.object({
  kind: z.enum(['invalid', 'duplicate']),
  number: z.number().int(),
  ref: z.string().nullable(),
  code: z.string(),
  message: z.string(),
  /** Of a duplicate: an earlier row with the same contact point. */
  repeats: z.number().int().optional(),
  text: z.string(),
});
export type AsideRow = z.infer<typeof AsideRow>;

/**
 * File by file, some rows at a time; within one file in the order in which they were found. A file
 * may have all of a part, and as objects that takes ten times its bytes.
 */
export async function* readAside(
  gate: Reads,
  index: AudienceIndex,
): AsyncGenerator<readonly AsideRow[]> {
  for (const name of index.aside) {
    const content = await gate.files.get(asideFile(index.run, name));
    if (content === null) throw new Error('the rows that are on no page are gone');
    for await (const lines of wholeLines(content)) {
      yield lines.map((line) => AsideRow.parse(JSON.parse(line)));
    }
  }
}

const LF = 0x0a;

/** The lines that are complete with each further piece; the last of a file ends as all others. */
async function* wholeLines(content: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  let rest = Buffer.alloc(0);
  for await (const chunk of content) {
    rest = Buffer.concat([rest, chunk]);
    const end = rest.lastIndexOf(LF);
    if (end < 0) continue;
    yield rest.toString('utf8', 0, end).split('\n');
    rest = rest.subarray(end + 1);
  }
  if (rest.length > 0) throw new Error('a file of rows that are on no page is cut off');
}
