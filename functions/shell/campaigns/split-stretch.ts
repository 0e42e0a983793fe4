import { setImmediate as nextTurn } from 'node:timers/promises';
import { keyRecipient } from '../../../shared/campaign/audience.ts';
import { countAside, type AsideLine } from '../../../shared/campaign/audience-plan.ts';
import { PackedRows } from '../../../shared/campaign/packed-rows.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { ByteWriter } from '../../../shared/kernel/bytes.ts';
import { keyringOf } from '../flows/prepare.ts';
import type { Controller } from '../stores/controller-store.ts';
import type { TaskGate } from '../task-runner.ts';
import { encodePart, writePart } from './part-files.ts';
import { readStretch, type StretchOf } from './read-stretch.ts';
import { writeAside } from './write-audience.ts';

/** A stretch of an upload that is to become a part. */
export interface StretchToSplit extends StretchOf {
  readonly run: string;
  /** Of the part, from its first to its last row. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Of the row before it. */
  readonly number: number;
  /** Whose keys and lists of hashes it is read with. */
  readonly controller: Pick<Controller, 'id' | 'hashLists' | 'identifierKeyVersion'>;
}

/** A short line takes about twice its bytes with its keys. */
const PACKED_FACTOR = 2;

/** What a stretch turned out to be. */
export interface SplitStretch {
  readonly submitted: number;
  /** Rows in the part, and bytes of their lines. */
  readonly kept: number;
  readonly lineBytes: number;
  readonly duplicates: number;
  readonly invalid: number;
}

/**
 * Reads the rows of a stretch, keys them, and writes its part and what is set aside of it; nothing
 * for a stretch whose rows say nothing. Done again it writes the same.
 */
export async function splitStretch(
  gate: Pick<TaskGate, 'files' | 'keys'>,
  stretch: StretchToSplit,
): Promise<SplitStretch> {
  const { run, name, channel } = stretch;
  const hosts = new Map<string, readonly string[]>();
  const keyring = { ...keyringOf(gate, stretch.controller), hosts };
  const rows = new PackedRows(new ByteWriter(PACKED_FACTOR * stretch.bytes.length));
  const set: AsideLine[] = [];
  let read = 0;
  for (const { number, line, read: row } of readStretch(stretch.bytes, stretch.number, stretch)) {
    if (++read % limits.recipientsPerTurn === 0) await nextTurn();
    if (!row.ok) {
      set.push({ code: row.code, number, ref: row.ref, line });
      continue;
    }
    const { recipient } = row;
    const keyed = keyRecipient(recipient, channel, keyring);
    if (keyed.valid) rows.add({ row: keyed.row, number, line });
    else set.push({ code: keyed.code, number, ref: recipient.ref ?? null, line });
  }
  const { bytes, kept, lineBytes, aside } = encodePart(rows);
  const all = [...set, ...aside].sort((a, b) => a.number - b.number);
  const submitted = kept + all.length;
  if (submitted > 0) {
    await Promise.all([writePart(gate, run, name, bytes), writeAside(gate, run, name, all)]);
  }
  return { submitted, kept, lineBytes, ...countAside(all) };
}
