import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildApp } from 'fauxqs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { bundling } from '../../infra/bundling.ts';
import type { FileKey } from '../../functions/shell/ports/files.ts';
import { MINUTE_MS } from '../../shared/kernel/instant.ts';
import type * as bundledFiles from './bundled-files.ts';

/**
 * The bundles are trimmed (credentials, schemas, versions), so what the clients do is tried once
 * more on the trimmed code, against a stand-in for S3.
 */
const server = buildApp({ logger: false });
let directory: string;
let files: Awaited<ReturnType<typeof bundledFiles.openFiles>>;

beforeAll(async () => {
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'id');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_SESSION_TOKEN', 'token');
  directory = await mkdtemp(join(tmpdir(), 'gate-clients-'));
  const outfile = join(directory, 'index.js');
  const entry = fileURLToPath(new URL('bundled-files.ts', import.meta.url));
  await build({ ...bundling, entryPoints: [entry], outfile });
  const loaded: typeof bundledFiles = createRequire(import.meta.url)(outfile);
  files = await loaded.openFiles(await server.listen({ host: '127.0.0.1', port: 0 }));
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

async function read(key: FileKey, range?: { readonly start: number; readonly end: number }) {
  const content = await files.get(key, range);
  if (content === null) return null;
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

it('puts, sizes, reads in parts and deletes a file', async () => {
  const key = { fileClass: 'result', name: 'small' } as const;
  await files.put(key, Buffer.from('0123456789'));
  expect([await files.size(key), await read(key), await read(key, { start: 2, end: 4 })]).toEqual([
    10,
    '0123456789',
    '234',
  ]);
  await files.delete(key);
  expect([await files.size(key), await read(key)]).toEqual([null, null]);
});

it('streams a file of several parts', async () => {
  const key = { fileClass: 'audience', name: 'large' } as const;
  const part = Buffer.alloc(5 * 1024 * 1024, 'x');
  async function* content() {
    for (let count = 0; count < 3; count++) yield part;
  }
  await files.put(key, content());
  expect(await files.size(key)).toBe(3 * part.length);
});

it('signs a link with the session token of the function', async () => {
  const key = { fileClass: 'result', name: 'linked' } as const;
  await files.put(key, Buffer.from('linked'));
  const link = await files.link(key, { method: 'GET', expiresAt: Date.now() + MINUTE_MS });
  expect(link.url).toContain('X-Amz-Security-Token=token');
  expect(await (await fetch(link.url)).text()).toBe('linked');
});
