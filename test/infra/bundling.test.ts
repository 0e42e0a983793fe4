import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { bundleDirectory, bundleFunctions } from '../../infra/bundling.ts';
import { functionNames, type FunctionName } from '../../infra/functions.ts';
import { rights } from '../../infra/rights.ts';

let directory: string;
let bundled: Awaited<ReturnType<typeof bundleFunctions>>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gate-bundles-'));
  bundled = await bundleFunctions(directory);
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

/** The files whose code is in the bundle of a function. */
function contentsOf(name: FunctionName): readonly string[] {
  const [, output] = bundled.outputs.find(([file]) => file.endsWith(`/${name}/index.js`)) ?? [];
  return Object.entries(output?.inputs ?? {})
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([file]) => file);
}

function bundleOf(name: FunctionName): string {
  return join(bundleDirectory(directory, name), 'index.js');
}

function handlerOf(name: FunctionName) {
  const loaded: unknown = createRequire(import.meta.url)(bundleOf(name));
  const { handler } = z.object({ handler: z.unknown() }).parse(loaded);
  if (typeof handler !== 'function') throw new Error(`the bundle of \`${name}\` has no handler`);
  return handler;
}

it('bundles without a warning', () => {
  expect(bundled.warnings).toEqual([]);
});

describe.each(functionNames)('the bundle of %s', (name) => {
  const { files, sends, timers, seals, keyRing, outbound } = rights[name];

  it.each([
    ['client-dynamodb', true],
    ['client-s3', Object.keys(files).length > 0 || seals],
    ['client-sqs', sends.length > 0],
    ['client-scheduler', timers.length > 0],
    ['client-secrets-manager', keyRing],
  ])('carries %s if and only if the function has rights there (%s)', (client, expected) => {
    const clients = contentsOf(name).filter((file) => file.includes(`/@aws-sdk/${client}/`));
    expect(clients.length > 0).toBe(expected);
  });

  it('carries the code to call others if and only if it may', () => {
    const carried = contentsOf(name).includes('functions/shell/ports/outbound-https.ts');
    expect(carried).toBe(outbound);
  });

  it('looks for credentials in the environment only', () => {
    const others = contentsOf(name).filter((file) => file.includes('/credential-provider-'));
    expect(others).toEqual([]);
    expect(contentsOf(name)).toContain('functions/lambda/environment-credentials.ts');
  });

  it('carries no schema of an operation of S3 that is never called', async () => {
    const code = await readFile(bundleOf(name), 'utf8');
    expect(code).not.toContain('PutBucketAcl');
    expect(code.includes('PutObjectRequest')).toBe(Object.keys(files).length > 0 || seals);
  });

  it('loads as CommonJS and has a handler', () => {
    expect(handlerOf(name)).toBeTypeOf('function');
  });
});
