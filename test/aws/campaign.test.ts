import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Context, SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { campaigns } from '../../functions/api/groups/campaigns.ts';
import { clearances } from '../../functions/api/groups/clearances.ts';
import { checks } from '../../functions/api/groups/checks.ts';
import { evidence } from '../../functions/api/groups/evidence.ts';
import { facts } from '../../functions/api/groups/facts.ts';
import { operation } from '../../functions/api/groups/operation.ts';
import { policies } from '../../functions/api/groups/policies.ts';
import { proofs } from '../../functions/api/groups/proofs.ts';
import { checkClearance } from '../../functions/embedded/clearance-check.ts';
import { absentOutbound } from '../../functions/shell/absent-ports.ts';
import { createQueueHandler } from '../../functions/shell/batch.ts';
import { beginCampaign } from '../../functions/shell/flows/evaluate-campaign.ts';
import type { Gate } from '../../functions/shell/gate.ts';
import { createHttpHandler } from '../../functions/shell/http.ts';
import { sealLog } from '../../functions/shell/flows/seal-log.ts';
import { createKeys } from '../../functions/shell/keys.ts';
import { createAwsArchive } from '../../functions/shell/ports/aws-archive.ts';
import { createLocalSigner } from '../../functions/shell/ports/local-signer.ts';
import { systemClock } from '../../functions/shell/ports/clock.ts';
import { readController } from '../../functions/shell/stores/controller-store.ts';
import { audienceUploaded } from '../../functions/workers/audience-uploaded.ts';
import { pagePlanned } from '../../functions/workers/page-planned.ts';
import { pagesDecided } from '../../functions/workers/pages-decided.ts';
import { CampaignFields, CampaignView, CreatedCampaign } from '../../shared/contract/campaigns.ts';
import { Clearance } from '../../shared/contract/clearances.ts';
import { DecisionDetail, DecisionList, DecisionPage } from '../../shared/contract/decisions.ts';
import { EventReceipt } from '../../shared/contract/events.ts';
import { AuditPage } from '../../shared/contract/audit.ts';
import { MetricsSummary } from '../../shared/contract/metrics.ts';
import { PolicyDraftView } from '../../shared/contract/policies.ts';
import { CheckpointPage, DecisionProof, Jwks } from '../../shared/contract/proofs.ts';
import { routeOf, routes, type OperationId } from '../../shared/contract/routes.ts';
import type { RoleName } from '../../shared/contract/scopes.ts';
import {
  AudienceUploaded,
  PagePlanned,
  PagesDecided,
  type QueueName,
} from '../../shared/contract/workers.ts';
import { newId } from '../../shared/kernel/ids.ts';
import { chainFault } from '../../shared/log/checkpoint.ts';
import { verifyProof } from '../../shared/log/proof.ts';
import { gatewayEvent } from '../support/gateway-event.ts';
import { campaignFields, consentEvents, withdrawal } from '../support/campaign-samples.ts';
import { createStandInPorts } from './stand-ins.ts';

/*
 * One whole campaign through the handlers and the worker of the functions, on DynamoDB Local and
 * the S3 and SQS stand-in: the program is the same as at home, the ports are those of AWS.
 */

const context: Context = z.any().parse({});
const controller = 'acme';
let ports: Awaited<ReturnType<typeof createStandInPorts>>;
let gate: Gate;

beforeAll(async () => {
  ports = await createStandInPorts();
  gate = {
    tables: ports.tables,
    queues: ports.queues,
    files: ports.files,
    timers: ports.timers,
    keys: createKeys({
      identifierKeys: [{ version: 1, secret: randomBytes(32).toString('base64') }],
    }),
    archive: createAwsArchive({ client: ports.standIns.s3, bucket: ports.standIns.bucket }),
    outbound: absentOutbound,
    signer: createLocalSigner(generateKeyPairSync('ed25519').privateKey),
    clock: systemClock,
    randomBytes: (count) => randomBytes(count),
    log: { write: () => undefined },
  };
});

afterAll(async () => {
  await ports.close();
});

async function call(
  role: RoleName,
  operationId: OperationId,
  request: {
    readonly params?: Record<string, string>;
    readonly body?: unknown;
    readonly subject?: string;
    readonly query?: Record<string, string>;
    key?: string;
  },
) {
  const handles = {
    ...facts,
    ...campaigns,
    ...clearances,
    ...checks,
    ...evidence,
    ...proofs,
    ...policies,
    ...operation,
  };
  const handler = createHttpHandler(routes, handles, () => Promise.resolve(gate));
  const { method, path } = routeOf(operationId);
  const { key, ...rest } = request;
  const event = gatewayEvent({
    role,
    routeKey: `${method} ${path}`,
    ...rest,
    ...(key === undefined ? {} : { idempotencyKey: key }),
  });
  const { statusCode, body } = await handler(event, context);
  return { status: statusCode, body: JSON.parse(body) as unknown };
}

