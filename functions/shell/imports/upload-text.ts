import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { limits } from '../../../shared/contract/limits.ts';
import type { FileKey, Files } from '../ports/files.ts';
import { UploadProblem } from './upload-problem.ts';

/** RFC 1952, 2.3.1: every gzip file begins with these. */
const GZIP = [0x1f, 0x8b] as const;
/** A ZIP archive, and so an Excel workbook. */
const ZIP = [0x50, 0x4b, 0x03, 0x04] as const;

const INFLATED_CHUNK_BYTES = 256 * 1024;

export interface UploadText {
  /** The text, unpacked where it was packed. */
  readonly chunks: AsyncGenerator<Uint8Array>;
  readonly packed: boolean;
  /** Bytes of the file that were read so far. */
  readonly position: () => number;
}

/**
 * Opens an upload as a stream of the bytes of its text, from an offset of the text on; null when
 * there is no file. What has been packed is known by its first bytes, whatever it is called.
 */
export async function openUpload(files: Files, key: FileKey, from = 0): Promise<UploadText | null> {
  const size = await files.size(key);
  if (size === null) return null;
  const head = await readHead(files, key, size);
  if (startsWith(head, ZIP)) {
    throw new UploadProblem('the file is a ZIP archive or an Excel workbook: upload text or gzip');
  }
  const packed = startsWith(head, GZIP);
  if (packed) {
    const bytes = await files.get(key);
    if (bytes === null) return null;
    const counter = { bytes: 0 };
    const chunks = skip(inflate(counted(bytes, counter), counter), from);
    return { packed, chunks, position: () => counter.bytes };
  }
  if (from >= size) return { packed, chunks: nothing(), position: () => size };
  const bytes = await files.get(key, { start: from, end: size - 1 });
  if (bytes === null) return null;
  const counter = { bytes: from };
  return { packed, chunks: counted(bytes, counter), position: () => counter.bytes };
}

interface Counter {
  bytes: number;
}

async function readHead(files: Files, key: FileKey, size: number): Promise<Uint8Array> {
  if (size === 0) return new Uint8Array(0);
  const bytes = await files.get(key, { start: 0, end: Math.min(size, ZIP.length) - 1 });
  const chunks: Uint8Array[] = [];
  if (bytes !== null) for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  counter: Counter,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    counter.bytes += chunk.length;
    yield chunk;
  }
}

/**
 * Unpacks as it is read, within bounds: a few kilobytes can be packed so that they fill a disk. No
 * file of rows becomes a hundred times as long, but small ones that repeat themselves may.
 */
async function* inflate(
  packed: AsyncGenerator<Uint8Array>,
  counter: Readonly<Counter>,
): AsyncGenerator<Uint8Array> {
  let unpacked = 0;
  const source = Readable.from(packed, { objectMode: false });
  const gunzip = createGunzip({ chunkSize: INFLATED_CHUNK_BYTES });
  source.once('error', (cause) => gunzip.destroy(cause));
  try {
    for await (const chunk of source.pipe(gunzip)) {
      unpacked += chunk.length;
      checkInflation(counter.bytes, unpacked);
      yield chunk;
    }
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && /^Z_/.test(String(cause.code))) {
      throw new UploadProblem(`the gzip file is broken behind byte ${unpacked} of its text`, {
        cause,
      });
    }
    throw cause;
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

function checkInflation(packed: number, unpacked: number): void {
  if (unpacked > limits.uploadTextBytes) {
    throw new UploadProblem(`the unpacked file has more than ${limits.uploadTextBytes} bytes`);
  }
  if (unpacked <= limits.inflateFreeBytes) return;
  if (unpacked > packed * limits.inflateRatio) {
    throw new UploadProblem(
      `the file becomes more than ${limits.inflateRatio} times as long when it is unpacked`,
    );
  }
}

async function* skip(
  chunks: AsyncGenerator<Uint8Array>,
  count: number,
): AsyncGenerator<Uint8Array> {
  let rest = count;
  for await (const chunk of chunks) {
    if (rest >= chunk.length) rest -= chunk.length;
    else if (rest === 0) yield chunk;
    else {
      yield chunk.subarray(rest);
      rest = 0;
    }
  }
}
