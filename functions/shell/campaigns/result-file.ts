import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { Gate } from '../gate.ts';
import type { FileKey } from '../ports/files.ts';

/** Text that is gathered before it is hashed and handed on: single lines would be slow. */
const BLOCK_CHARACTERS = 256 * 1024;

/** Bytes that wait for the disk or the network while the next are made. */
const WAITING_BYTES = 1024 * 1024;

/** What a file turned out to be. */
export interface WrittenFile {
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * A file that is written as its rows come and hashed on the way, in bounded memory. It becomes
 * visible when it is ended; one without rows is not written at all.
 */
export class ResultFile {
  readonly #files: Gate['files'];
  readonly #key: FileKey;
  readonly #head: string;
  readonly #hash = createHash('sha256');
  #blocks: (string | Uint8Array)[] = [];
  #waiting = 0;
  #rows = 0;
  #bytes = 0;
  #open: { readonly stream: PassThrough; readonly put: Promise<void> } | null = null;

  /** `head` stands before the first row. */
  constructor(files: Gate['files'], key: FileKey, head = '') {
    this.#files = files;
    this.#key = key;
    this.#head = head;
  }

  /** Waits where the file cannot be written as fast as it is made. */
  async add(row: string | Uint8Array): Promise<void> {
    if (this.#rows === 0 && this.#head !== '') this.#keep(this.#head);
    this.#rows++;
    this.#keep(row);
    if (this.#waiting >= BLOCK_CHARACTERS) await this.#flush();
  }

  /** Rows that are one text, to be added at once. */
  async addRows(text: string, rows: number): Promise<void> {
    if (rows === 0) return;
    await this.add(text);
    this.#rows += rows - 1;
  }

  #keep(part: string | Uint8Array): void {
    this.#blocks.push(part);
    this.#waiting += part.length;
  }

  #block(): Buffer {
    const parts = this.#blocks.map((part) => (typeof part === 'string' ? Buffer.from(part) : part));
    this.#blocks = [];
    this.#waiting = 0;
    const bytes = Buffer.concat(parts);
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    return bytes;
  }

  async #flush(): Promise<void> {
    const bytes = this.#block();
    this.#open ??= this.#start();
    const { stream, put } = this.#open;
    if (stream.write(bytes)) return;
    // Who takes the bytes may fail, and would then never ask for more.
    const failed = put.then(() => {
      throw new Error('a file was closed before its end');
    });
    await Promise.race([once(stream, 'drain'), failed]);
  }

  #start() {
    const stream = new PassThrough({ highWaterMark: WAITING_BYTES });
    const put = this.#files.put(this.#key, stream);
    // Whoever waits for it hears of a failure; until then it must not end the process.
    put.catch(() => {});
    stream.on('error', () => {});
    return { stream, put };
  }

  /** Null for a file that has no row and therefore is not there. */
  async end(): Promise<WrittenFile | null> {
    if (this.#rows === 0) return null;
    const last = this.#block();
    if (this.#open === null) await this.#files.put(this.#key, last);
    else {
      const { stream, put } = this.#open;
      stream.end(last);
      await put;
    }
    return { rows: this.#rows, bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  /** Nothing of it becomes visible. */
  async abandon(cause: unknown): Promise<void> {
    if (this.#open === null) return;
    const { stream, put } = this.#open;
    stream.destroy(cause instanceof Error ? cause : new Error('the file was given up'));
    await put.catch(() => {});
  }
}