describe('a campaign on AWS', () => {
  const people = Array.from({ length: 40 }, (_, index) => `person-${index}@example.org`);

  it('takes a controller and facts', async () => {
    const settings = {
      name: 'Acme',
      establishment: { country: 'DE' },
      timezone: 'Europe/Berlin',
    };
    const put = await call('admin', 'putController', {
      params: { id: controller },
      body: settings,
    });
    expect(put.status).toBe(200);
    const events = people.flatMap((email) => consentEvents(controller, email));
    const posted = await call('consent-source', 'postEvents', { body: { events } });
    expect(posted.status).toBe(202);
    expect(EventReceipt.parse(posted.body)).toEqual({
      accepted: events.length,
      duplicates: 0,
      rejected: [],
    });
    const again = await call('consent-source', 'postEvents', { body: { events } });
    expect(EventReceipt.parse(again.body).duplicates).toBe(events.length);
  });

  it('decides an inline campaign in the request, once for one Idempotency-Key', async () => {
    const recipients = [...people, 'stranger@example.org', 'PERSON-1@Example.org', 'nobody'].map(
      (email, index) => ({ ref: `row-${index}`, email }),
    );
    const body = { ...campaignFields(controller), audience: { recipients } };
    const created = await call('marketing-tool', 'createCampaign', { body, key: 'k-1' });
    expect(created.status).toBe(201);
    const campaign = CampaignView.parse(created.body);
    expect(campaign).toMatchObject({
      state: 'cleared',
      counts: { submitted: 43, allowed: 40, denied: 1, duplicates: 1, invalid: 1 },
    });
    const repeated = await call('marketing-tool', 'createCampaign', { body, key: 'k-1' });
    expect(repeated.body).toEqual(created.body);
    const found = await call('dpo', 'searchDecisions', {
      body: { campaignId: campaign.id, outcome: 'deny' },
    });
    const [denied] = DecisionPage.parse(found.body).items;
    expect(denied?.ref).toBe('row-40');
    const one = await call('dpo', 'getDecision', { params: { id: denied?.id ?? '' } });
    expect(DecisionDetail.parse(one.body).reasons).toEqual(denied?.reasons);
  });

  it('denies in the next check after a withdrawal', async () => {
    const [email = ''] = people;
    const body = { ...campaignFields(controller), recipients: [{ email }] };
    const before = await call('marketing-tool', 'createCheck', { body });
    expect(DecisionList.parse(before.body).decisions[0]?.outcome).toBe('allow');
    await call('consent-source', 'postEvents', {
      body: { events: [withdrawal(controller, email)] },
    });
    const after = await call('marketing-tool', 'createCheck', { body });
    const [decision] = DecisionList.parse(after.body).decisions;
    expect(decision?.reasons.map(({ code }) => code)).toContain('D_CONSENT_WITHDRAWN');
  });

  it('decides pages from the queue, whatever is delivered twice', async () => {
    const stored = await readController(gate, controller);
    if (stored === null) throw new Error('the controller is stored');
    const strangers = Array.from({ length: 6460 }, (_, index) => ({
      email: `stranger-${index}@example.net`,
    }));
    const campaign = await beginCampaign(gate, {
      requestId: newId('req', Date.now(), randomBytes(10)),
      controller: stored,
      fields: CampaignFields.parse(campaignFields(controller)),
      recipients: [...people.map((email) => ({ email })), ...strangers],
      delaySeconds: 0,
    });
    const source = { queue: 'page-planned', message: PagePlanned } as const;
    const worker = createQueueHandler(source, pagePlanned, () => Promise.resolve(gate));
    let delivered = 0;
    while (delivered < campaign.pages) {
      const messages = await gate.queues.receive('page-planned', { max: 5, visibilitySeconds: 60 });
      delivered += messages.length;
      const event = sqsEvent([...messages, ...messages]);
      expect(await worker(event, context)).toEqual({ batchItemFailures: [] });
      await gate.queues.acknowledge(
        'page-planned',
        messages.map(({ receipt }) => receipt),
      );
    }
    await writeResults();
    const { body } = await call('dpo', 'getCampaign', { params: { id: campaign.id } });
    expect(CampaignView.parse(body)).toMatchObject({
      state: 'cleared',
      progress: { pagesDecided: 3, pages: 3 },
      counts: { submitted: 6500, allowed: 39, denied: 6461, duplicates: 0, invalid: 0 },
    });
    const params = { id: campaign.id };
    const shown = await call('marketing-tool', 'getClearance', {
      params,
      query: { format: 'csv' },
    });
    const clearance = Clearance.parse(shown.body);
    const keys = Jwks.parse((await call('dpo', 'getSigningKeys', {})).body);
    const checked = checkClearance(clearance, keys, async ({ url }) => (await fetch(url)).body);
    expect(await checked).toEqual({ ok: true, files: 3, rows: 6500, pages: 3 });
  });

  it('reads an upload from its link, and decides it', async () => {
    const audience = { format: 'csv' };
    const submitted = { ...campaignFields(controller), audience };
    const made = await call('marketing-tool', 'createCampaign', { body: submitted });
    const created = CreatedCampaign.parse(made.body);
    const { upload, id } = created;
    if (upload === undefined) throw new Error('a campaign without recipients has a link');
    const strangers = Array.from({ length: 3500 }, (_, index) => `s-${index}@example.net`);
    const lines = ['ref;email', ...[...people, ...people, ...strangers].map((each) => `r;${each}`)];
    const { url, method, headers } = upload;
    const sent = await fetch(url, { method, headers, body: gzipSync(lines.join('\r\n')) });
    expect(sent.status).toBe(200);
    const start = { params: { id }, body: { mode: 'enforce' } };
    const started = await call('marketing-tool', 'startEvaluation', start);
    expect(started.status).toBe(202);
    const sorting = { queue: 'audience-uploaded', message: AudienceUploaded } as const;
    await drain(
      'audience-uploaded',
      createQueueHandler(sorting, audienceUploaded, () => Promise.resolve(gate)),
    );
    const deciding = { queue: 'page-planned', message: PagePlanned } as const;
    await drain(
      'page-planned',
      createQueueHandler(deciding, pagePlanned, () => Promise.resolve(gate)),
    );
    await writeResults();
    const { body } = await call('dpo', 'getCampaign', { params: { id } });
    const allowed = people.length - 1;
    expect(CampaignView.parse(body)).toMatchObject({
      state: 'cleared',
      counts: { submitted: 3500 + 2 * people.length, allowed, duplicates: people.length },
    });
  });

  it('refuses an upload that was replaced after the start, which its link allows', async () => {
    const submitted = { ...campaignFields(controller), audience: { format: 'csv' } };
    const made = await call('marketing-tool', 'createCampaign', { body: submitted });
    const { upload, id } = CreatedCampaign.parse(made.body);
    if (upload === undefined) throw new Error('a campaign without recipients has a link');
    const { url, method, headers } = upload;
    const [own, other] = people;
    for (const email of [own, other]) {
      const sent = await fetch(url, { method, headers, body: `email\n${email}\n` });
      expect(sent.status).toBe(200);
      // The second of them comes when it is too late.
      const start = { params: { id }, body: { mode: 'enforce' } };
      const { status } = await call('marketing-tool', 'startEvaluation', start);
      expect(status).toBe(email === own ? 202 : 409);
    }
    const reading = { queue: 'audience-uploaded', message: AudienceUploaded } as const;
    await drain(
      'audience-uploaded',
      createQueueHandler(reading, audienceUploaded, () => Promise.resolve(gate)),
    );
    const { body } = await call('dpo', 'getCampaign', { params: { id } });
    const { state, problem, counts } = CampaignView.parse(body);
    expect({ state, submitted: counts.submitted }).toEqual({ state: 'failed', submitted: 0 });
    expect(problem?.detail).toContain('was replaced after the start');
  });

  /** Every message of a queue, each twice. */
  async function drain(
    queue: QueueName,
    worker: (event: SQSEvent, context: Context) => Promise<unknown>,
  ): Promise<void> {
    for (;;) {
      const messages = await gate.queues.receive(queue, { max: 5, visibilitySeconds: 60 });
      if (messages.length === 0) return;
      const event = sqsEvent([...messages, ...messages]);
      expect(await worker(event, context)).toEqual({ batchItemFailures: [] });
      await gate.queues.acknowledge(
        queue,
        messages.map(({ receipt }) => receipt),
      );
    }
  }

  /** Every part of the results, and each message twice. */
  async function writeResults(): Promise<void> {
    const source = { queue: 'pages-decided', message: PagesDecided } as const;
    const worker = createQueueHandler(source, pagesDecided, () => Promise.resolve(gate));
    for (;;) {
      const options = { max: 5, visibilitySeconds: 60 };
      const messages = await gate.queues.receive('pages-decided', options);
      if (messages.length === 0) return;
      const event = sqsEvent([...messages, ...messages]);
      expect(await worker(event, context)).toEqual({ batchItemFailures: [] });
      const receipts = messages.map(({ receipt }) => receipt);
      await gate.queues.acknowledge('pages-decided', receipts);
    }
  }

  it('a policy takes two people, and a held campaign the word of one', async () => {
    const own = 'careful';
    const settings = {
      name: 'Careful',
      establishment: { country: 'DE' },
      timezone: 'Europe/Berlin',
      review: { channels: ['EMAIL'] },
    };
    await call('admin', 'putController', { params: { id: own }, body: settings });
    const recipients = people.map((email) => ({ email }));
    const events = people.flatMap((email) => consentEvents(own, email));
    await call('consent-source', 'postEvents', { body: { events } });
    const body = { ...campaignFields(own), audience: { recipients } };
    const held = await Promise.all(
      [1, 2, 3].map(async () => {
        const created = await call('marketing-tool', 'createCampaign', { body });
        return CampaignView.parse(created.body);
      }),
    );
    expect(held.map(({ state, counts }) => [state, counts.allowed])).toEqual(
      held.map(() => ['held', 40]),
    );
    const [released, rejected, contested] = held.map(({ id }) => ({
      params: { id },
      body: { reason: 'seen' },
    }));
    const said = [
      await call('dpo', 'releaseCampaign', released ?? {}),
      await call('dpo', 'rejectCampaign', rejected ?? {}),
      await call('dpo', 'releaseCampaign', rejected ?? {}),
    ];
    expect(said).toMatchObject([
      { status: 200, body: { state: 'cleared', counts: { allowed: 40, denied: 0 } } },
      { status: 200, body: { state: 'rejected', counts: { allowed: 0, denied: 40 } } },
      { status: 409 },
    ]);
    const both = await Promise.all([
      call('dpo', 'releaseCampaign', contested ?? {}),
      call('dpo', 'rejectCampaign', contested ?? {}),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const policy = { frequency: { electronicPerWeek: 0 } };
    const draft = await call('dpo', 'draftPolicy', { body: { controller: own, policy } });
    const { revision } = PolicyDraftView.parse(draft.body);
    const release = { params: { revision } };
    expect((await call('dpo', 'releasePolicy', release)).status).toBe(403);
    const second = { ...release, subject: 'a second person' };
    expect((await call('dpo', 'releasePolicy', second)).status).toBe(200);
    const check = { ...campaignFields(own), recipients: recipients.slice(0, 1) };
    const { body: answer } = await call('marketing-tool', 'createCheck', { body: check });
    expect(DecisionList.parse(answer).decisions).toMatchObject([
      { outcome: 'deny', policy: { revision } },
    ]);
  });
});

describe('the log on AWS', () => {
  it('is sealed, once by two sealers, and every decision is proved and replayed', async () => {
    const another: Gate = { ...gate, tables: { ...gate.tables } };
    await Promise.all([sealLog(gate), sealLog(another)]);
    await sealLog(gate);
    const { body: keys } = await call('dpo', 'getSigningKeys', {});
    const listed = await call('dpo', 'listCheckpoints', { query: { controller } });
    const published = CheckpointPage.parse(listed.body).items;
    expect(chainFault(published, Jwks.parse(keys))).toBeNull();
    const found = await call('dpo', 'searchDecisions', { body: { controller, limit: 20 } });
    const { items } = DecisionPage.parse(found.body);
    expect(items).toHaveLength(20);
    for (const { id, outcome } of items.slice(0, 5)) {
      const { body } = await call('dpo', 'getDecisionProof', { params: { id } });
      const verification = verifyProof(DecisionProof.parse(body), Jwks.parse(keys), published);
      expect(verification).toMatchObject({ ok: true, decision: { id, outcome } });
      const replayed = await call('dpo', 'replayDecision', { params: { id } });
      expect(replayed.body).toMatchObject({ identical: true });
    }
    const summary = MetricsSummary.parse((await call('auditor', 'getMetricsSummary', {})).body);
    expect(summary).toMatchObject({ oldestUnsealed: null });
    expect(summary.decisions.total).toBeGreaterThan(6500);
    const trail = await call('auditor', 'searchAudit', { body: { controller, limit: 5 } });
    const entries = AuditPage.parse(trail.body).items;
    expect(entries.map(({ action }) => action).slice(0, 2)).toEqual([
      'replayDecision',
      'getDecisionProof',
    ]);
  });
});

function sqsEvent(messages: readonly { readonly id: string; readonly body: string }[]): SQSEvent {
  return {
    Records: messages.map(({ id, body }) => ({
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
    })),
  };
}
