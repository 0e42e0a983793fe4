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
 *   pk `results/<run>`  sk `<part>`  the result files of one part, once they are written
 * A part is a shard of the audience (`shard-<6 digits>`), the rows that are on no page (`aside`),
 * or the decision pages (`pages`). It is noted in a transaction that requires the campaign to be
 * as it was read, so nothing of it changes once the clearance is issued.
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
  /** When it was noted: what moves is left to its workers. */
  at: z.number(),
  /** Of the decision pages: the Merkle root over them. */
  root: z.string().nullable(),
});
export type StoredPart = z.infer<typeof StoredPart>;
export type WrittenPart = Omit<StoredPart, 'at'>;

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

/** Notes a part in place of what was there, while the campaign is what it was. */
export function partWrites(
  campaign: Versioned<StoredCampaign>,
  part: PartName,
  before: Versioned<StoredPart> | null,
  after: StoredPart,
): readonly Write[] {
  const { id, run } = campaign.value;
  const row: Row = {
    ...{ pk: `results/${run}`, sk: part },
    version: (before?.version ?? 0) + 1,
    body: JSON.stringify(after),
  };
  const key = { pk: `campaign/${id}`, sk: 'campaign' };
  return [
    { kind: before === null ? 'put-if-absent' : 'put-if-version', table: 'campaigns', row },
    { kind: 'require-version', table: 'campaigns', key, version: campaign.version },
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
