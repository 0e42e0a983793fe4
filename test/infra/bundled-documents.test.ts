import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { bundleDirectory, bundleFunctions } from '../../infra/bundling.ts';
import { functionNames, type FunctionName } from '../../infra/functions.ts';
import { routeOf } from '../../shared/contract/routes.ts';
import { gatewayEvent } from '../support/gateway-event.ts';
import { lambdaContext } from '../support/lambda-context.ts';
import { readPdf } from '../support/read-pdf.ts';

/**
 * A function that prints needs its fonts beside it, and a library that was never written to be
 * bundled. So it is asked for a document as it is deployed; of AWS there is only as much as a gate
 * without a controller asks for.
 */
const aws = createServer((request, response) => {
  const secret = Buffer.alloc(32, 'k').toString('base64');
  const target = String(request.headers['x-amz-target']);
  const answer = target.startsWith('secretsmanager.')
    ? { SecretString: JSON.stringify({ version: 1, secret }) }
    : { Items: [], Count: 0 };
  request.resume();
  response.setHeader('content-type', 'application/x-amz-json-1.0');
  response.end(JSON.stringify(answer));
});
let directory: string;
let bundled: Awaited<ReturnType<typeof bundleFunctions>>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gate-documents-'));
  bundled = await bundleFunctions(directory);
  await new Promise<void>((done) => aws.listen(0, '127.0.0.1', done));
  const address = aws.address();
  const port = typeof address === 'object' ? address?.port : '';
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${port}`);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'id');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_SESSION_TOKEN', 'token');
  vi.stubEnv('KEY_RING_SECRET_ARN', 'arn:secret');
  vi.stubEnv('TABLE_CONTROLLERS', 'controllers');
});

afterAll(async () => {
  vi.unstubAllEnvs();
  aws.closeAllConnections();
  await new Promise((done) => aws.close(done));
  await rm(directory, { recursive: true, force: true });
});

const Response = z.object({
  statusCode: z.number(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
  isBase64Encoded: z.boolean().optional(),
});

function handlerOf(name: FunctionName) {
  const file = join(bundleDirectory(directory, name), 'index.js');
  const loaded: unknown = createRequire(import.meta.url)(file);
  const { handler } = z.object({ handler: z.unknown() }).parse(loaded);
  if (typeof handler !== 'function') throw new Error('the bundle has no handler');
  return handler;
}

it('answers from its bundle, and knows no route of another function', async () => {
  const handler = handlerOf('operation');
  const ask = (routeKey: string) =>
    handler(gatewayEvent({ role: 'admin', routeKey }), lambdaContext());
  const { method, path } = routeOf('getHealth');
  expect(await ask(`${method} ${path}`)).toMatchObject({ statusCode: 200 });
  expect(await ask('GET /v1/campaigns')).toMatchObject({ statusCode: 404 });
});

it('prints a report from its bundle', async () => {
  const handler = handlerOf('subjects');
  const { method, path } = routeOf('createSubjectReport');
  const body = { recipient: { email: 'erika@example.org' }, format: 'pdf' };
  const event = gatewayEvent({ role: 'dpo', routeKey: `${method} ${path}`, body });
  const answer = Response.parse(await handler(event, lambdaContext()));
  expect(answer).toMatchObject({
    statusCode: 200,
    headers: { 'content-type': 'application/pdf' },
    isBase64Encoded: true,
  });
  const { text, isTagged } = await readPdf(Buffer.from(answer.body, 'base64'));
  expect(text).toContain('Zu den genannten Angaben ist bei uns nichts gespeichert.');
  expect(isTagged).toBe(true);
});

it('has fonts beside the bundles that print, and beside no other', async () => {
  for (const name of functionNames) {
    const folder = bundleDirectory(directory, name);
    const fonts = (await readdir(folder)).filter((file) => file.endsWith('.ttf'));
    const [, output] = bundled.outputs.find(([file]) => file.endsWith(`/${name}/index.js`)) ?? [];
    const prints = Object.keys(output?.inputs ?? {}).some((file) => file.includes('/pdfkit/'));
    expect([name, fonts]).toEqual([name, prints ? ['DejaVuSans-Bold.ttf', 'DejaVuSans.ttf'] : []]);
    // Code that is read at a cold start: fonts within it would be two megabytes more.
    expect((await stat(join(folder, 'index.js'))).size).toBeLessThan(1_400_000);
  }
});
