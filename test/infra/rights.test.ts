import { createSecretKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { breaches } from '../../functions/api/groups/breaches.ts';
import { campaigns } from '../../functions/api/groups/campaigns.ts';
import { clearances } from '../../functions/api/groups/clearances.ts';
import { checks } from '../../functions/api/groups/checks.ts';
import { deliveries } from '../../functions/api/groups/deliveries.ts';
import { deliverySources } from '../../functions/api/groups/delivery-sources.ts';
import { evidence } from '../../functions/api/groups/evidence.ts';
import { facts } from '../../functions/api/groups/facts.ts';
import { imports } from '../../functions/api/groups/imports.ts';
import { operation } from '../../functions/api/groups/operation.ts';
import { permissions } from '../../functions/api/groups/permissions.ts';
import { policies } from '../../functions/api/groups/policies.ts';
import { proofs } from '../../functions/api/groups/proofs.ts';
import { retention } from '../../functions/api/groups/retention.ts';
import { subjects } from '../../functions/api/groups/subjects.ts';
import { webhooks } from '../../functions/api/groups/webhooks.ts';
import {
  createQueueHandler,
  createScheduleHandler,
  workChanges,
} from '../../functions/shell/batch.ts';
import { beginCampaign } from '../../functions/shell/flows/evaluate-campaign.ts';
import type { Gate } from '../../functions/shell/gate.ts';
import { createHttpHandler, type Handle } from '../../functions/shell/http.ts';
import type { AlertAnswer } from '../../functions/shell/ports/alerts.ts';
import { createKeys } from '../../functions/shell/keys.ts';
import { alertToken } from '../../functions/shell/links.ts';
import { createLog } from '../../functions/shell/log.ts';
import { createFolderArchive } from '../../functions/shell/ports/folder-archive.ts';
import { createFolderFiles } from '../../functions/shell/ports/folder-files.ts';
import { createLocalSigner } from '../../functions/shell/ports/local-signer.ts';
import type { IncomingMessage } from '../../functions/shell/ports/queues.ts';
import { openDatabase } from '../../functions/shell/ports/sqlite-database.ts';
import { createSqliteQueues } from '../../functions/shell/ports/sqlite-queues.ts';
import { createSqliteTables } from '../../functions/shell/ports/sqlite-tables.ts';
import { createSqliteTimers } from '../../functions/shell/ports/sqlite-timers.ts';
import { readCampaign } from '../../functions/shell/stores/campaign-store.ts';
import { readController } from '../../functions/shell/stores/controller-store.ts';
import { keepPage, readPage } from '../../functions/shell/stores/decision-store.ts';
import { announcePage } from '../../functions/shell/stores/unsealed-store.ts';
import { alertsOverdue } from '../../functions/workers/alerts-overdue.ts';
import { audienceUploaded } from '../../functions/workers/audience-uploaded.ts';
import { breachDue } from '../../functions/workers/breach-due.ts';
import { clearanceExpired } from '../../functions/workers/clearance-expired.ts';
import { contactPointChanged } from '../../functions/workers/contact-point-changed.ts';
import { evaluationOverdue } from '../../functions/workers/evaluation-overdue.ts';
import { logSealed } from '../../functions/workers/log-sealed.ts';
import { importOverdue } from '../../functions/workers/import-overdue.ts';
import { importStarted } from '../../functions/workers/import-started.ts';
import { listingChanged } from '../../functions/workers/listing-changed.ts';
import { pagePlanned } from '../../functions/workers/page-planned.ts';
import { pagesDecided } from '../../functions/workers/pages-decided.ts';
import { retentionDue } from '../../functions/workers/retention-due.ts';
import { scopeRequested } from '../../functions/workers/scope-requested.ts';
import { sweepPlanned } from '../../functions/workers/sweep-planned.ts';
import { webhookDue } from '../../functions/workers/webhook-due.ts';
import { webhookOverdue } from '../../functions/workers/webhook-overdue.ts';
import { beginSearches, noteWrites } from '../../functions/shell/stores/recall-store.ts';
import { functionNames, type FunctionName } from '../../infra/functions.ts';
import { rights } from '../../infra/rights.ts';
import { CampaignFields } from '../../shared/contract/campaigns.ts';
import { limits } from '../../shared/contract/limits.ts';
import { operationIds, routeOf, routes, type OperationId } from '../../shared/contract/routes.ts';
import type { RoleName } from '../../shared/contract/scopes.ts';
import { BreachClock, BreachPage } from '../../shared/contract/breach-cases.ts';
import {
  AudienceUploaded,
  ImportStarted,
  ListingChanged,
  PagePlanned,
  PagesDecided,
  SweepPlanned,
  WebhookDue,
  type QueueName,
} from '../../shared/contract/workers.ts';
import { newId } from '../../shared/kernel/ids.ts';
import { contactKey } from '../../shared/ledger/contact-key.ts';
import { decisionId as decisionIdOf, parseDecisionId } from '../../shared/log/decision-id.ts';
import {
  DAY_MS,
  formatInstant,
  HOUR_MS,
  MINUTE_MS,
  SECOND_MS,
} from '../../shared/kernel/instant.ts';
import { gatewayEvent } from '../support/gateway-event.ts';
import { lambdaContext } from '../support/lambda-context.ts';
import { limitGate } from '../support/limited-gate.ts';
import { manualClock } from '../support/manual-clock.ts';
import { mailgunSigner } from '../support/signed-deliveries.ts';
import { createTopic } from '../support/sns-topic.ts';

const folder = mkdtempSync(join(tmpdir(), 'gate-rights-'));
const database = openDatabase(':memory:');
const clock = manualClock(Date.parse('2026-11-20T08:00:00Z'));
const queues = createSqliteQueues({ database, clock });
const topic = createTopic(clock.now);
const tables = createSqliteTables({ database, clock });
/** What becomes of an alert by mail or topic. */
let mailed: AlertAnswer = { ok: true };
const whole: Gate = {
  tables,
  queues,
  files: createFolderFiles({
    ...{ folder, clock },
    linkSecret: createSecretKey(Buffer.alloc(32)),
    baseUrl: () => 'http://127.0.0.1',
  }),
  archive: createFolderArchive(join(folder, 'checkpoints')),
  timers: createSqliteTimers({ database, clock, queues }),
  signer: createLocalSigner(generateKeyPairSync('ed25519').privateKey),
  keys: createKeys({
    identifierKeys: [{ version: 1, secret: Buffer.alloc(32, 'k').toString('base64') }],
  }),
  outbound: topic.outbound,
  alerts: { reaches: () => true, send: async () => mailed },
  publicUrl: () => 'https://gate.example.org',
  clock,
  randomBytes,
  log: createLog({ level: 'error', print: () => {}, now: clock.now }),
};

/** Every function under its own rights. */
const limited = new Map(
  functionNames.map((name) => [name, limitGate(whole, new Set(permissionsOf(name)))]),
);

function permissionsOf(name: FunctionName): readonly string[] {
  const { tables, files, sends, timers, signs, seals, keyRing, outbound, alerts } = rights[name];
  return [
    ...Object.entries(tables).flatMap(([table, of]) => of.map((each) => `table ${table} ${each}`)),
    ...Object.entries(files).flatMap(([file, of]) => of.map((each) => `file ${file} ${each}`)),
    ...sends.map((queue) => `send ${queue}`),
    ...timers.map((queue) => `timer ${queue}`),
    ...(signs ? ['signer'] : []),
    ...(seals ? ['archive'] : []),
    ...(keyRing ? ['keys'] : []),
    ...(outbound ? ['outbound'] : []),
    ...(alerts === 'knows' ? ['alerts'] : []),
    ...(alerts === 'sends' ? ['send alerts'] : []),
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
  const handler = createHttpHandler<Operation>(routes, handles, async () => change(gateOf(group)));
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
  'recalls:read': 'marketing-tool',
  'decisions:read': 'dpo',
  'policies:read': 'dpo',
  'policies:write': 'dpo',
  'subjects:read': 'dpo',
  'subjects:erase': 'dpo',
};

const recipient = { ref: 'row-1', id: 'crm-17', email: 'erika@example.org' };
const settings = {
  name: 'Acme',
  establishment: { country: 'DE' },
  timezone: 'Europe/Berlin',
  alerts: [{ kind: 'email', target: 'dpo@example.org' }],
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
  // A target of alerts that is a URL gets a webhook.
  const alerts = [{ kind: 'webhook', target: 'https://hooks.example.org/alerts' }];
  const paged = { params: { id: 'paged' }, body: { ...settings, alerts }, role: 'admin' } as const;
  expect((await send(operation, 'putController', paged)).body).toHaveProperty('webhooks');
  const unpaged = { ...paged, body: settings };
  expect((await send(operation, 'putController', unpaged)).status).toBe(200);
  expect((await send(operation, 'getController', { params, role: 'admin' })).status).toBe(200);
  expect((await send(operation, 'getHealth', {})).status).toBe(200);
  expect((await send(operation, 'getOpenApi', {})).status).toBe(200);
}

function breachOpening(at: string) {
  return {
    ...{ title: 'a list', description: 'lay open', suspectedAt: at, awareAt: at, types: ['C'] },
    ...{ establishment: { country: 'DE' }, timezone: 'Europe/Berlin', role: 'controller' },
    ...{ regimes: ['GDPR', 'DORA'], source: 'monitoring', controller: 'acme' },
  };
}

async function runBreach(): Promise<void> {
  const role = 'incident-responder';
  const at = '2026-11-20T07:00:00Z';
  const severity = {
    ...{ dpc: { kind: 'simple' }, ei: 1, confidentiality: 0, integrity: 0, availability: 0 },
    ...{ malicious: false, individuals: 1, unintelligible: false },
  };
  const opening = breachOpening(at);
  const opens = { role, body: opening, idempotencyKey: 'breach-1' } as const;
  const opened = await send(breaches, 'createBreach', opens);
  expect(opened.status).toBe(201);
  expect((await send(breaches, 'createBreach', opens)).body).toEqual(opened.body);
  const nowhere = { ...opening, controller: 'nowhere' };
  const refused = await send(breaches, 'createBreach', {
    ...{ role, body: nowhere, idempotencyKey: 'breach-2' },
  });
  expect(refused.status).toBe(404);
  const params = { id: String(opened.body['id']) };
  await deliverBreach(params.id);
  const seen = await send(breaches, 'getBreachClock', { params, role });
  const { alerts } = BreachClock.parse(seen.body);
  const firstAlert = { params: { ...params, alertId: alerts[0]?.id ?? '' }, role } as const;
  expect((await send(breaches, 'repeatBreachAlert', firstAlert)).status).toBe(202);
  const notified = { regime: 'GDPR', phase: 'INITIAL', authority: 'LDI NRW', submittedAt: at };
  const classified = { regime: 'DORA', trigger: 'classification', at };
  const exempted = { exception: '34(3)(a)', reasons: 'encrypted' };
  const steps = [
    await send(breaches, 'listBreaches', { role }),
    await send(breaches, 'getBreach', { params, role }),
    await send(breaches, 'getBreachReport', { params, role }),
    await send(breaches, 'getBreachLetter', { params, role }),
    await send(breaches, 'changeBreach', { params, role, body: { facts: { nature: 'a list' } } }),
    await send(breaches, 'setBreachAwareness', {
      ...{ params, role, body: { awareAt: at, basis: 'log files' } },
    }),
    await send(breaches, 'setBreachTrigger', { params, role, body: classified }),
    await send(breaches, 'acknowledgeBreachAlert', firstAlert),
    await send(breaches, 'assessBreach', {
      ...{ params, role, body: { severity, riskDecision: 'RISK' } },
    }),
    await send(breaches, 'notifyBreach', {
      ...{ params, role, body: { ...notified, delayReason: 'a test' } },
    }),
    await send(breaches, 'communicateBreach', { params, role, body: exempted }),
  ];
  expect(steps.map(({ status }) => status)).toEqual(steps.map(() => 200));
  expect((await send(breaches, 'repeatBreachAlert', firstAlert)).status).toBe(409);
  expect((await send(breaches, 'closeBreach', { params, role })).status).toBe(409);
  expect((await send(breaches, 'getBreachRating', { params, role })).status).toBe(409);
  await scopeBreach(params.id);
  await acknowledgeByLink(params.id, alerts[1]?.id ?? '');
  const reopened = { params, role, body: { reason: 'not closed' } } as const;
  expect((await send(breaches, 'reopenBreach', reopened)).status).toBe(409);
}

const campaignHook = {
  url: 'https://hooks.example.org/',
  events: ['campaign.cleared', 'campaign.held', 'clearance.recalled'],
};

/** Asked for, found again after its message was lost, and computed in two calls of the worker. */
async function scopeBreach(breachId: string): Promise<void> {
  const role = 'incident-responder';
  const params = { id: breachId };
  const body = { campaignIds: [await submittedCampaign()] };
  const keyed = { params, role, body, idempotencyKey: 'scope-1' } as const;
  const asked = await send(breaches, 'createBreachScope', keyed);
  expect(asked.status).toBe(202);
  expect(await send(breaches, 'createBreachScope', keyed)).toEqual(asked);
  clock.advance((limits.scopeQuietMinutes + 1) * MINUTE_MS);
  await alertsOverdue(gateOf('worker-alerts-overdue'));
  const message = { breachId, scope: String(asked.body['id']) };
  for (const stopping of [AbortSignal.abort(), null]) {
    const gate = gateOf('worker-scope-requested');
    await scopeRequested(message, stopping === null ? gate : { ...gate, stopping });
  }
  const read = await send(breaches, 'getBreachScope', { params, role });
  expect(read.body).toMatchObject({ state: 'computed', campaigns: 1 });
  const check = { params, role, body: { client: 'nobody' }, idempotencyKey: 'scope-2' } as const;
  const other = await send(breaches, 'createBreachScope', check);
  const gate = gateOf('worker-scope-requested');
  await scopeRequested({ breachId, scope: String(other.body['id']) }, gate);
}

/** A cleared campaign is held, its receiver is told, and the freeze is lifted. */
async function freezeBreach(): Promise<void> {
  const listed = await send(breaches, 'listBreaches', { role: 'dpo' });
  const breachId = BreachPage.parse(listed.body).items[0]?.id ?? '';
  const at = clock.now();
  const schedule = { sendFrom: formatInstant(at), sendUntil: formatInstant(at + HOUR_MS) };
  const small = { ...fields, schedule, audience: { recipients: [recipient] } };
  const cleared = await send(campaigns, 'createCampaign', { body: small });
  expect(cleared.body).toMatchObject({ state: 'cleared' });
  const role = 'incident-responder';
  const body = { campaignIds: [String(cleared.body['id'])] };
  const params = { id: breachId };
  const keyed = { params, role, body, idempotencyKey: 'freeze-1' } as const;
  const frozen = await send(breaches, 'createBreachFreeze', keyed);
  expect(frozen).toMatchObject({ status: 201, body: { held: 1 } });
  expect(await send(breaches, 'createBreachFreeze', keyed)).toEqual(frozen);
  const named = { ...params, freezeId: String(frozen.body['id']) };
  const lifted = await send(breaches, 'liftBreachFreeze', { params: named, role });
  expect(lifted.status).toBe(200);
}

async function submittedCampaign(): Promise<string> {
  const listed = await send(campaigns, 'listCampaigns', {});
  const Page = z.object({ items: z.array(z.object({ id: z.string() })) });
  return Page.parse(listed.body).items[0]?.id ?? '';
}

async function acknowledgeByLink(breachId: string, alertId: string): Promise<void> {
  const params = { token: alertToken(whole.keys, { breachId, alertId }) };
  for (const step of ['showAlert', 'peekAlert', 'clickAlert', 'clickAlert'] as const) {
    expect((await send(breaches, step, { params })).status).toBe(200);
  }
}

/** A receiver, for the alerts that follow. */
async function subscribe(): Promise<void> {
  const params = { id: 'acme', name: 'pager' };
  const body = { url: 'https://hooks.example.org/', events: ['breach.alert'] };
  expect((await send(webhooks, 'putWebhook', { params, body })).status).toBe(200);
  expect((await send(webhooks, 'putWebhook', { params, body })).status).toBe(200);
}

/** What is announced is sent, fails until it is given up, and is sent again by hand. */
async function sendWebhooks(): Promise<void> {
  const sweep = createScheduleHandler(webhookOverdue, async () => gateOf('worker-webhook-overdue'));
  const attempts = 1 + limits.alertRetrySeconds.length;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    await sweep({}, lambdaContext());
    await sendDue();
    clock.advance(DAY_MS);
  }
  const params = { id: 'acme' };
  const listed = await send(webhooks, 'listWebhooks', { params });
  expect(listed.body).toMatchObject({ items: [{ name: 'pager' }] });
  const again = { params: { id: 'acme', name: 'pager' }, idempotencyKey: 'redelivery-1' };
  const revived = await send(webhooks, 'redeliverWebhook', again);
  expect(revived.status).toBe(202);
  expect(Number(revived.body['redelivered'])).toBeGreaterThan(0);
  expect(await send(webhooks, 'redeliverWebhook', again)).toEqual(revived);
  const gone = { params: again.params };
  expect((await send(webhooks, 'deleteWebhook', gone)).status).toBe(200);
  const none = { ...gone, idempotencyKey: 'redelivery-2' };
  expect((await send(webhooks, 'redeliverWebhook', none)).status).toBe(404);
}

async function sendDue(): Promise<void> {
  const messages = await waiting('webhook-due');
  for (const { body } of messages) {
    await webhookDue(WebhookDue.parse(JSON.parse(body)), gateOf('worker-webhook-due'));
  }
}

/** What a mailbox refuses is due in its case before what the case waits for. */
async function refuseAlert(): Promise<void> {
  const at = formatInstant(clock.now());
  const opened = await send(breaches, 'createBreach', {
    role: 'incident-responder',
    body: { ...breachOpening(at), regimes: ['GDPR'] },
    idempotencyKey: 'breach-refused',
  });
  const params = { id: String(opened.body['id']) };
  await deliverBreach(params.id);
  mailed = { ok: false, failure: 'refused' };
  await sendDue();
  mailed = { ok: true };
  const seen = await send(breaches, 'getBreachClock', { params, role: 'dpo' });
  const { alerts } = BreachClock.parse(seen.body);
  expect(alerts.find(({ kind }) => kind === 'undelivered')?.at).toBe(at);
}

async function waiting(queue: QueueName) {
  const all: IncomingMessage[] = [];
  for (;;) {
    const some = await queues.receive(queue, { max: 10, visibilitySeconds: 60 });
    if (some.length === 0) return all;
    all.push(...some);
  }
}

/** As the sweep and the queue do it. */
async function deliverBreach(breachId: string): Promise<void> {
  const sweep = createScheduleHandler(alertsOverdue, async () => gateOf('worker-alerts-overdue'));
  await sweep({}, lambdaContext());
  await breachDue({ breachId }, gateOf('worker-breach-due'));
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

/** What mail services report: a certificate is fetched, a token is marked, and seen again. */
async function reportDeliveries(): Promise<void> {
  const mailgun = mailgunSigner();
  const put = async (vendor: string, body: unknown) =>
    send(deliverySources, 'putDeliverySource', { params: { id: 'acme', vendor }, body });
  expect((await put('ses', { topicArn: topic.topicArn })).status).toBe(200);
  expect((await put('mailgun', mailgun.settings)).status).toBe(200);
  const report = async (vendor: string, text: string) => {
    const request = { params: { vendor }, query: { controller: 'acme' }, text };
    return (await send(deliveries, 'receiveDeliveries', request)).body;
  };
  const mail = { messageId: 'message-1' };
  const delivery = { timestamp: '2026-11-20T07:00:00Z', recipients: [recipient.email] };
  const Message = JSON.stringify({ notificationType: 'Delivery', mail, delivery });
  expect(await report('ses', topic.post({ changes: { Message } }))).toMatchObject({ accepted: 1 });
  const data = {
    event: 'clicked',
    id: 'c-1',
    recipient: recipient.email,
    timestamp: 1_790_000_000,
  };
  const { body: clicked } = mailgun.post(data, clock.now());
  expect(await report('mailgun', clicked)).toMatchObject({ accepted: 1 });
  expect(await report('mailgun', clicked)).toMatchObject({ duplicates: 1 });
  const params = { id: 'acme' };
  expect((await send(deliverySources, 'listDeliverySources', { params })).status).toBe(200);
  const gone = { params: { id: 'acme', vendor: 'mailgun' } };
  expect((await send(deliverySources, 'deleteDeliverySource', gone)).status).toBe(200);
}

/** A request and its confirmation, and somebody who leaves. */
async function permit(): Promise<void> {
  const subject = { id: 'crm-18', email: 'max@example.org', phone: '+493023125018' };
  const data = { consentId: 'c-1', channels: ['SMS'], purposes: ['news'], form: 'active' };
  const body = { controller: 'acme', subject, data, method: 'doi_sms' };
  const keyed = { body, idempotencyKey: 'doi-1' };
  const asked = await send(permissions, 'createDoubleOptIn', keyed);
  expect(asked.status).toBe(201);
  expect(await send(permissions, 'createDoubleOptIn', keyed)).toEqual(asked);
  const nobody = { body: { ...body, controller: 'nobody' }, idempotencyKey: 'doi-2' };
  expect((await send(permissions, 'createDoubleOptIn', nobody)).status).toBe(404);
  clock.advance(SECOND_MS);
  const token = String(asked.body['token']);
  const params = { token };
  expect((await send(permissions, 'showConfirmation', { params })).status).toBe(200);
  expect((await send(permissions, 'peekConfirmation', { params })).status).toBe(200);
  const wrong = { body: { token, code: 'none' } };
  expect((await send(permissions, 'createConfirmation', wrong)).status).toBe(422);
  const right = { body: { token, code: String(asked.body['code']) } };
  expect((await send(permissions, 'createConfirmation', right)).status).toBe(200);
  expect((await send(permissions, 'clickConfirmation', { params })).status).toBe(200);
  const links = { body: { controller: 'acme', recipients: [subject] } };
  expect((await send(permissions, 'createPreferenceLinks', links)).status).toBe(200);
  const leaving = { params: { token: String(asked.body['unsubscribeUrl']).split('/u/')[1] ?? '' } };
  expect((await send(permissions, 'showPreferences', leaving)).status).toBe(200);
  expect((await send(permissions, 'peekPreferences', leaving)).status).toBe(200);
  expect((await send(permissions, 'unsubscribe', leaving)).status).toBe(200);
  expect((await send(permissions, 'unsubscribe', leaving)).status).toBe(200);
}

/** An import that is made, uploaded, started and listed; its worker comes later. */
async function startImport(): Promise<string> {
  const body = { kind: 'events', format: 'ndjson', controller: 'acme' };
  const keyed = { body, idempotencyKey: 'import-1' };
  const created = await send(imports, 'createImport', keyed);
  expect(created.status).toBe(201);
  expect(await send(imports, 'createImport', keyed)).toEqual(created);
  const params = { id: String(created.body['id']) };
  const started = { params, body: { dryRun: false }, idempotencyKey: 'import-2' };
  expect((await send(imports, 'startImport', started)).status).toBe(409);
  const rows = [consent('import-1', { email: 'import@example.org' }), { wrong: true }];
  const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  await whole.files.put({ fileClass: 'upload', name: params.id }, Buffer.from(lines));
  expect((await send(imports, 'startImport', started)).status).toBe(202);
  expect((await send(imports, 'listImports', {})).status).toBe(200);
  return params.id;
}

/** A list of hashes, whose way of hashing is kept with the controller. */
async function importHashes(): Promise<void> {
  const hash = { algorithm: 'sha1', of: 'email' };
  const body = { kind: 'blocklist', format: 'ndjson', controller: 'acme', mapping: { hash } };
  const { body: created } = await send(imports, 'createImport', { body });
  const params = { id: String(created['id']) };
  const line = JSON.stringify({ hash: '0'.repeat(40) });
  await whole.files.put({ fileClass: 'upload', name: params.id }, Buffer.from(line));
  await send(imports, 'startImport', { params });
  const source = { queue: 'import-started', message: ImportStarted } as const;
  const worker = createQueueHandler(source, importStarted, async () =>
    gateOf('worker-import-started'),
  );
  const record = recordOf({ importId: params.id, run: 1 });
  await worker({ Records: [record] }, lambdaContext());
  const read = await send(imports, 'getImport', { params });
  expect(read.body).toMatchObject({ state: 'finished', counts: { applied: 1 } });
}

/** The sweep finds the import, one call is asked to stop, and the next one ends it. */
async function runImport(importId: string): Promise<void> {
  clock.advance(2 * MINUTE_MS);
  const overdue = async () => gateOf('worker-import-overdue');
  await createScheduleHandler(importOverdue, overdue)({}, lambdaContext());
  const source = { queue: 'import-started', message: ImportStarted } as const;
  for (const stopping of [AbortSignal.abort(), null]) {
    const gate = gateOf('worker-import-started');
    const worker = createQueueHandler(source, importStarted, async () =>
      stopping === null ? gate : { ...gate, stopping },
    );
    const done = await worker({ Records: [recordOf({ importId, run: 1 })] }, lambdaContext());
    expect(done).toEqual({ batchItemFailures: [] });
  }
  const read = await send(imports, 'getImport', { params: { id: importId } });
  expect(read.body).toMatchObject({ state: 'finished', counts: { applied: 1, rejected: 1 } });
}

async function submitCampaign(): Promise<string> {
  const hook = { params: { id: 'acme', name: 'crm' }, body: campaignHook };
  expect((await send(webhooks, 'putWebhook', hook)).status).toBe(200);
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
  expect((await send(clearances, 'getClearance', { params: { id } })).status).toBe(200);
  expect((await send(webhooks, 'deleteWebhook', { params: hook.params })).status).toBe(200);
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

/** The sealer, twice, and a page that comes in the moment in which it is given up for lost. */
async function prove(decisionId: string): Promise<void> {
  const seal = (gate: Gate) =>
    createScheduleHandler(logSealed, async () => gate)({}, lambdaContext());
  await seal(gateOf('worker-log-sealed'));
  const place = { run: newId('run', clock.now(), randomBytes(10)), page: 0 };
  const known = parseDecisionId(decisionId);
  const page = known === null ? null : await readPage(whole, known);
  if (page === null) throw new Error('the decision has a page');
  await announcePage(whole, 'acme', place);
  clock.advance((limits.announcementHours + 1) * 60 * MINUTE_MS);
  const gate = gateOf('worker-log-sealed');
  const late: typeof gate.tables.write = async (write) => {
    if (write.kind === 'delete-if-version' && write.key.sk.includes(place.run)) {
      await keepPage(whole, place, page);
    }
    return gate.tables.write(write);
  };
  await seal({ ...gate, tables: { ...gate.tables, write: late } });
  await seal(gate);
  const one = { params: { id: decisionId } };
  expect((await send(proofs, 'getDecisionProof', one)).status).toBe(200);
  const later = { params: { id: decisionIdOf({ ...place, place: 0 }) } };
  expect((await send(proofs, 'getDecisionProof', later)).status).toBe(200);
  expect((await send(proofs, 'listCheckpoints', {})).status).toBe(200);
  expect((await send(proofs, 'getSigningKeys', {})).status).toBe(200);
  expect((await send(proofs, 'getMetricsSummary', { role: 'auditor' })).status).toBe(200);
  const { ref: _, ...person } = recipient;
  const search = { body: { recipient: person }, role: 'auditor' } as const;
  expect((await send(proofs, 'searchAudit', search)).status).toBe(200);
  const replayed = await send(evidence, 'replayDecision', one);
  expect(replayed).toMatchObject({ status: 200, body: { identical: true } });
}

async function report(): Promise<void> {
  const { ref: _, ...person } = recipient;
  for (const format of ['json', 'csv', 'pdf']) {
    const body = { recipient: person, format };
    expect((await send(subjects, 'createSubjectReport', { body })).status).toBe(200);
  }
  for (const format of ['json', 'pdf']) {
    const question = { channel: 'EMAIL', purpose: 'newsletter.fashion', format };
    const body = { recipient: person, ...question };
    expect((await send(subjects, 'createConsentProof', { body })).status).toBe(200);
  }
}

/** Two people on one address: listed, and told apart. */
async function tellApart(): Promise<void> {
  const email = 'shared@example.org';
  const seen = ['crm-20', 'crm-21'].map((id) => consent(`shared-${id}`, { id, email }));
  expect((await send(facts, 'postEvents', { body: { events: seen } })).status).toBe(202);
  const listed = await send(subjects, 'listConflicts', {});
  const Page = z.object({ items: z.array(z.object({ id: z.string() })).length(1) });
  const params = { id: Page.parse(listed.body).items[0]?.id ?? '' };
  const body = { separate: [{ id: 'crm-21' }], reason: 'two people' };
  const keyed = { params, body, idempotencyKey: 'apart-1' };
  const resolved = await send(retention, 'resolveConflict', keyed);
  expect(resolved).toMatchObject({ status: 200, body: { conflicts: [] } });
  expect(await send(retention, 'resolveConflict', keyed)).toEqual(resolved);
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

const uploads = createQueueHandler(
  { queue: 'audience-uploaded', message: AudienceUploaded },
  audienceUploaded,
  async () => gateOf('worker-audience-uploaded'),
);
const pagePlanner = createQueueHandler(
  { queue: 'page-planned', message: PagePlanned },
  pagePlanned,
  async () => gateOf('worker-page-planned'),
);

/** With a receiver for the campaigns that fail. */
async function tellingOfFailures(work: () => Promise<void>): Promise<void> {
  const params = { id: 'acme', name: 'failures' };
  const body = { url: campaignHook.url, events: ['campaign.failed'] };
  expect((await send(webhooks, 'putWebhook', { params, body })).status).toBe(200);
  await work();
  expect((await send(webhooks, 'deleteWebhook', { params })).status).toBe(200);
}

/** A file of recipients: tried out as of another day, read in two calls, and one that is none. */
async function evaluateUpload(): Promise<void> {
  const format = 'ndjson';
  for (const content of [`${JSON.stringify(recipient)}\n{"ref":"nobody"}\n`, '']) {
    const body = { ...fields, audience: { format } };
    const created = await send(campaigns, 'createCampaign', { body });
    expect(created).toMatchObject({ status: 201, body: { state: 'draft' } });
    const campaignId = String(created.body['id']);
    await whole.files.put({ fileClass: 'upload', name: campaignId }, Buffer.from(content));
    const params = { id: campaignId };
    const asOf = '2026-06-01T00:00:00Z';
    for (const start of [{ mode: 'dry_run', asOf }, { mode: 'enforce' }]) {
      const request = { params, body: start };
      if (content !== '')
        expect((await send(clearances, 'estimateCampaign', request)).status).toBe(200);
      expect((await send(campaigns, 'startEvaluation', request)).status).toBe(202);
      expect((await send(campaigns, 'getCampaign', { params })).status).toBe(200);
      await workOnUpload(params.id);
    }
    const read = await send(campaigns, 'getCampaign', { params });
    const state = content === '' ? 'failed' : 'evaluating';
    expect(read.body).toMatchObject({ state });
  }
  await rejectUpload();
}

/** Who decides the last page of a rejected campaign takes its lines away. */
async function rejectUpload(): Promise<void> {
  const message = { ...fields.message, imprint: false };
  const body = { ...fields, message, audience: { format: 'ndjson' } };
  const created = await send(campaigns, 'createCampaign', { body });
  const params = { id: String(created.body['id']) };
  const content = Buffer.from(JSON.stringify(recipient));
  await whole.files.put({ fileClass: 'upload', name: params.id }, content);
  const start = { params, body: { mode: 'enforce' } };
  expect((await send(campaigns, 'startEvaluation', start)).status).toBe(202);
  await workOnUpload(params.id);
  const read = await send(campaigns, 'getCampaign', { params });
  expect(read.body).toMatchObject({ state: 'rejected' });
}

/** What the sweep finds: a file that nobody reads, one whose shard is lost, unwritten results. */
async function sweepUploads(): Promise<void> {
  const overdue = createScheduleHandler(evaluationOverdue, async () =>
    gateOf('worker-evaluation-overdue'),
  );
  const people = Array.from({ length: limits.recipientsPerRequest + 1 }, (_, place) => ({
    ...recipient,
    ...{ id: `crowd-${place}`, email: `crowd-${place}@example.org` },
  }));
  const written = await leaveUnfinished(people);
  await pagePlanned({ campaignId: written.id, run: written.run, page: 0 }, whole);
  await pagesDecided({ campaignId: written.id, run: written.run, part: 0 }, whole);
  const body = { ...fields, audience: { format: 'ndjson' } };
  const created = await send(campaigns, 'createCampaign', { body });
  const campaignId = String(created.body['id']);
  const content = Buffer.from(JSON.stringify(recipient));
  await whole.files.put({ fileClass: 'upload', name: campaignId }, content);
  const params = { id: campaignId };
  const start = { params, body: { mode: 'enforce' } };
  expect((await send(campaigns, 'startEvaluation', start)).status).toBe(202);
  clock.advance(2 * MINUTE_MS);
  await overdue({}, lambdaContext());
  const run = (await readCampaign(whole, campaignId))?.value.run ?? '';
  await audienceUploaded({ campaignId, run, task: 'split' }, whole);
  clock.advance(2 * MINUTE_MS);
  await overdue({}, lambdaContext());
  for (let minute = 0; minute <= limits.evaluationStuckMinutes; minute++) {
    clock.advance(MINUTE_MS);
    await overdue({}, lambdaContext());
  }
  const read = await send(campaigns, 'getCampaign', { params });
  expect(read.body).toMatchObject({ state: 'failed', problem: { title: 'the gate failed' } });
}

/** Read, sorted, decided; the messages themselves are those of its run. */
async function workOnUpload(campaignId: string): Promise<void> {
  const run = (await readCampaign(whole, campaignId))?.value.run ?? '';
  const place = { campaignId, run };
  const handled = { batchItemFailures: [] };
  for (const message of [
    { ...place, task: 'split' },
    { ...place, task: 'sort', shard: 0 },
  ]) {
    expect(await uploads({ Records: [recordOf(message)] }, lambdaContext())).toEqual(handled);
  }
  const page = recordOf({ ...place, page: 0 });
  expect(await pagePlanner({ Records: [page] }, lambdaContext())).toEqual(handled);
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
  const [sendFrom, sendUntil] = [0, DAY_MS].map((ms) => formatInstant(clock.now() + ms));
  const parsed = CampaignFields.parse({ ...fields, schedule: { sendFrom, sendUntil } });
  const requestId = newId('req', clock.now(), randomBytes(10));
  const request = { requestId, controller, fields: parsed, recipients, delaySeconds: 0 };
  return beginCampaign(whole, request);
}

function recordOf(message: object) {
  return {
    messageId: 'message',
    receiptHandle: 'receipt',
    body: JSON.stringify(message),
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
}

async function work(): Promise<void> {
  const hook = { params: { id: 'acme', name: 'crm' }, body: campaignHook };
  expect((await send(webhooks, 'putWebhook', hook)).status).toBe(200);
  await leaveUnfinished([]);
  await decideLeftOver();
  const { ref: _, ...subject } = refuser;
  const origin = { kind: 'own', source: 'webshop', obtainedAt: '2026-03-01T09:12:44Z' };
  const data = { residence: 'DE', recipientType: 'CONSUMER', origin };
  const registered = { ...consent('refuser-2', subject), type: 'subject.registered', data };
  const given = { body: { events: [consent('refuser-1', subject), registered] } };
  expect((await send(facts, 'postEvents', given)).status).toBe(202);
  // Nothing is held any more.
  const put = { params: { id: 'acme' }, body: settings, role: 'admin' } as const;
  expect((await send(operation, 'putController', put)).status).toBe(200);
  await writeResults(await decideLeftOver());
}

/** Found by the sweep, decided by a worker. */
async function decideLeftOver() {
  const { id: campaignId, run } = await leaveUnfinished([refuser]);
  clock.advance(10 * MINUTE_MS);
  const overdue = createScheduleHandler(evaluationOverdue, async () =>
    gateOf('worker-evaluation-overdue'),
  );
  await overdue({}, lambdaContext());
  const source = { queue: 'page-planned', message: PagePlanned } as const;
  const worker = createQueueHandler(source, pagePlanned, async () => gateOf('worker-page-planned'));
  const done = await worker({ Records: [recordOf({ campaignId, run, page: 0 })] }, lambdaContext());
  expect(done).toEqual({ batchItemFailures: [] });
  return { campaignId, run };
}

/** The sweep finds what is not written, and somebody refuses before all of it is. */
async function writeResults(place: { readonly campaignId: string; readonly run: string }) {
  const results = createQueueHandler(
    { queue: 'pages-decided', message: PagesDecided },
    pagesDecided,
    async () => gateOf('worker-pages-decided'),
  );
  for (const part of [0, 'aside', 'pages', 0] as const) {
    if (part === 'pages') await refuse();
    const done = await results({ Records: [recordOf({ ...place, part })] }, lambdaContext());
    expect(done).toEqual({ batchItemFailures: [] });
  }
  const read = await send(campaigns, 'getCampaign', { params: { id: place.campaignId } });
  expect(read.body).toMatchObject({ state: 'cleared', counts: { allowed: 0, denied: 1 } });
}

const refuser = { ref: 'row-9', id: 'crm-9', email: 'nina@example.org' };

/** What the feed of contact points brings while a campaign is being written. */
async function refuse(): Promise<void> {
  const { ref: _, ...subject } = refuser;
  const before = await tables.lastChange('contact-points');
  const withdrawn = { ...consent('refused-1', subject), type: 'consent.withdrawn', data: {} };
  const occurredAt = formatInstant(clock.now());
  const body = { events: [{ ...withdrawn, occurredAt }] };
  expect((await send(facts, 'postEvents', { body })).status).toBe(202);
  await contactPointChanged(whole, await tables.changes('contact-points', before, 100));
}

const callable = ['otto', 'vera', 'emil'].map((name, place) => {
  return { ref: name, id: `crm-${30 + place}`, email: `${name}@${name}.example` };
});

/** A campaign for the next hours, of three who may be written to. */
async function clearCalls(): Promise<string> {
  const schedule = {
    sendFrom: formatInstant(clock.now()),
    sendUntil: formatInstant(clock.now() + 2 * HOUR_MS),
  };
  const body = { ...fields, schedule, audience: { recipients: callable } };
  const created = await send(campaigns, 'createCampaign', { body });
  expect(created.body).toMatchObject({ state: 'cleared', counts: { allowed: 3 } });
  return String(created.body['id']);
}

const wavering = { ref: 'wavering', id: 'crm-40', email: 'wavering@example.org' };

/** Refuses while the request writes its results, so that these are written again. */
async function clearAgain(): Promise<void> {
  const [sendFrom, sendUntil] = [0, HOUR_MS].map((ms) => formatInstant(clock.now() + ms));
  const body = {
    ...{ ...fields, schedule: { sendFrom, sendUntil } },
    audience: { recipients: [wavering] },
  };
  let isTold = false;
  const created = await send(campaigns, 'createCampaign', { body }, (gate) => {
    const put: typeof gate.files.put = async (key, content) => {
      await gate.files.put(key, content);
      if (isTold || key.fileClass !== 'result') return;
      isTold = true;
      await change('consent.withdrawn', { email: wavering.email }, {});
    };
    return { ...gate, files: { ...gate.files, put } };
  });
  expect(created.body).toMatchObject({ state: 'cleared', counts: { allowed: 0, denied: 1 } });
}

/** Changes as the stream brings them to its worker. */
async function change(type: string, subject: object, data: object): Promise<void> {
  const before = await tables.lastChange('contact-points');
  const id = `${type}-${JSON.stringify(subject).length}`;
  const occurredAt = formatInstant(clock.now());
  const fact = { ...consent(id, {}), type, subject, data, occurredAt };
  const told = await send(facts, 'postEvents', { body: { events: [fact] } });
  expect(told.body).toMatchObject({ accepted: 1 });
  const changes = await tables.changes('contact-points', before, 100);
  const gate = gateOf('worker-contact-point-changed');
  expect(await workChanges(gate, changes, contactPointChanged)).toBe(changes.length);
}

/** Recalled at once, by a search, and by the sweep; rechecked, cancelled and expired. */
async function callBack(): Promise<void> {
  const origin = { kind: 'own', source: 'webshop', obtainedAt: '2026-03-01T09:12:44Z' };
  const data = { residence: 'DE', recipientType: 'CONSUMER', origin };
  const known = [...callable, wavering].flatMap(({ ref, ...subject }) => [
    consent(`${ref}-1`, subject),
    { ...consent(`${ref}-2`, subject), type: 'subject.registered', data },
  ]);
  expect((await send(facts, 'postEvents', { body: { events: known } })).body).toMatchObject({
    accepted: known.length,
  });
  await clearAgain();
  const params = { id: await clearCalls() };
  const [otto, , emil] = callable;
  await change('consent.withdrawn', { email: otto?.email }, {});
  await change('blocklist.entered', { domain: 'vera.example' }, { list: 'hosts' });
  const source = { queue: 'listing-changed', message: ListingChanged } as const;
  for (const stopping of [AbortSignal.abort(), null]) {
    const gate = gateOf('worker-listing-changed');
    const worker = createQueueHandler(source, listingChanged, async () =>
      stopping === null ? gate : { ...gate, stopping },
    );
    const record = recordOf({ campaignId: params.id });
    expect(await worker({ Records: [record] }, lambdaContext())).toEqual({ batchItemFailures: [] });
  }
  expect(await recallsOf(params.id)).toBe(2);
  const body = { recipients: [...callable, recipient] };
  const keyed = { params, body, idempotencyKey: 'recheck-1' };
  const rechecked = await send(checks, 'createRecheck', keyed);
  expect(rechecked.status).toBe(200);
  expect(await send(checks, 'createRecheck', keyed)).toEqual(rechecked);
  await leaveNote(params.id, emil?.email ?? '');
  await expireClearances();
  expect(await recallsOf(params.id)).toBe(3);
  clock.advance(3 * HOUR_MS);
  await expireClearances();
  const read = await send(campaigns, 'getCampaign', { params });
  expect(read.body).toMatchObject({ state: 'expired' });
  const draft = { ...fields, audience: { format: 'ndjson' } };
  const created = await send(campaigns, 'createCampaign', { body: draft });
  const gone = { params: { id: String(created.body['id']) } };
  expect((await send(clearances, 'cancelCampaign', gone)).status).toBe(200);
  // A cleared one is off the list of live ones, and a retry finds the answer.
  const at = clock.now();
  const schedule = { sendFrom: formatInstant(at), sendUntil: formatInstant(at + HOUR_MS) };
  const small = { ...fields, schedule, audience: { recipients: [recipient] } };
  const other = await send(campaigns, 'createCampaign', { body: small });
  expect(other.body).toMatchObject({ state: 'cleared' });
  const cleared = { params: { id: String(other.body['id']) }, idempotencyKey: 'cancel-1' };
  const cancelled = await send(clearances, 'cancelCampaign', cleared);
  expect(cancelled).toMatchObject({ status: 200, body: { state: 'cancelled' } });
  expect(await send(clearances, 'cancelCampaign', cleared)).toEqual(cancelled);
  const again = { ...cleared, idempotencyKey: 'cancel-2' };
  expect((await send(clearances, 'cancelCampaign', again)).status).toBe(409);
}

async function recallsOf(id: string): Promise<number> {
  const listed = await send(clearances, 'listRecalls', { params: { id } });
  return z.object({ items: z.array(z.unknown()) }).parse(listed.body).items.length;
}

/** What was noted in the moment of the clearance, and a search whose message was lost. */
async function leaveNote(campaignId: string, email: string): Promise<void> {
  const { key: secret } = whole.keys.current;
  const identifier = { kind: 'email', normalised: email, numberCountry: null } as const;
  const key = contactKey(secret, 'acme', identifier);
  const withdrawn = { ...consent('emil-3', { email }), type: 'consent.withdrawn', data: {} };
  const events = [{ ...withdrawn, occurredAt: formatInstant(clock.now()) }];
  expect((await send(facts, 'postEvents', { body: { events } })).status).toBe(202);
  await tables.transact(await noteWrites(whole, campaignId, [{ key, own: true, searched: null }]));
  await beginSearches(whole, campaignId, [{ key, listing: false }]);
}

async function expireClearances(): Promise<void> {
  const gate = async () => gateOf('worker-clearance-expired');
  await createScheduleHandler(clearanceExpired, gate)({}, lambdaContext());
}

/** Everything of this file ends here: somebody is erased, and years later nothing is left. */
async function forget(): Promise<void> {
  const { ref: _, ...person } = recipient;
  const old = { ...consent('old-1', { email: 'old@example.org' }), type: 'activity.recorded' };
  const active = { ...old, occurredAt: '2019-03-01T09:12:44Z', data: { kind: 'login' } };
  expect((await send(facts, 'postEvents', { body: { events: [active] } })).status).toBe(202);
  const body = { recipient: person, controller: 'acme', reason: 'asked' };
  const keyed = { body, idempotencyKey: 'erasure-1' };
  const erased = await send(retention, 'createErasure', keyed);
  expect(erased).toMatchObject({ status: 201, body: { recipients: { complete: true } } });
  expect(await send(retention, 'createErasure', keyed)).toEqual(erased);
  const elsewhere = { body: { ...body, controller: 'nobody' }, idempotencyKey: 'erasure-2' };
  expect((await send(retention, 'createErasure', elsewhere)).status).toBe(404);
  expect((await send(retention, 'listRetentionDue', {})).status).toBe(200);
  await runSweep();
  clock.advance(6 * 365 * DAY_MS);
  await runSweep();
  expect((await send(retention, 'listRetentionDue', {})).status).toBe(200);
  const due = async () => gateOf('worker-retention-due');
  for (const days of [0, 1]) {
    clock.advance(days * DAY_MS);
    await createScheduleHandler(retentionDue, due)({}, lambdaContext());
  }
}

/** One call of the worker is asked to stop, and the next one ends the sweep. */
async function runSweep(): Promise<void> {
  const created = await send(retention, 'createSweep', { body: { dryRun: false } });
  expect(created.status).toBe(202);
  const params = { id: String(created.body['id']) };
  const source = { queue: 'sweep-planned', message: SweepPlanned } as const;
  for (const stopping of [AbortSignal.abort(), null]) {
    const gate = gateOf('worker-sweep-planned');
    const worker = createQueueHandler(source, sweepPlanned, async () =>
      stopping === null ? gate : { ...gate, stopping },
    );
    const done = await worker({ Records: [recordOf({ sweep: params.id })] }, lambdaContext());
    expect(done).toEqual({ batchItemFailures: [] });
  }
  const read = await send(retention, 'getSweep', { params });
  expect(read.body).toMatchObject({ state: 'finished' });
}

beforeAll(async () => {
  await operate();
  await stateFacts();
  await runImport(await startImport());
  await importHashes();
  await permit();
  await reportDeliveries();
  const campaignId = await submitCampaign();
  const decisionId = await check();
  await lookUp(campaignId, decisionId);
  await prove(decisionId);
  await report();
  await tellApart();
  await govern();
  await tellingOfFailures(async () => {
    await evaluateUpload();
    await sweepUploads();
  });
  await review();
  await subscribe();
  await runBreach();
  await refuseAlert();
  await sendWebhooks();
  await previewBreach();
  await work();
  await callBack();
  await freezeBreach();
  await forget();
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

it('nobody else may delete what the ledger holds', () => {
  const may = functionNames.filter((name) => rights[name].tables.ledger?.includes('delete'));
  expect(may).toEqual(['retention', 'worker-sweep-planned']);
});

it('every route was asked', () => {
  expect([...asked].toSorted()).toEqual([...operationIds()].toSorted());
});
