import type { EpochMs } from '../../../shared/kernel/instant.ts';
import type { FileClass } from '../../../shared/contract/files.ts';

/** A file is addressed by its class, which sets how long it is kept, and a name of its own. */
export interface FileKey {
  readonly fileClass: FileClass;
  /** `[a-z0-9_-]` segments joined by `/`, with an optional extension; never personal data. */
  readonly name: string;
}

export interface TimeLimitedLink {
  readonly url: string;
  readonly method: 'GET' | 'PUT';
  readonly headers: Readonly<Record<string, string>>;
  readonly expiresAt: EpochMs;
}

/** Files that may hold personal data: encrypted at rest, deleted by the lifecycle of the class. */
export interface Files {
  /** Streams; a file becomes visible whole or not at all, and replaces an older one. */
  put(key: FileKey, content: AsyncIterable<Uint8Array> | Uint8Array): Promise<void>;
  /**
   * Null when there is no such file. `start` and `end` are byte offsets, both inclusive; what lies
   * behind the last byte is left out. Read the answer to its end, or stop by leaving the loop.
   */
  get(
    key: FileKey,
    range?: { readonly start: number; readonly end: number },
  ): Promise<AsyncIterable<Uint8Array> | null>;
  size(key: FileKey): Promise<number | null>;
  /** Changes when the file is replaced by another one; null where there is none. */
  stamp(key: FileKey): Promise<string | null>;
  delete(key: FileKey): Promise<void>;
  /** A URL that works without other credentials until it expires. */
  link(
    key: FileKey,
    options: { readonly method: 'GET' | 'PUT'; readonly expiresAt: EpochMs },
  ): Promise<TimeLimitedLink>;
}
