import type { FileKey, Files } from '../ports/files.ts';

/** A whole small file as text; null when it is not there (any more). */
export async function readFile(files: Files, key: FileKey): Promise<string | null> {
  const content = await files.get(key);
  if (content === null) return null;
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
