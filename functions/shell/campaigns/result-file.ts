import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { Gate } from '../gate.ts';
import type { FileKey } from '../ports/files.ts';

/** What is gathered before it is hashed and handed on: single lines would be slow. */
const BLOCK_BYTES = 256 * 1024;

/** A character is three bytes at most: one of four is two characters of a text. */
const CHARACTER_BYTES = 3;

/** Bytes that wait for the disk or the network while the next are made. */
const WAITING_BYTES = 256 * 1024;

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
  #block: Buffer | null = null;
  /** Bytes of the block that are filled. */
  #filled = 0;
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
    await this.addRows(row, 1);
  }

  /** Rows that are one text, to be added at once. */
  async addRows(text: string | Uint8Array, rows: number): Promise<void> {
    if (rows === 0) return;
    if (this.#rows === 0 && this.#head !== '') await this.#keep(this.#head);
    this.#rows += rows;
    await this.#keep(text);
  }

  /** Written where it stays: a buffer of its own for every text took a third of the time. */
  async #keep(part: string | Uint8Array): Promise<void> {
    const most = typeof part === 'string' ? part.length * CHARACTER_BYTES : part.length;
    if (this.#block !== null && this.#block.length - this.#filled < most) await this.#flush();
    const block = (this.#block ??= Buffer.allocUnsafeSlow(Math.max(BLOCK_BYTES, most)));
    if (typeof part === 'string') this.#filled += block.write(part, this.#filled, 'utf8');
    else {
      block.set(part, this.#filled);
      this.#filled += part.length;
    }
  }

  #takeBlock(): Buffer {
    const bytes = (this.#block ?? Buffer.alloc(0)).subarray(0, this.#filled);
    this.#block = null;
    this.#filled = 0;
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    return bytes;
  }

  async #flush(): Promise<void> {
    const bytes = this.#takeBlock();
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
    const last = this.#takeBlock();
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
