import { rowKey } from '../../../shared/campaign/audience.ts';
import { readKey, readRow, writeKey, writeRow } from '../../../shared/campaign/audience-page.ts';
import type { KeyedRow } from '../../../shared/campaign/audience-plan.ts';
import { assert } from '../../../shared/kernel/assert.ts';
import { ByteReader, ByteWriter } from '../../../shared/kernel/bytes.ts';
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
/** Digits of a key that name its bucket. */
const BUCKET_DIGITS = 3;

function partFile(run: string, name: string): FileKey {
  return { fileClass: 'audience', name: `${run}/part-${name}` };
}

/** `rows` in the order of their keys, each key once. */
export async function writePart(
  gate: Pick<Gate, 'files'>,
  run: string,
  name: string,
  rows: readonly KeyedRow[],
): Promise<void> {
  await gate.files.put(partFile(run, name), encodePart(rows));
}

export function encodePart(rows: readonly KeyedRow[]): Uint8Array {
  const head = new DataView(new ArrayBuffer(HEAD_BYTES));
  const writer = new ByteWriter();
  let bucket = 0;
  for (const { row, number, line } of rows) {
    const own = Number.parseInt(rowKey(row).slice(0, BUCKET_DIGITS), 16);
    assert(own >= bucket - 1, 'the rows of a part are in the order of their keys');
    for (; bucket <= own; bucket++) head.setUint32(bucket * OFFSET_BYTES, writer.length, true);
    writeRow(writer, row, (key) => writeKey(writer, key));
    writer.unsigned(number);
    writer.unsigned(line.length);
    writer.bytes(line);
  }
  for (; bucket <= CONTACT_BUCKETS; bucket++) {
    head.setUint32(bucket * OFFSET_BYTES, writer.length, true);
  }
  return Buffer.concat([new Uint8Array(head.buffer), writer.finish()]);
}

/** The rows of a stretch of buckets, `to` exclusive. */
export async function readPart(
  gate: Pick<Gate, 'files'>,
  place: { readonly run: string; readonly name: string },
  buckets: { readonly from: number; readonly to: number },
): Promise<readonly KeyedRow[]> {
  const file = partFile(place.run, place.name);
  const [start, end] = await readOffsets(gate, file, buckets);
  if (start === end) return [];
  const range = { start: HEAD_BYTES + start, end: HEAD_BYTES + end - 1 };
  const bytes = await readBytes(gate.files, file, range);
  if (bytes === null || bytes.length !== end - start) throw new PartGone();
  return decodeRows(bytes);
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

export function decodeRows(bytes: Uint8Array): readonly KeyedRow[] {
  const reader = new ByteReader(bytes);
  const rows: KeyedRow[] = [];
  while (!reader.atEnd) {
    const row = readRow(reader, () => readKey(reader));
    const number = reader.unsigned();
    rows.push({ row, number, line: reader.bytes(reader.unsigned()) });
  }
  return rows;
}

export async function deletePart(
  gate: Pick<Gate, 'files'>,
  run: string,
  name: string,
): Promise<void> {
  await gate.files.delete(partFile(run, name));
}
