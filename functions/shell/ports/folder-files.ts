import { createHmac, randomUUID, timingSafeEqual, type KeyObject } from 'node:crypto';
import {
  closeSync,
  fsync,
  futimesSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  write,
  writeSync,
} from 'node:fs';
import { open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { assert } from '../../../shared/kernel/assert.ts';
import { fileClasses, files, type FileClass } from '../../../shared/contract/files.ts';
import { DAY_MS, SECOND_MS, type EpochMs } from '../../../shared/kernel/instant.ts';
import type { Clock } from './clock.ts';
import { checkFileKey, checkFileRange, isFileName } from './file-names.ts';
import { portBounds } from './port-bounds.ts';
import type { FileKey, Files, TimeLimitedLink } from './files.ts';

const CHUNK_BYTES = 64 * 1024;

/** Where files lie while they are written: nothing reads there. */
const INCOMING = 'incoming';

/** Stands for `/` in the name on disk, so that `a` and `a/b` can both be files; in no file name. */
const SEPARATOR = '+';

const sync = promisify(fsync);
const writePart = promisify(write);

export interface FolderFiles extends Files {
  /** The file that a link of ours opens for this request, or null when the link does not hold. */
  verifyLink(request: { readonly method: string; readonly url: string }): FileKey | null;
  /** Deletes files older than their class is kept; answers how many. */
  sweepExpired(): Promise<number>;
}

/**
 * Files in a folder, one flat sub-folder for each class, readable by their owner alone. A file is
 * written apart, synced and renamed, so it is there whole or not at all, also after a power cut.
 */
export function createFolderFiles(options: {
  readonly folder: string;
  readonly clock: Clock;
  /** Signs links; a KeyObject, because those sign several times faster than raw bytes. */
  readonly linkSecret: KeyObject;
  /** `http://host:port` of the server that asks verifyLink; known only once that listens. */
  readonly baseUrl: () => string;
}): FolderFiles {
  const { folder, clock, linkSecret, baseUrl } = options;
  // What a process that ended was writing is of no use to anybody and may hold personal data.
  rmSync(join(folder, INCOMING), { recursive: true, force: true });
  for (const name of [INCOMING, ...fileClasses]) {
    mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
  }
  return {
    ...createFolderStore({ folder, clock }),
    link: async (key, { method, expiresAt }) =>
      createLink({ key, method, expiresAt, now: clock.now(), linkSecret, baseUrl: baseUrl() }),
    verifyLink: (request) => verifyLink(request, linkSecret, clock.now()),
    sweepExpired: async () => {
      let count = 0;
      for (const fileClass of fileClasses) {
        count += await sweepClass(join(folder, fileClass), fileClass, clock.now());
      }
      return count;
    },
  };
}

/** The files alone, of a folder that somebody has opened. */
export function createFolderStore(options: {
  readonly folder: string;
  readonly clock: Clock;
}): Omit<Files, 'link'> {
  const { folder, clock } = options;
  const pathOf = (key: FileKey) => {
    checkFileKey(key);
    return join(folder, key.fileClass, key.name.replaceAll('/', SEPARATOR));
  };

  return {
    put: async (key, content) => {
      const path = pathOf(key);
      const incoming = join(folder, INCOMING, randomUUID());
      try {
        await writeWhole(incoming, content, clock.now());
        renameSync(incoming, path);
        await syncFolder(join(folder, key.fileClass));
      } catch (cause) {
        await rm(incoming, { force: true });
        throw cause;
      }
    },
    get: async (key, range) => {
      const path = pathOf(key);
      if (range !== undefined) checkFileRange(range);
      // Opened only when the first byte is asked for, so an answer that is dropped leaks nothing.
      return (await sizeOf(path)) === null ? null : readBytes(path, range);
    },
    size: async (key) => sizeOf(pathOf(key)),
    stamp: async (key) => stampOf(pathOf(key)),
    delete: async (key) => rm(pathOf(key), { force: true }),
  };
}

/**
 * Steps that end in the system's cache take microseconds and are done at once; what waits for the
 * disk or for others is waited for. As promises, all nine steps of a small file would wait a turn
 * of the event loop each, which doubled the time of a check while an import ran (measured).
 */
async function writeWhole(
  path: string,
  content: AsyncIterable<Uint8Array> | Uint8Array,
  now: EpochMs,
): Promise<void> {
  const file = openSync(path, 'wx', 0o600);
  try {
    if (content instanceof Uint8Array) writeAtOnce(file, content);
    else for await (const chunk of content) await writeAll(file, chunk);
    // The sweep goes by this instant; it is the gate's clock that counts, not the file system's.
    futimesSync(file, now / SECOND_MS, now / SECOND_MS);
    await sync(file);
  } finally {
    closeSync(file);
  }
}

function writeAtOnce(file: number, bytes: Uint8Array): void {
  let written = 0;
  // One write may take less than it is given.
  while (written < bytes.length) written += writeSync(file, bytes, written);
}

/** The same for a part of something large, which may have to wait for the disk. */
async function writeAll(file: number, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) written += (await writePart(file, bytes, written)).bytesWritten;
}

