import { ImportReceipt } from '../../../shared/contract/imports.ts';
import type { Gate } from '../gate.ts';
import {
  receiptFormats,
  receiptsFile,
  receiptsPart,
  type ReceiptFormat,
  type StoredImport,
} from '../stores/import-store.ts';
import { uploadLines } from './upload-rows.ts';

/** Receipts of one stretch of rows; written before its checkpoint, so that none is missing. */
export async function writePart(
  gate: Pick<Gate, 'files'>,
  stored: StoredImport,
  receipts: readonly ImportReceipt[],
): Promise<void> {
  const lines = receipts.map((receipt) => `${JSON.stringify(receipt)}\n`).join('');
  await gate.files.put(receiptsPart(stored, stored.progress.parts), Buffer.from(lines));
}

/** All parts as one file of each format; done again it makes the same. */
export async function joinParts(gate: Pick<Gate, 'files'>, stored: StoredImport): Promise<void> {
  for (const format of receiptFormats) {
    await gate.files.put(receiptsFile(stored, format), joined(gate, stored, format));
  }
}

export async function deleteParts(gate: Pick<Gate, 'files'>, stored: StoredImport): Promise<void> {
  for (let part = 0; part < stored.progress.parts; part++) {
    await gate.files.delete(receiptsPart(stored, part));
  }
}

async function* joined(
  gate: Pick<Gate, 'files'>,
  stored: StoredImport,
  format: ReceiptFormat,
): AsyncGenerator<Uint8Array> {
  if (format === 'csv') yield Buffer.from('row,code,message,errors\n');
  for (let part = 0; part < stored.progress.parts; part++) {
    const content = await gate.files.get(receiptsPart(stored, part));
    if (content === null) throw new Error('a part of the receipts is gone before its time');
    if (format === 'ndjson') yield* content;
    else yield* asCsv(content);
  }
}

/** Records that are gathered before they are handed on: a stream of single lines is slow. */
const RECORDS_TOGETHER = 500;

async function* asCsv(lines: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let records: string[] = [];
  for await (const { row } of uploadLines(lines)) {
    if (!('line' in row)) throw new Error('a receipt is longer than a row may be');
    records.push(csvOf(ImportReceipt.parse(JSON.parse(row.line))));
    if (records.length < RECORDS_TOGETHER) continue;
    yield Buffer.from(records.join(''));
    records = [];
  }
  yield Buffer.from(records.join(''));
}

function csvOf({ row, code, message, errors = [] }: ImportReceipt): string {
  const details = errors.map((error) => `${error.pointer}: ${error.message}`).join('; ');
  return `${[String(row), code, quoted(message), quoted(details)].join(',')}\n`;
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
