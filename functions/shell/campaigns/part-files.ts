import type { Packed, PackedRows } from '../../../shared/campaign/packed-rows.ts';
import { CONTACT_BUCKETS } from '../../../shared/ledger/contact-key.ts';
import type { Gate } from '../gate.ts';
import type { FileKey } from '../ports/files.ts';
import { readBytes } from '../stores/file-content.ts';

/*
 * A part of an upload, `<run>/part-<first row>-<last row>`: its rows in the order of their keys,
 * and before them where the rows of each bucket begin, four bytes each. So any shard, which is a
 * stretch of buckets, is one stretch of bytes; and how many shards there are need not be known
 * before the file was read to its end. The name says which rows it has, so that whoever writes a
 * part of the same name writes the same.
 */

const OFFSET_BYTES = 4;
const HEAD_BYTES = (CONTACT_BUCKETS + 1) * OFFSET_BYTES;

function partFile(run: string, name: string): FileKey {
  return { fileClass: 'audience', name: `${run}/part-${name}` };
}

/** Rows that repeat an earlier one are not written. */
export async function writePart(
  gate: Pick<Gate, 'files'>,
  run: string,
  name: string,
  part: Uint8Array,
): Promise<void> {
  await gate.files.put(partFile(run, name), part);
}

export function encodePart(rows: PackedRows): Packed {
  const head = new DataView(new ArrayBuffer(HEAD_BYTES));
  let bucket = 0;
  const packed = rows.pack((place, start) => {
    const own = Math.floor(place * CONTACT_BUCKETS);
    for (; bucket <= own; bucket++) head.setUint32(bucket * OFFSET_BYTES, start, true);
  });
  for (; bucket <= CONTACT_BUCKETS; bucket++) {
    head.setUint32(bucket * OFFSET_BYTES, packed.bytes.length, true);
  }
  return { ...packed, bytes: Buffer.concat([new Uint8Array(head.buffer), packed.bytes]) };
}

/** The rows of a stretch of buckets, `to` exclusive. */
export async function readPart(
  gate: Pick<Gate, 'files'>,
  place: { readonly run: string; readonly name: string },
  buckets: { readonly from: number; readonly to: number },
): Promise<Uint8Array> {
  const file = partFile(place.run, place.name);
  const [start, end] = await readOffsets(gate, file, buckets);
  if (start === end) return new Uint8Array(0);
  const range = { start: HEAD_BYTES + start, end: HEAD_BYTES + end - 1 };
  const bytes = await readBytes(gate.files, file, range);
  if (bytes === null || bytes.length !== end - start) throw new PartGone();
  return bytes;
}

/** The lifecycle of its class has deleted it, or nobody has written it. */
class PartGone extends Error {
  constructor() {
    super('a part of an audience is gone');
    this.name = 'PartGone';
  }
}

async function readOffsets(
  gate: Pick<Gate, 'files'>,
  file: FileKey,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<readonly [number, number]> {
  const range = { start: from * OFFSET_BYTES, end: (to + 1) * OFFSET_BYTES - 1 };
  const bytes = await readBytes(gate.files, file, range);
  if (bytes === null || bytes.length !== (to - from + 1) * OFFSET_BYTES) throw new PartGone();
  return [bytes.readUInt32LE(0), bytes.readUInt32LE(bytes.length - OFFSET_BYTES)];
}

export async function deletePart(
  gate: Pick<Gate, 'files'>,
  run: string,
  name: string,
): Promise<void> {
  await gate.files.delete(partFile(run, name));
}
