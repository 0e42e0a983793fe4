import * as z from 'zod';
import {
  resultKinds,
  SignedFile,
  type ResultFormat,
  type ResultKind,
} from '../../../shared/contract/clearances.ts';
import type { Gate } from '../gate.ts';
import type { FileKey } from '../ports/files.ts';
import type { Row, Write } from '../ports/tables.ts';
import type { StoredCampaign, Versioned } from './campaign-store.ts';
import { readPartition } from './partition.ts';

/*
 * Table `campaigns`
 *   pk `results/<run>`          sk `<part>`     the result files of one part, once they are written
 *   pk `results-version/<run>`  sk `rewritten`  raised by each part that takes the place of another
 * A part is a shard of the audience (`shard-<6 digits>`), the rows that are on no page (`aside`),
 * or the decision pages (`pages`). It is noted in a transaction that requires the campaign to be
 * as it was read, so nothing of it changes once the clearance is issued; and the clearance is
 * issued in a transaction that requires the parts to be what was signed: all of them were there,
 * and none was written again.
 */

const StoredFile = SignedFile.extend({ kind: z.enum(resultKinds) });
export type StoredFile = z.infer<typeof StoredFile>;

export const StoredPart = z.object({
  /** Which recalls are in it: none, or the hash of their keys. */
  recalls: z.string(),
  /** Reasons of those who were allowed, and are denied because they refused since. */
  recalled: z.record(z.string(), z.number().int()),
  allowed: z.number().int(),
  denied: z.number().int(),
  files: z.array(StoredFile),
  /** Recalls that were known: of two ways to write a shard the one with more is newer. */
  seen: z.number().int().default(0),
  /** When it was noted: what moves is left to its workers. */
  at: z.number(),
  /** Of the decision pages: the Merkle root over them. */
  root: z.string().nullable(),
});
export type StoredPart = z.infer<typeof StoredPart>;
export type WrittenPart = Omit<StoredPart, 'seen' | 'at'>;

export type PartName = 'aside' | 'pages' | `shard-${string}`;

export function shardPart(shard: number): PartName {
  return `shard-${String(shard).padStart(6, '0')}`;
}

/** Every part of a run, in the order of their names. */
export async function readParts(
  gate: Pick<Gate, 'tables'>,
  run: string,
): Promise<ReadonlyMap<string, Versioned<StoredPart>>> {
  const rows = await readPartition(gate, 'campaigns', `results/${run}`);
  return new Map(rows.map((row) => [row.sk, versioned(row)]));
}

export async function readPart(
  gate: Pick<Gate, 'tables'>,
  run: string,
  part: PartName,
): Promise<Versioned<StoredPart> | null> {
  const row = await gate.tables.get('campaigns', { pk: `results/${run}`, sk: part });
  return row === null ? null : versioned(row);
}

function versioned({ body, version }: Row): Versioned<StoredPart> {
  return { value: StoredPart.parse(JSON.parse(String(body))), version };
}

function rewrittenKey(run: string) {
  return { pk: `results-version/${run}`, sk: 'rewritten' };
}

/** To be read before the parts. */
export async function readResultsVersion(gate: Pick<Gate, 'tables'>, run: string): Promise<number> {
  return (await gate.tables.get('campaigns', rewrittenKey(run)))?.version ?? 0;
}

/** No part was written again since this version was read. */
export function resultsUnchanged(run: string, version: number): Write {
  return { kind: 'require-version', table: 'campaigns', key: rewrittenKey(run), version };
}

/** Notes a part in place of what was there, while the campaign is what it was. */
export async function partWrites(
  gate: Pick<Gate, 'tables'>,
  campaign: Versioned<StoredCampaign>,
  part: PartName,
  before: Versioned<StoredPart> | null,
  after: StoredPart,
): Promise<readonly Write[]> {
  const { id, run } = campaign.value;
  const row: Row = {
    ...{ pk: `results/${run}`, sk: part },
    version: (before?.version ?? 0) + 1,
    body: JSON.stringify(after),
  };
  const key = { pk: `campaign/${id}`, sk: 'campaign' };
  const unchanged: Write = {
    ...{ kind: 'require-version', table: 'campaigns', key, version: campaign.version },
  };
  // What was not there yet has held up the clearance: nobody has signed without it.
  if (before === null) return [{ kind: 'put-if-absent', table: 'campaigns', row }, unchanged];
  const version = (await readResultsVersion(gate, run)) + 1;
  const rewritten: Row = { ...rewrittenKey(run), version, body: '' };
  return [
    { kind: 'put-if-version', table: 'campaigns', row },
    { kind: 'put-if-version', table: 'campaigns', row: rewritten },
    unchanged,
  ];
}

/** A file by the name that the manifest gives it. */
export function resultFile(name: string): FileKey {
  return { fileClass: 'result', name };
}

/** The same name has the same rows: a part with other recalls has other names. */
export function resultName(of: {
  readonly run: string;
  readonly part: PartName;
  readonly recalls: string;
  readonly kind: ResultKind;
  readonly format: ResultFormat;
}): string {
  const { run, part, recalls, kind, format } = of;
  const stem = part === 'aside' ? kind : `${part}-${kind}`;
  return `${run}/${stem}${recalls === '' ? '' : `-${recalls}`}.${format}`;
}

export function pagesName(run: string): string {
  return `${run}/pages.bin`;
}

/** The files of a kind that are shown for a format, in the order of the parts. */
export function filesOf(
  parts: ReadonlyMap<string, Versioned<StoredPart>>,
  kind: ResultKind,
  format: ResultFormat,
): readonly SignedFile[] {
  const all = [...parts.values()].flatMap(({ value }) => value.files);
  return all
    .filter((file) => file.kind === kind && (kind === 'pages' || file.format === format))
    .map(({ kind: _kind, ...file }) => file);
}
