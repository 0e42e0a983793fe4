import { createSecretKey, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { breaches } from '../../functions/api/groups/breaches.ts';
import { campaigns } from '../../functions/api/groups/campaigns.ts';
import { checks } from '../../functions/api/groups/checks.ts';
import { evidence } from '../../functions/api/groups/evidence.ts';
import { facts } from '../../functions/api/groups/facts.ts';
import { operation } from '../../functions/api/groups/operation.ts';
import { policies } from '../../functions/api/groups/policies.ts';
import { createQueueHandler, createScheduleHandler } from '../../functions/shell/batch.ts';
import { beginCampaign } from '../../functions/shell/flows/evaluate-campaign.ts';
import type { Gate } from '../../functions/shell/gate.ts';
import { createHttpHandler, type Handle } from '../../functions/shell/http.ts';
import { createKeys } from '../../functions/shell/keys.ts';
import { createLog } from '../../functions/shell/log.ts';
import { createFolderFiles } from '../../functions/shell/ports/folder-files.ts';
import { openDatabase } from '../../functions/shell/ports/sqlite-database.ts';
import { createSqliteQueues } from '../../functions/shell/ports/sqlite-queues.ts';
import { createSqliteTables } from '../../functions/shell/ports/sqlite-tables.ts';
import { readController } from '../../functions/shell/stores/controller-store.ts';
import { evaluationOverdue } from '../../functions/workers/evaluation-overdue.ts';
import { pagePlanned } from '../../functions/workers/page-planned.ts';
import { functionNames, type FunctionName } from '../../infra/functions.ts';
import { rights } from '../../infra/rights.ts';
import { CampaignFields } from '../../shared/contract/campaigns.ts';
import { limits } from '../../shared/contract/limits.ts';
import { operationIds, routeOf, type OperationId } from '../../shared/contract/routes.ts';
import type { RoleName } from '../../shared/contract/scopes.ts';
import { PagePlanned } from '../../shared/contract/workers.ts';
import { newId } from '../../shared/kernel/ids.ts';
import { MINUTE_MS, SECOND_MS } from '../../shared/kernel/instant.ts';
import { absentTimers } from '../../functions/shell/absent-ports.ts';
import { gatewayEvent } from '../support/gateway-event.ts';
import { lambdaContext } from '../support/lambda-context.ts';
import { limitGate } from '../support/limited-gate.ts';
import { manualClock } from '../support/manual-clock.ts';

const folder = mkdtempSync(join(tmpdir(), 'gate-rights-'));
const database = openDatabase(':memory:');
const clock = manualClock(Date.parse('2026-11-20T08:00:00Z'));
const whole: Gate = {
  tables: createSqliteTables({ database, clock }),
  queues: createSqliteQueues({ database, clock }),
  files: createFolderFiles({
    ...{ folder, clock },
    linkSecret: createSecretKey(Buffer.alloc(32)),
    baseUrl: () => 'http://127.0.0.1',
  }),
  timers: absentTimers,
  keys: createKeys({
    identifierKeys: [{ version: 1, secret: Buffer.alloc(32, 'k').toString('base64') }],
  }),
  clock,
  randomBytes,
  log: createLog({ level: 'error', print: () => {}, now: clock.now }),
};

/** Every function under its own rights. */
const limited = new Map(
  functionNames.map((name) => [name, limitGate(whole, new Set(permissionsOf(name)))]),
);

function permissionsOf(name: FunctionName): readonly string[] {
  const { tables, files, sends, timers, keyRing } = rights[name];
  return [
    ...Object.entries(tables).flatMap(([table, of]) => of.map((each) => `table ${table} ${each}`)),
    ...Object.entries(files).flatMap(([file, of]) => of.map((each) => `file ${file} ${each}`)),
    ...sends.map((queue) => `send ${queue}`),
    ...timers.map((queue) => `timer ${queue}`),
    ...(keyRing ? ['keys'] : []),
  ];
}

function gateOf(name: FunctionName): Gate {
  const found = limited.get(name);
  if (found === undefined) throw new Error(`there is no function \`${name}\``);
  return found.gate;
}

const Json = z.record(z.string(), z.unknown());

/** Sends a request to the function that its route belongs to, under the rights of that function. */
async function send<Operation extends OperationId>(
  handles: { readonly [Each in Operation]: Handle<Each> },
  operationId: Operation,
  request: Omit<Parameters<typeof gatewayEvent>[0], 'routeKey' | 'role'> & { role?: RoleName },
  change: (gate: Gate) => Gate = (gate) => gate,
) {
  const { method, path, group, scopes } = routeOf(operationId);
  const handler = createHttpHandler<Operation>(handles, async () => change(gateOf(group)));
  const role: RoleName = request.role ?? roleFor[scopes[0] ?? ''] ?? 'admin';
  const event = gatewayEvent({ ...request, role, routeKey: `${method} ${path}` });
  const { statusCode, headers, body } = await handler(event, lambdaContext());
  asked.add(operationId);
  // A page or a document has no fields to read.
  const isJson = /^application\/(problem\+)?json/.test(headers['content-type'] ?? '');
  return { status: statusCode, body: isJson ? Json.parse(JSON.parse(body)) : {} };
}

const asked = new Set<OperationId>();
const roleFor: Readonly<Record<string, RoleName>> = {
  'ledger:write': 'consent-source',
  'campaigns:write': 'marketing-tool',
  'campaigns:read': 'marketing-tool',
  'campaigns:release': 'dpo',
  'checks:write': 'marketing-tool',
  'decisions:read': 'dpo',
  'policies:read': 'dpo',
  'policies:write': 'dpo',
};

const recipient = { ref: 'row-1', id: 'crm-17', email: 'erika@example.org' };
const settings = {
  name: 'Acme',
  establishment: { country: 'DE' },
  timezone: 'Europe/Berlin',
};
const fields = {
  reference: '2026-11-black-friday',
  controller: 'acme',
  advertiser: 'acme',
  advertiserKind: 'commercial',
  channel: 'EMAIL',
  purpose: 'newsletter.fashion',
  productCategory: 'running.socks',
  content: 'advertising',
  message: {
    senderIdentified: true,
    imprint: true,
    optOutNotice: true,
    oneClickUnsubscribe: true,
    art14Notice: false,
    callerIdShown: true,
    containsAdvertising: true,
  },
  profiling: {
    level: 'P0',
    attributes: [],
    specialCategories: false,
    significantEffect: false,
    political: false,
  },
  processors: [],
  assessments: { liaRef: 'LIA-3', dpiaRef: null },
  schedule: { sendFrom: '2026-11-27T08:00:00Z', sendUntil: '2026-11-27T20:00:00Z' },
};

function consent(id: string, subject: Readonly<Record<string, string>>) {
  return {
    id,
    source: 'webshop',
    type: 'consent.confirmed',
    occurredAt: '2026-03-01T09:12:44Z',
    controller: 'acme',
    subject,
    data: {
      consentId: `c-${id}`,
      channels: ['EMAIL'],
      purposes: ['newsletter.fashion'],
      form: 'active',
      wording: { id: 'w-1', version: '1', sha256: 'a'.repeat(64) },
      evidence: { method: 'doi_email', ref: 'log-1' },
    },
  };
}

async function operate(): Promise<void> {
  const params = { id: 'acme' };
  const put = { params, body: settings, role: 'admin' } as const;
  expect((await send(operation, 'putController', put)).status).toBe(200);
  expect((await send(operation, 'putController', put)).status).toBe(200);
  expect((await send(operation, 'getController', { params, role: 'admin' })).status).toBe(200);
  expect((await send(operation, 'getHealth', {})).status).toBe(200);
  expect((await send(operation, 'getOpenApi', {})).status).toBe(200);
}

async function previewBreach(): Promise<void> {
  const role = 'incident-responder';
  const clock = { awareAt: '2026-11-20T12:00:00Z', timezone: 'Europe/Berlin', regime: 'GDPR' };
  const previewed = await send(breaches, 'createClockPreview', { body: clock, role });
  expect(previewed.status).toBe(200);
  const severity = {
    ...{ dpc: { kind: 'simple' }, ei: 1, confidentiality: 0, integrity: 0, availability: 0 },
    ...{ malicious: false, individuals: 1, unintelligible: false },
  };
  const scored = await send(breaches, 'createSeverityPreview', { body: severity, role });
  expect(scored.status).toBe(200);
}

async function stateFacts(): Promise<void> {
  const { ref: _, ...subject } = recipient;
  const body = { events: [consent('shop-1', subject), consent('shop-2', subject)] };
  const keyed = { body, idempotencyKey: 'facts-1' };
  expect((await send(facts, 'postEvents', keyed)).status).toBe(202);
  expect((await send(facts, 'postEvents', keyed)).status).toBe(202);
  // A subject that is known already: its events are folded again.
  const more = { events: [consent('shop-3', subject)] };
  const added = await send(facts, 'postEvents', { body: more, idempotencyKey: 'facts-2' });
  expect(added.body).toMatchObject({ accepted: 1 });
  const nothing = { events: [{ id: 'x' }] };
  const refused = await send(facts, 'postEvents', { body: nothing, idempotencyKey: 'facts-3' });
  expect(refused.status).toBe(422);
}

async function submitCampaign(): Promise<string> {
  const body = { ...fields, audience: { recipients: [recipient] } };
  const keyed = { body, idempotencyKey: 'campaign-1' };
  const created = await send(campaigns, 'createCampaign', keyed);
  expect(created).toMatchObject({ status: 201, body: { state: 'cleared' } });
  expect(await send(campaigns, 'createCampaign', keyed)).toEqual(created);
  const elsewhere = { ...body, controller: 'nobody' };
  const refused = { body: elsewhere, idempotencyKey: 'campaign-2' };
  expect((await send(campaigns, 'createCampaign', refused)).status).toBe(404);
  expect((await send(campaigns, 'listCampaigns', {})).status).toBe(200);
  const id = String(created.body['id']);
  expect((await send(campaigns, 'getCampaign', { params: { id } })).status).toBe(200);
  return id;
}

async function check(): Promise<string> {
  // A policy that nobody was decided under yet: the first check stores it.
  const stricter = { ...settings, policy: { frequency: { electronicPerWeek: 1 } } };
  const put = { params: { id: 'acme' }, body: stricter, role: 'admin' } as const;
  expect((await send(operation, 'putController', put)).status).toBe(200);
  const body = { ...fields, recipients: [recipient] };
  const checked = await send(checks, 'createCheck', { body, idempotencyKey: 'check-1' });
  expect(checked.status).toBe(200);
  const repeated = await send(checks, 'createCheck', { body, idempotencyKey: 'check-1' });
  expect(repeated).toEqual(checked);
  await checkAfterCrash(body);
  const Answer = z.object({
    decisions: z.array(z.object({ id: z.string(), policy: z.object({ revision: z.string() }) })),
  });
  const [decision] = Answer.parse(checked.body).decisions;
  if (decision === undefined) throw new Error('a check of one answers one decision');
  const dry = { ...body, mode: 'dry_run', asOf: '2026-06-01T00:00:00Z' };
  expect((await send(checks, 'createCheck', { body: dry })).status).toBe(200);
  const under = { ...body, mode: 'dry_run', policy: decision.policy.revision };
  expect((await send(checks, 'createCheck', { body: under })).status).toBe(200);
  const elsewhere = { ...body, controller: 'nobody' };
  const refused = { body: elsewhere, idempotencyKey: 'check-2' };
  expect((await send(checks, 'createCheck', refused)).status).toBe(404);
  return decision.id;
}

/** A check that was logged and died before it could answer: its retry reads what was logged. */
async function checkAfterCrash(body: unknown): Promise<void> {
  const request = { body, idempotencyKey: 'check-3' };
  const dying = (gate: Gate): Gate => ({
    ...gate,
    tables: {
      ...gate.tables,
      transact: async (writes) => {
        const isAnswer = writes.some((write) => 'row' in write && /^answer/.test(write.row.sk));
        if (isAnswer) throw new Error('the process ended');
        return gate.tables.transact(writes);
      },
    },
  });
  expect((await send(checks, 'createCheck', request, dying)).status).toBe(500);
  clock.advance(limits.idempotencyLeaseSeconds * SECOND_MS + 1);
  expect((await send(checks, 'createCheck', request)).status).toBe(200);
}

async function lookUp(campaignId: string, decisionId: string): Promise<void> {
  const { ref: _, ...person } = recipient;
  for (const body of [{ recipient: person }, { campaignId }, { controller: 'acme' }]) {
    expect((await send(evidence, 'searchDecisions', { body })).status).toBe(200);
  }
  const detail = await send(evidence, 'getDecision', { params: { id: decisionId } });
  expect(detail).toMatchObject({ status: 200, body: { explanation: 'derived' } });
}

async function govern(): Promise<void> {
  const listed = await send(policies, 'listPolicies', {});
  const Page = z.object({ items: z.array(z.object({ revision: z.string() })) });
  const known = Page.parse(listed.body).items[0]?.revision ?? '';
  expect((await send(policies, 'getPolicy', { params: { revision: known } })).status).toBe(200);
  const body = { controller: 'acme', policy: { ec: { windowMonths: 6 } } };
  const keyed = { body, idempotencyKey: 'draft-1' };
  const drafted = await send(policies, 'draftPolicy', keyed);
  expect(drafted.status).toBe(201);
  expect(await send(policies, 'draftPolicy', keyed)).toEqual(drafted);
  const params = { revision: String(drafted.body['revision']) };
  const own = { params, idempotencyKey: 'release-1' };
  expect((await send(policies, 'releasePolicy', own)).status).toBe(403);
  const released = { ...own, subject: 'a second person' };
  expect((await send(policies, 'releasePolicy', released)).status).toBe(200);
}

/** Held campaigns, and the word of the officer on them. */
async function review(): Promise<void> {
  const held = { ...settings, review: { channels: ['EMAIL'] } };
  const put = { params: { id: 'acme' }, body: held, role: 'admin' } as const;
  expect((await send(operation, 'putController', put)).status).toBe(200);
  for (const step of ['releaseCampaign', 'rejectCampaign'] as const) {
    const body = { ...fields, audience: { recipients: [recipient] } };
    const created = await send(campaigns, 'createCampaign', { body, idempotencyKey: step });
    expect(created.body).toMatchObject({ state: 'held' });
    const params = { id: String(created.body['id']) };
    const word = { params, body: { reason: 'seen' }, idempotencyKey: `${step}-1` };
    expect((await send(campaigns, step, word)).status).toBe(200);
    const search = { body: { campaignId: params.id } };
    expect((await send(evidence, 'searchDecisions', search)).status).toBe(200);
  }
}

/** A campaign whose request died before it decided a page. */
async function leaveUnfinished(recipients: readonly (typeof recipient)[]) {
  const controller = await readController(whole, 'acme');
  if (controller === null) throw new Error('the controller was put before');
  const parsed = CampaignFields.parse(fields);
  const requestId = newId('req', clock.now(), randomBytes(10));
  const request = { requestId, controller, fields: parsed, recipients, delaySeconds: 0 };
  return beginCampaign(whole, request);
}

async function work(): Promise<void> {
  await leaveUnfinished([]);
  const { id: campaignId, run } = await leaveUnfinished([recipient]);
  clock.advance(10 * MINUTE_MS);
  const overdue = createScheduleHandler(evaluationOverdue, async () =>
    gateOf('worker-evaluation-overdue'),
  );
  await overdue({}, lambdaContext());
  const source = { queue: 'page-planned', message: PagePlanned } as const;
  const worker = createQueueHandler(source, pagePlanned, async () => gateOf('worker-page-planned'));
  const record = {
    messageId: 'message',
    receiptHandle: 'receipt',
    body: JSON.stringify({ campaignId, run, page: 0 }),
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '0',
      SenderId: 'sender',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn',
    awsRegion: 'eu-central-1',
  };
  const done = await worker({ Records: [record] }, lambdaContext());
  expect(done).toEqual({ batchItemFailures: [] });
}

beforeAll(async () => {
  await operate();
  await stateFacts();
  const campaignId = await submitCampaign();
  const decisionId = await check();
  await lookUp(campaignId, decisionId);
  await govern();
  await review();
  await previewBreach();
  await work();
});

afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(functionNames)('the rights of %s', (name) => {
  it('are enough for all that it does', () => {
    expect([...(limited.get(name)?.refused ?? [])]).toEqual([]);
  });

  it('are no more than it uses', () => {
    const used = limited.get(name)?.used ?? new Set();
    const unused = permissionsOf(name).filter((permission) => !used.has(permission));
    expect(unused).toEqual([]);
  });
});

it('every route was asked', () => {
  expect([...asked].toSorted()).toEqual([...operationIds()].toSorted());
});
