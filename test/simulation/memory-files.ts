import type { FileKey } from '../../functions/shell/ports/files.ts';

/** Files in memory, at once and without a fault. */
export class MemoryFiles {
  readonly #files = new Map<string, Uint8Array>();

  put(key: FileKey, content: Uint8Array): void {
    this.#files.set(nameOf(key), content);
  }

  /** Both ends inclusive; what lies behind the last byte is left out. */
  get(key: FileKey, range?: { readonly start: number; readonly end: number }): Uint8Array | null {
    const content = this.#files.get(nameOf(key));
    if (content === undefined) return null;
    return range === undefined ? content : content.subarray(range.start, range.end + 1);
  }

  size(key: FileKey): number | null {
    return this.#files.get(nameOf(key))?.length ?? null;
  }

  delete(key: FileKey): void {
    this.#files.delete(nameOf(key));
  }

  /** Names of all files, `<class>/<name>`. */
  names(): readonly string[] {
    return [...this.#files.keys()];
  }
}

export function nameOf({ fileClass, name }: FileKey): string {
  return `${fileClass}/${name}`;
}

/** The whole of a stream. */
export async function gathered(
  content: AsyncIterable<Uint8Array> | Uint8Array,
): Promise<Uint8Array> {
  if (content instanceof Uint8Array) return content;
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}
