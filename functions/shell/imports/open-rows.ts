import type { Gate } from '../gate.ts';
import { uploadFile, type StoredImport } from '../stores/import-store.ts';
import { checkedUtf8 } from './check-encoding.ts';
import { UploadProblem } from './upload-problem.ts';
import { openTable, uploadLines, type PlacedRow } from './upload-rows.ts';
import { openUpload } from './upload-text.ts';

export interface OpenRows {
  /** Null for lines. */
  readonly header: readonly string[] | null;
  readonly rows: AsyncGenerator<PlacedRow>;
}

/** The rows of an upload that are not done yet. */
export async function openRows(
  gate: Pick<Gate, 'files'>,
  { id, format, progress }: StoredImport,
): Promise<OpenRows> {
  const { number, offset } = progress;
  if (format === 'csv') {
    const { header, rows } = await openTable((await open(gate, id, 0)).chunks);
    return { header, rows: behind(rows, number) };
  }
  const { chunks } = await open(gate, id, offset);
  return { header: null, rows: uploadLines(chunks, { number, offset }) };
}

/** A table has to be read from its beginning: what lies before is passed over. */
async function* behind(rows: AsyncGenerator<PlacedRow>, number: number): AsyncGenerator<PlacedRow> {
  for await (const placed of rows) if (placed.row.number > number) yield placed;
}

async function open(gate: Pick<Gate, 'files'>, id: string, from: number) {
  const upload = await openUpload(gate.files, uploadFile(id), from);
  if (upload === null) throw new UploadProblem('the upload is gone');
  return upload;
}

/**
 * Reads an upload once from beginning to end before the first row is applied, so that a file that
 * cannot be read as a whole changes nothing. Answers the bytes of its text; `pulse` is called every
 * now and then and may throw.
 */
export async function checkUpload(
  gate: Pick<Gate, 'files'>,
  { id, format }: StoredImport,
  check: {
    readonly header: (header: readonly string[]) => void;
    readonly pulse: () => Promise<void>;
  },
): Promise<number> {
  const { chunks } = await open(gate, id, 0);
  let bytes = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      await check.pulse();
      yield chunk;
    }
  }
  const text = checkedUtf8(counted());
  if (format === 'csv') {
    const { header, rows } = await openTable(text);
    check.header(header);
    for await (const placed of rows) void placed;
  } else {
    for await (const chunk of text) void chunk;
  }
  return bytes;
}
