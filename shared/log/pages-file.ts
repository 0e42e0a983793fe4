/*
 * The pages of a run as one file: each page as it was logged, behind its length in four bytes,
 * big-endian. Page n of the run is the nth of the file, from 0.
 */

const LENGTH_BYTES = 4;

/** Far above a page of decisions, which has some 25 kB: what says more is no such file. */
const PAGE_BYTES_MAX = 16 * 1024 * 1024;

export function framedPage(page: Uint8Array): Uint8Array {
  const framed = Buffer.allocUnsafe(LENGTH_BYTES + page.length);
  framed.writeUInt32BE(page.length);
  framed.set(page, LENGTH_BYTES);
  return framed;
}

/** What was given as such a file is another one, or was changed. */
export class BrokenPages extends Error {
  override readonly name = 'BrokenPages';
}

/** The pages of such a file; throws where it ends within one. */
export async function* pagesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    let position = 0;
    while (rest.length - position >= LENGTH_BYTES) {
      const length = rest.readUInt32BE(position);
      if (length > PAGE_BYTES_MAX) throw new BrokenPages('the file of pages has no pages');
      const end = position + LENGTH_BYTES + length;
      if (end > rest.length) break;
      yield rest.subarray(position + LENGTH_BYTES, end);
      position = end;
    }
    rest = rest.subarray(position);
  }
  if (rest.length > 0) throw new BrokenPages('the file of pages ends within a page');
}
