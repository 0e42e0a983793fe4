import type { StoredUpload } from '../stores/campaign-store.ts';

/** A place between two rows: everything before it is done. */
export interface UploadPlace {
  /** Bytes of the text before it. */
  readonly offset: number;
  readonly number: number;
  /** Line ends before it. */
  readonly lines: number;
}

const LF = 0x0a;
const BOM = [0xef, 0xbb, 0xbf] as const;

/** The bytes of a text, taken from the front; what is not taken stays for the next time. */
export class UploadBytes {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #bytes: Buffer = Buffer.alloc(0);
  #ended = false;
  #offset: number;
  #lines: number;
  /** Rows that were counted so far. */
  number: number;

  constructor(chunks: AsyncGenerator<Uint8Array>, from: UploadPlace) {
    this.#chunks = chunks;
    this.#offset = from.offset;
    this.#lines = from.lines;
    this.number = from.number;
  }

  get bytes(): Buffer {
    return this.#bytes;
  }

  /** Nothing comes behind the bytes. */
  get isEnd(): boolean {
    return this.#ended;
  }

  get place(): UploadPlace {
    return { offset: this.#offset, number: this.number, lines: this.#lines };
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async more(): Promise<void> {
    const next = await this.#chunks.next();
    if (next.done === true) {
      this.#ended = true;
      return;
    }
    const { buffer, byteOffset, length } = next.value;
    const chunk = Buffer.from(buffer, byteOffset, length);
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
  }

  /**
   * A byte order mark, which some programs write before UTF-8 (RFC 3629, section 6). Answers
   * whether there was one.
   */
  async skipBom(): Promise<boolean> {
    while (!this.#ended && this.#bytes.length < BOM.length) await this.more();
    const isThere = BOM.every((byte, index) => this.#bytes[index] === byte);
    if (isThere) this.take(BOM.length);
    return isThere;
  }

  /** The bytes that are passed. */
  take(count: number): Buffer {
    for (let at = this.#bytes.indexOf(LF); at >= 0 && at < count;) {
      this.#lines++;
      at = this.#bytes.indexOf(LF, at + 1);
    }
    this.#offset += count;
    const taken = this.#bytes.subarray(0, count);
    this.#bytes = this.#bytes.subarray(count);
    return taken;
  }

  /** Lines before a byte that is not taken yet, as an editor counts them: the first is 1. */
  lineAt(position: number): number {
    let line = this.#lines + 1;
    for (let at = this.#bytes.indexOf(LF); at >= 0 && at < position; line++) {
      at = this.#bytes.indexOf(LF, at + 1);
    }
    return line;
  }
}

/** Bytes of an upload as text. */
export function decoderOf(
  encoding: StoredUpload['encoding'],
): (bytes: Uint8Array | Buffer) => string {
  if (encoding === 'utf-8') {
    return (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  }
  const decoder = new TextDecoder(encoding);
  return (bytes) => decoder.decode(bytes);
}
