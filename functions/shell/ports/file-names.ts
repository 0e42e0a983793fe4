import { assert } from '../../../shared/kernel/assert.ts';
import { portBounds } from './port-bounds.ts';
import type { FileKey } from './files.ts';

/** Segments joined by `/`, and an extension of one or two parts (`.ndjson.gz`). No dots before. */
const NAME = /^[a-z0-9_-]+(?:\/[a-z0-9_-]+)*(?:\.[a-z0-9]+){0,2}$/;

/** False for a name that could leave its place or that one of the homes could not keep. */
export function isFileName(name: string): boolean {
  return name.length <= portBounds.fileNameCharacters && NAME.test(name);
}

/** Throws for a key with such a name. */
export function checkFileKey(key: FileKey): void {
  assert(isFileName(key.name), `\`${key.name}\` is a file name`);
}

/** Throws unless the range is of at least one byte. */
export function checkFileRange(range: { readonly start: number; readonly end: number }): void {
  assert(
    Number.isSafeInteger(range.start) && Number.isSafeInteger(range.end),
    'a byte range has whole offsets',
  );
  assert(range.start >= 0 && range.start <= range.end, 'a byte range starts before it ends');
}

/** By the extension of a name: what a browser or a client should take the file for. */
export function contentTypeOf({ name }: FileKey): string {
  if (name.endsWith('.csv')) return 'text/csv; charset=utf-8';
  return name.endsWith('.ndjson') ? 'application/x-ndjson' : 'application/octet-stream';
}
