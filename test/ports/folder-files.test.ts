import { createSecretKey } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { files as keptDays } from '../../shared/contract/files.ts';
import { DAY_MS, HOUR_MS } from '../../shared/kernel/instant.ts';
import { createFolderFiles, type FolderFiles } from '../../functions/shell/ports/folder-files.ts';
import { manualClock } from '../support/manual-clock.ts';
import { describeFilesContract } from './files-contract.ts';

const START = Date.UTC(2026, 10, 22, 3, 4, 5, 678);
const linkSecret = createSecretKey(Buffer.alloc(32, 7));

const folders: string[] = [];
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gate-files-'));
  folders.push(folder);
  return folder;
}
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Serves links as the local HTTP server does. */
async function serve(
  files: FolderFiles,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = '', url = '' } = request;
  const key = files.verifyLink({ method, url });
  if (key === null) {
    response.writeHead(403).end();
  } else if (method === 'PUT') {
    await files.put(key, request);
    response.writeHead(200).end();
  } else {
    Readable.from((await files.get(key)) ?? []).pipe(response.writeHead(200));
  }
}

function listening(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      resolve(`http://127.0.0.1:${port}`);
    });
  });
}

describeFilesContract('folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gate-files-'));
  const clock = manualClock(START);
  let baseUrl = '';
  const files = createFolderFiles({ folder, clock, linkSecret, baseUrl: () => baseUrl });
  const server = createServer((request, response) => {
    serve(files, request, response).catch(() => response.destroy());
  });
  baseUrl = await listening(server);
  return {
    files,
    clock,
    close: async () => {
      server.close();
      server.closeAllConnections();
      rmSync(folder, { recursive: true });
    },
  };
});

function inFolder(folder = newFolder()) {
  const clock = manualClock(START);
  const baseUrl = () => 'http://127.0.0.1:8080';
  return { folder, clock, files: createFolderFiles({ folder, clock, linkSecret, baseUrl }) };
}

describe('the links of a folder', () => {
  const key = { fileClass: 'audience', name: 'cmp_01/upload' } as const;
  const expiresAt = START + HOUR_MS;

  it('open their file for their method until their instant', async () => {
    const { files, clock } = inFolder();
    const { url } = await files.link(key, { method: 'PUT', expiresAt });
    const { pathname, search } = new URL(url);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:8080\/files\/audience\/cmp_01\/upload\?/);
    expect(files.verifyLink({ method: 'PUT', url })).toEqual(key);
    expect(files.verifyLink({ method: 'PUT', url: `${pathname}${search}` })).toEqual(key);
    clock.advance(HOUR_MS);
    expect(files.verifyLink({ method: 'PUT', url })).toEqual(key);
    clock.advance(1);
    expect(files.verifyLink({ method: 'PUT', url })).toBeNull();
  });

  it.each<readonly [string, (url: string) => string]>([
    ['another file', (url) => url.replace('cmp_01', 'cmp_02')],
    ['another class', (url) => url.replace('audience', 'result')],
    ['a later instant', (url) => url.replace(String(expiresAt), String(expiresAt + 1))],
    ['no instant', (url) => url.replace(/expires=\d+&/, '')],
    ['no signature', (url) => url.replace(/&signature=.*/, '')],
    ['a shorter signature', (url) => url.slice(0, -3)],
    ['another signature', (url) => url.replace(/signature=./, 'signature=!')],
    ['a way around', (url) => url.replace('cmp_01', 'cmp_01/../../result')],
    ['no URL at all', () => 'http://['],
  ])('do not open %s', async (_, change) => {
    const { files } = inFolder();
    const { url } = await files.link(key, { method: 'GET', expiresAt });
    expect(change(url)).not.toBe(url);
    expect(files.verifyLink({ method: 'GET', url: change(url) })).toBeNull();
  });

  it('do not open for another method, or under another secret', async () => {
    const { files, folder, clock } = inFolder();
    const { url } = await files.link(key, { method: 'GET', expiresAt });
    expect(files.verifyLink({ method: 'PUT', url })).toBeNull();
    expect(files.verifyLink({ method: 'DELETE', url })).toBeNull();
    const secret = createSecretKey(Buffer.alloc(32, 8));
    const baseUrl = () => 'http://127.0.0.1:8080';
    const other = createFolderFiles({ folder, clock, linkSecret: secret, baseUrl });
    expect(other.verifyLink({ method: 'GET', url })).toBeNull();
  });
});

describe('the files of a folder', () => {
  const key = { fileClass: 'result', name: 'a/b' } as const;

  it('can be read by their owner alone', async () => {
    const { files, folder } = inFolder();
    await files.put(key, Buffer.from('x'));
    expect(statSync(join(folder, 'result')).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'result', 'a+b')).mode & 0o777).toBe(0o600);
  });

  it('leave nothing behind that was not finished', async () => {
    const { files, folder } = inFolder();
    const breaking = async function* () {
      yield Buffer.from('half');
      throw new Error('the source broke');
    };
    await expect(files.put(key, breaking())).rejects.toThrow();
    expect(readdirSync(join(folder, 'incoming'))).toEqual([]);
    writeFileSync(join(folder, 'incoming', 'left by a killed process'), 'personal data');
    inFolder(folder);
    expect(readdirSync(join(folder, 'incoming'))).toEqual([]);
  });

  it('are swept when their class is over, counted from the last put', async () => {
    const { files, clock } = inFolder();
    const later = { fileClass: 'audience', name: 'later' } as const;
    await files.put(key, Buffer.from('x'));
    clock.advance(keptDays.result.keptDays * DAY_MS);
    expect(await files.sweepExpired()).toBe(0);
    await files.put(later, Buffer.from('x'));
    clock.advance(1000);
    expect(await files.sweepExpired()).toBe(1);
    expect(await files.size(key)).toBeNull();
    clock.advance(keptDays.audience.keptDays * DAY_MS);
    expect(await files.sweepExpired()).toBe(1);
    expect(await files.size(later)).toBeNull();
  });

  // Only Linux tells a process of its open files in this way.
  it.runIf(existsSync('/proc/self/fd'))('hold no handle when reading stops early', async () => {
    const { files } = inFolder();
    await files.put(key, new Uint8Array(1_000_000));
    const open = () => readdirSync('/proc/self/fd').length;
    const before = open();
    for (let count = 0; count < 50; count++) {
      await files.get(key);
      for await (const chunk of (await files.get(key)) ?? []) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }
    }
    expect(open()).toBeLessThan(before + 10);
  });
});
