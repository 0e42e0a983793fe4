import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { access, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from '../../../shared/kernel/assert.ts';
import type { Archive } from './archive.ts';
import { isFileName } from './file-names.ts';

/** Stands for `/` in the name on disk; in no file name. */
const SEPARATOR = '+';

/** An archive in a folder, readable by its owner alone and writable by nobody. */
export function createFolderArchive(folder: string): Archive {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pathOf = (name: string) => {
    assert(isFileName(name), `\`${name}\` is a file name`);
    return join(folder, name.replaceAll('/', SEPARATOR));
  };
  return {
    keep: async (name, content) => {
      const path = pathOf(name);
      // One process has the folder to itself, so nobody comes in between.
      if (await isThere(path)) return;
      const incoming = join(folder, `.${randomUUID()}`);
      try {
        await writeSynced(incoming, content);
        await rename(incoming, path);
      } catch (cause) {
        await rm(incoming, { force: true });
        throw cause;
      }
      await syncFolder(folder);
    },
  };
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return false;
    throw cause;
  }
}

async function writeSynced(path: string, content: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o400);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the entry durable. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
