import * as z from 'zod';
import type { Gate } from '../gate.ts';
import { Held, takeLease, type Holding } from '../lease.ts';
import type { Row, Write } from '../ports/tables.ts';
import type { Versioned } from './campaign-store.ts';

/*
 * Table `campaigns`
 *   pk `campaign/<id>`  sk `<run>/plan`  how far the file of an audience is read
 * It is written by the worker who reads the file, so its version is the worker's lease.
 */

/** How far a file is read: everything up to here lies in parts. */
export const StoredPlanning = z.object({
  campaignId: z.string(),
  run: z.string(),
  /** Bytes of the upload when the evaluation began. */
  uploadBytes: z.number().int(),
  /** What tells it from another file; null where the evaluation began before there was one. */
  uploadStamp: z.string().nullable().default(null),
  /** Where the last row that is done ends in the text, and its number. */
  offset: z.number().int(),
  number: z.number().int(),
  /** Of these bytes of the upload; a packed one is read from its beginning. */
  uploadOffset: z.number().int(),
  /** Lines that end before the place, as an editor counts them. */
  lines: z.number().int(),
  /** The header of a CSV, once it was read. */
  columns: z.array(z.string()).nullable(),
  delimiter: z.string().nullable(),
  /** Whether a byte order mark stood before the header. */
  bom: z.boolean().default(false),
  /** Names of the parts that are written; of those of them that set rows aside. */
  parts: z.array(z.string()),
  asideParts: z.array(z.string()),
  submitted: z.number().int(),
  duplicates: z.number().int(),
  invalid: z.number().int(),
  /** Rows in the parts, and their bytes. */
  rows: z.number().int(),
  bytes: z.number().int(),
  /** Once the file is read: how many shards its rows are sorted in. */
  shards: z.number().int().nullable(),
  movedAt: z.number(),
  lease: z.object({ holder: z.string(), takenAt: z.number(), until: z.number() }).nullable(),
  /** Calls that failed since the last part. */
  attempts: z.number().int(),
  /** Workers that ended with the file in their hands since the last part. */
  deaths: z.number().int().default(0),
});
export type StoredPlanning = z.infer<typeof StoredPlanning>;

export function newPlanning(of: {
  readonly campaignId: string;
  readonly run: string;
  readonly uploadBytes: number;
  readonly uploadStamp: string | null;
  readonly now: number;
}): StoredPlanning {
  return {
    campaignId: of.campaignId,
    run: of.run,
    uploadBytes: of.uploadBytes,
    uploadStamp: of.uploadStamp,
    offset: 0,
    number: 0,
    uploadOffset: 0,
    lines: 0,
    columns: null,
    delimiter: null,
    bom: false,
    parts: [],
    asideParts: [],
    submitted: 0,
    duplicates: 0,
    invalid: 0,
    rows: 0,
    bytes: 0,
    shards: null,
    movedAt: of.now,
    lease: null,
    attempts: 0,
    deaths: 0,
  };
}

function planKey({ campaignId, run }: Pick<StoredPlanning, 'campaignId' | 'run'>) {
  return { pk: `campaign/${campaignId}`, sk: `${run}/plan` };
}

export async function readPlanning(
  gate: Pick<Gate, 'tables'>,
  of: Pick<StoredPlanning, 'campaignId' | 'run'>,
): Promise<Versioned<StoredPlanning> | null> {
  const row = await gate.tables.get('campaigns', planKey(of));
  if (row === null) return null;
  return { value: StoredPlanning.parse(JSON.parse(String(row.body))), version: row.version };
}

export function newPlanningWrite(value: StoredPlanning): Write {
  const row: Row = { ...planKey(value), version: 1, body: JSON.stringify(value) };
  return { kind: 'put-if-absent', table: 'campaigns', row };
}

function planningWrite(before: Versioned<StoredPlanning>, value: StoredPlanning): Write {
  const row: Row = {
    ...planKey(value),
    version: before.version + 1,
    body: JSON.stringify(value),
  };
  return { kind: 'put-if-version', table: 'campaigns', row };
}

/** The file of an audience in the hands of one worker. */
export class HeldPlanning extends Held<StoredPlanning> {
  private constructor(gate: Holding, held: Versioned<StoredPlanning>) {
    super(gate, held, planningWrite);
  }

  /** Null when somebody else was faster. */
  static async take(
    gate: Parameters<typeof takeLease>[0],
    found: Versioned<StoredPlanning>,
  ): Promise<HeldPlanning | null> {
    // Whoever ends a call gives the file back; a lease that is left is that of a dead one.
    const deaths = found.value.deaths + (found.value.lease === null ? 0 : 1);
    const value = { ...found.value, deaths };
    const held = await takeLease(gate, { ...found, value }, planningWrite);
    return held === null ? null : new HeldPlanning(gate, held);
  }
}
