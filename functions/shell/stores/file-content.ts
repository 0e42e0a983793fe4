import type { FileKey, Files } from '../ports/files.ts';

/** A whole small file as text; null when it is not there (any more). */
export async function readFile(files: Files, key: FileKey): Promise<string | null> {
  const bytes = await readBytes(files, key);
  return bytes === null ? null : bytes.toString('utf8');
}

/** The same as bytes, or a part of them: both ends are inclusive. */
export async function readBytes(
  files: Files,
  key: FileKey,
  range?: { readonly start: number; readonly end: number },
): Promise<Buffer | null> {
  const content = await files.get(key, range);
  if (content === null) return null;
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}
