import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Context } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { imports } from '../../functions/api/groups/imports.ts';
import { operation } from '../../functions/api/groups/operation.ts';
import { facts } from '../../functions/api/groups/facts.ts';
import { absentArchive, absentOutbound, absentSigner } from '../../functions/shell/absent-ports.ts';
import { createQueueHandler, createScheduleHandler } from '../../functions/shell/batch.ts';
import type { Gate } from '../../functions/shell/gate.ts';
import { createHttpHandler } from '../../functions/shell/http.ts';
import { createKeys } from '../../functions/shell/keys.ts';
import { importOverdue } from '../../functions/workers/import-overdue.ts';
import { importStarted } from '../../functions/workers/import-started.ts';
import { CreatedImport, ImportReceipt, ImportView } from '../../shared/contract/imports.ts';
import { routeOf, routes, type OperationId } from '../../shared/contract/routes.ts';
import type { RoleName } from '../../shared/contract/scopes.ts';
import { ImportStarted } from '../../shared/contract/workers.ts';
import { MINUTE_MS } from '../../shared/kernel/instant.ts';
import { gatewayEvent } from '../support/gateway-event.ts';
import { consentEvents, withdrawal } from '../support/campaign-samples.ts';
import { ndjson } from '../support/import-client.ts';
import { manualClock } from '../support/manual-clock.ts';
import { createStandInPorts } from './stand-ins.ts';

/*
 * One import through the handlers and the workers of the functions, on DynamoDB Local and the S3
 * and SQS stand-in: links that S3 signs, a message that is lost, and one that is delivered twice.
 */

const context: Context = z.any().parse({});
const controller = 'acme';
const clock = manualClock(Date.now());
let ports: Awaited<ReturnType<typeof createStandInPorts>>;
let gate: Gate;

beforeAll(async () => {
  ports = await createStandInPorts({ clock });
  const { tables, queues, files, timers } = ports;
  gate = {
    ...{ tables, queues, files, timers, clock },
    archive: absentArchive,
    outbound: absentOutbound,
    signer: absentSigner,
    keys: createKeys({
      identifierKeys: [{ version: 1, secret: randomBytes(32).toString('base64') }],
    }),
    randomBytes: (count) => randomBytes(count),
    log: { write: () => undefined },
  };
});

afterAll(() => ports.close());

async function call(
  role: RoleName,
  operationId: OperationId,
  request: { readonly params?: Record<string, string>; readonly body?: unknown },
) {
  const handler = createHttpHandler(
    routes,
    { ...imports, ...facts, ...operation },
    async () => gate,
  );
  const { method, path } = routeOf(operationId);
  const event = gatewayEvent({ role, routeKey: `${method} ${path}`, ...request });
  const { statusCode, body } = await handler(event, context);
  return { status: statusCode, body: JSON.parse(body) as unknown };
}

/** Delivers what the queue holds, twice at once, and acknowledges it. */
async function work(): Promise<number> {
  const messages = await gate.queues.receive('import-started', { max: 10, visibilitySeconds: 60 });
  const source = { queue: 'import-started', message: ImportStarted } as const;
  const worker = createQueueHandler(source, importStarted, async () => gate);
  const records = [...messages, ...messages].map(({ id, body }) => ({
    messageId: id,
    receiptHandle: id,
    body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '0',
      SenderId: '',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: '',
    awsRegion: 'eu-central-1',
  }));
  expect(await worker({ Records: records }, context)).toEqual({ batchItemFailures: [] });
  await gate.queues.acknowledge(
    'import-started',
    messages.map(({ receipt }) => receipt),
  );
  return messages.length;
}

describe('an import on AWS', () => {
  const people = Array.from({ length: 600 }, (_, index) => `imported-${index}@example.org`);
  const [refused = ''] = people;

  it('is uploaded by a link, found by the sweep, applied once and receipted', async () => {
    const settings = {
      name: 'Acme',
      establishment: { country: 'DE' },
      timezone: 'Europe/Berlin',
    };
    await call('admin', 'putController', { params: { id: controller }, body: settings });
    await call('consent-source', 'postEvents', {
      body: { events: [withdrawal(controller, refused)] },
    });
    const made = { kind: 'events', format: 'ndjson', controller };
    const created = CreatedImport.parse(
      (await call('consent-source', 'createImport', { body: made })).body,
    );
    const rows = people.flatMap((email) => consentEvents(controller, email));
    const { url, method, headers } = created.upload;
    const content = gzipSync(`${ndjson(rows)}{"broken"\n${ndjson(rows.slice(2, 4))}`);
    expect((await fetch(url, { method, headers, body: content })).status).toBe(200);
    const params = { id: created.id };
    const started = await call('consent-source', 'startImport', { params });
    expect(ImportView.parse(started.body)).toMatchObject({ state: 'running' });
    // The message is lost with a function that never got to it.
    const [lost] = await gate.queues.receive('import-started', { max: 1, visibilitySeconds: 60 });
    await gate.queues.acknowledge('import-started', [lost?.receipt ?? '']);
    clock.advance(2 * MINUTE_MS);
    await createScheduleHandler(importOverdue, async () => gate)({}, context);
    expect(await work()).toBe(1);
    const read = await call('consent-source', 'getImport', { params });
    const view = ImportView.parse(read.body);
    expect(view).toMatchObject({
      state: 'finished',
      counts: {
        rows: 2 * people.length + 3,
        applied: 2 * people.length - 1,
        duplicates: 2,
        rejected: 1,
        conflicts: 1,
      },
    });
    const response = await fetch(view.receipts?.url ?? '');
    const lines = (await response.text()).split('\n').filter((line) => line !== '');
    const receipts = lines.map((line) => ImportReceipt.parse(JSON.parse(line)));
    const count = 2 * people.length;
    expect(receipts.map(({ row, code }) => [row, code])).toEqual([
      [2, 'CONFLICT_NEWER_REFUSAL'],
      [count + 1, 'MALFORMED_JSON'],
      [count + 2, 'DUPLICATE'],
      [count + 3, 'DUPLICATE'],
    ]);
    expect(await gate.files.size({ fileClass: 'upload', name: created.id })).toBeNull();
    // Everything is there: the same once more is known.
    const events = rows.slice(2, 102);
    const again = await call('consent-source', 'postEvents', { body: { events } });
    expect(again.body).toMatchObject({ accepted: 0, duplicates: 100 });
  });

  it('is tried out first, and then started with the same upload', async () => {
    const made = { kind: 'events', format: 'ndjson', controller };
    const reply = await call('consent-source', 'createImport', { body: made });
    const created = CreatedImport.parse(reply.body);
    const { url, method, headers } = created.upload;
    const rows = ['new-1@example.org', 'new-2@example.org'].flatMap((email) =>
      consentEvents(controller, email),
    );
    await fetch(url, { method, headers, body: ndjson(rows) });
    const params = { id: created.id };
    for (const dryRun of [true, false]) {
      await call('consent-source', 'startImport', { params, body: { dryRun } });
      expect(await work()).toBe(1);
      const read = await call('consent-source', 'getImport', { params });
      const view = ImportView.parse(read.body);
      expect(view).toMatchObject({ state: 'finished', dryRun, counts: { applied: 4 } });
      const response = await fetch(view.receipts?.url ?? '');
      expect([response.status, await response.text()]).toEqual([200, '']);
    }
  });
});