/** Makes a rename durable; it is an entry of the folder. */
async function syncFolder(path: string): Promise<void> {
  const folder = openSync(path, 'r');
  try {
    await sync(folder);
  } finally {
    closeSync(folder);
  }
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (cause) {
    if (isMissing(cause)) return null;
    throw cause;
  }
}

/** What a backup keeps as well: files that are put back are the same. */
async function stampOf(path: string): Promise<string | null> {
  try {
    const { size, mtimeMs } = await stat(path);
    return `${size}-${mtimeMs}`;
  } catch (cause) {
    if (isMissing(cause)) return null;
    throw cause;
  }
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
}

async function* readBytes(
  path: string,
  range: { readonly start: number; readonly end: number } | undefined,
): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'r');
  try {
    let position = range?.start ?? 0;
    const end = range === undefined ? Infinity : range.end + 1;
    while (position < end) {
      const buffer = new Uint8Array(Math.min(CHUNK_BYTES, end - position));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

async function sweepClass(path: string, fileClass: FileClass, now: EpochMs): Promise<number> {
  const keptMs = files[fileClass].keptDays * DAY_MS;
  let count = 0;
  for (const name of await readdir(path)) {
    const file = join(path, name);
    try {
      if ((await stat(file)).mtimeMs >= now - keptMs) continue;
      await rm(file);
      count++;
    } catch (cause) {
      // Deleted by somebody else while we looked: that is what we wanted.
      if (!isMissing(cause)) throw cause;
    }
  }
  return count;
}

const LINK_PATH = /^\/files\/([a-z]+)\/([^?]+)$/;

function createLink(link: {
  readonly key: FileKey;
  readonly method: 'GET' | 'PUT';
  readonly expiresAt: EpochMs;
  readonly now: EpochMs;
  readonly linkSecret: KeyObject;
  readonly baseUrl: string;
}): TimeLimitedLink {
  const { key, method, expiresAt, now, linkSecret, baseUrl } = link;
  checkFileKey(key);
  assert(expiresAt > now, 'a link expires in the future');
  assert(expiresAt - now <= portBounds.linkSeconds * SECOND_MS, 'a link lives a week at most');
  const url = new URL(`/files/${key.fileClass}/${key.name}`, baseUrl);
  url.searchParams.set('expires', String(expiresAt));
  const signature = sign({ method, path: url.pathname, expires: String(expiresAt) }, linkSecret);
  url.searchParams.set('signature', signature.toString('base64url'));
  return { url: url.href, method, headers: {}, expiresAt };
}

/**
 * What a link stands for: one method on one file until one instant. The first line keeps the
 * signature from meaning anything elsewhere, should the secret sign other things too.
 */
function sign(
  link: { readonly method: string; readonly path: string; readonly expires: string },
  linkSecret: KeyObject,
): Buffer {
  return createHmac('sha256', linkSecret)
    .update(`file-link\n${link.method}\n${link.path}\n${link.expires}`)
    .digest();
}

function verifyLink(
  request: { readonly method: string; readonly url: string },
  linkSecret: KeyObject,
  now: EpochMs,
): FileKey | null {
  const url = URL.parse(request.url, 'http://localhost');
  if (url === null) return null;
  const expires = url.searchParams.get('expires') ?? '';
  const given = Buffer.from(url.searchParams.get('signature') ?? '', 'base64url');
  const due = sign({ method: request.method, path: url.pathname, expires }, linkSecret);
  // The signature comes first: what it does not cover is not even looked at.
  if (given.length !== due.length || !timingSafeEqual(given, due)) return null;
  if (!/^\d+$/.test(expires) || Number(expires) < now) return null;
  const [, className, name] = LINK_PATH.exec(url.pathname) ?? [];
  const fileClass = fileClasses.find((known) => known === className);
  if (fileClass === undefined || name === undefined || !isFileName(name)) return null;
  return { fileClass, name };
}
