import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { checkClearance } from '../../functions/embedded/clearance-check.ts';
import { writeNow } from '../../functions/shell/campaigns/write-results.ts';
import {
  keysFile,
  planFile,
  rowsFile,
  StoredPlan,
} from '../../functions/shell/campaigns/audience-files.ts';
import { decidePage } from '../../functions/shell/flows/decide-page.ts';
import { beginCampaign, mustRead } from '../../functions/shell/flows/evaluate-campaign.ts';
import { resumeEvaluations } from '../../functions/shell/flows/resume-evaluations.ts';
import type { Gate } from '../../functions/shell/gate.ts';
import { createHttpsOutbound } from '../../functions/shell/ports/outbound-https.ts';
import type { StoredCampaign } from '../../functions/shell/stores/campaign-store.ts';
import { readBytes, readFile } from '../../functions/shell/stores/file-content.ts';
import { readController } from '../../functions/shell/stores/controller-store.ts';
import { contactPointChanged } from '../../functions/workers/contact-point-changed.ts';
import { pagesDecided } from '../../functions/workers/pages-decided.ts';
import { webhookDue } from '../../functions/workers/webhook-due.ts';
import { CampaignFields, CampaignView } from '../../shared/contract/campaigns.ts';
import { Jwks } from '../../shared/contract/proofs.ts';
import { Webhook } from '../../shared/contract/webhooks.ts';
import { PagesDecided, WebhookDue, type QueueName } from '../../shared/contract/workers.ts';
import { newId } from '../../shared/kernel/ids.ts';
import { HOUR_MS } from '../../shared/kernel/instant.ts';
import { clearanceClient } from '../support/clearance-client.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { manualClock } from '../support/manual-clock.ts';
import {
  campaign,
  campaignFor,
  controllerSettings,
  event,
  permitted,
} from '../support/submissions.ts';
import { isSignedBy, startReceiver } from '../support/webhook-receiver.ts';

/** What was opened by a test, closed behind it. */
const opened: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close();
});

const KNOWN = 40;
const known = Array.from({ length: KNOWN }, (_, index) => `known-${index}@example.org`);

/** A gate without workers, whose steps the test takes one by one. */
async function start() {
  const outbound = createHttpsOutbound({ allowPrivate: true });
  const clock = manualClock(Date.now());
  const home = await startGateInProcess({ outbound, clock });
  opened.push(() => home.close());
  await home.call('admin', 'PUT', '/v1/controllers/acme', controllerSettings());
  const events = known.flatMap((email) => permitted({ email }));
  await home.call('consent-source', 'POST', '/v1/events', { events });
  return { home, clock, client: clearanceClient(home.call) };
}

/** More than fit a request, so that each part is written by itself; all its pages decided. */
async function decided(home: InProcessGate): Promise<StoredCampaign> {
  const { gate } = home;
  const controller = await readController(gate, 'acme');
  if (controller === null) throw new Error('there is a controller');
  const more = Array.from({ length: 4200 }, (_, index) => `p-${index}@example.org`);
  const emails = [...known, ...more, 'none', 'P-0@example.org'];
  const begun = await beginCampaign(gate, {
    requestId: newId('req', gate.clock.now(), gate.randomBytes(10)),
    controller,
    fields: CampaignFields.parse(campaign()),
    recipients: emails.map((email, index) => ({ ref: `row-${index}`, email })),
    delaySeconds: 0,
  });
  await intoShards(gate, begun.run);
  for (let page = 0; page < begun.pages; page++) {
    await decidePage(gate, { campaignId: begun.id, run: begun.run, page });
  }
  const { value } = await mustRead(gate, begun.id);
  expect(value).toMatchObject({ state: 'evaluating', stage: 'writing' });
  return value;
}

/** A shard for each page, as if the audience had been read from a large file. */
async function intoShards(gate: Gate, run: string): Promise<void> {
  const plan = StoredPlan.parse(JSON.parse((await readFile(gate.files, planFile(run))) ?? ''));
  const pages = plan.shards.flat();
  expect(pages.length).toBe(2);
  const [keys, rows] = await Promise.all(
    [keysFile(run, 0), rowsFile(run, 0)].map((key) => readBytes(gate.files, key)),
  );
  let [keysAt, rowsAt] = [0, 0];
  for (const [shard, [, , keyBytes, rowBytes]] of pages.entries()) {
    const own = keys?.subarray(keysAt, (keysAt += keyBytes)) ?? Buffer.alloc(0);
    await gate.files.put(keysFile(run, shard), own);
    const lines = rows?.subarray(rowsAt, (rowsAt += rowBytes)) ?? Buffer.alloc(0);
    await gate.files.put(rowsFile(run, shard), lines);
  }
  const shards = pages.map((page) => [page]);
  await gate.files.put(planFile(run), Buffer.from(JSON.stringify({ ...plan, shards })));
}

const counts = { submitted: 4242, allowed: KNOWN, denied: 4200, duplicates: 1, invalid: 1 };

/** Hands out messages until there are none; those that fail are left to the sweep. */
async function drain(
  { gate }: InProcessGate,
  queue: QueueName,
  work: (body: unknown) => Promise<void>,
): Promise<number> {
  let failed = 0;
  for (;;) {
    const messages = await gate.queues.receive(queue, { max: 10, visibilitySeconds: 3600 });
    if (messages.length === 0) return failed;
    for (const { body, receipt } of messages) {
      await work(JSON.parse(body)).catch(() => failed++);
      await gate.queues.acknowledge(queue, [receipt]);
    }
  }
}

const write = (home: InProcessGate, gate: Gate = home.gate) =>
  drain(home, 'pages-decided', (body) => pagesDecided(PagesDecided.parse(body), gate));

/** Everything that somebody outside can check. */
async function verify(home: InProcessGate, id: string) {
  const client = clearanceClient(home.call);
  const keys = Jwks.parse((await home.call(null, 'GET', '/.well-known/jwks.json')).body);
  const clearance = await client.clearance(id);
  const checked = await checkClearance(clearance, keys, async ({ url }) => (await fetch(url)).body);
  return { clearance, checked };
}

class Crash extends Error {}

/**
 * The same stores, until the process dies at the n-th thing that it does to them. What it wrote
 * before is there; the hash of every file under each name is kept.
 */
function dyingAt(gate: Gate, step: number, hashes: Map<string, Set<string>>) {
  let steps = 0;
  const live = () => {
    if (++steps >= step) throw new Crash('the process was killed');
  };
  const dying: Gate = {
    ...gate,
    tables: {
      ...gate.tables,
      transact: async (writes) => {
        live();
        const outcome = await gate.tables.transact(writes);
        live();
        return outcome;
      },
    },
    files: {
      ...gate.files,
      put: async (key, content) => {
        live();
        const hash = createHash('sha256');
        const chunks: Uint8Array[] = [];
        for await (const chunk of content instanceof Uint8Array ? [content] : content) {
          chunks.push(Buffer.from(chunk));
          hash.update(chunk);
        }
        await gate.files.put(key, Buffer.concat(chunks));
        const seen = hashes.get(key.name) ?? new Set();
        hashes.set(key.name, seen.add(hash.digest('hex')));
        live();
      },
    },
  };
  return { dying, isAlive: () => steps < step };
}

describe('results of many', () => {
  it('are written part by part, and issued by whoever is last', async () => {
    const { home } = await start();
    const { id } = await decided(home);
    expect(await write(home)).toBe(0);
    const { clearance, checked } = await verify(home, id);
    expect(checked).toMatchObject({ ok: true, rows: counts.submitted });
    const view = await home.call('dpo', 'GET', `/v1/campaigns/${id}`);
    expect(view.body).toMatchObject({ state: 'cleared', counts, progress: { percent: 100 } });
    expect(clearance).toMatchObject({ allowedCount: KNOWN, deniedCount: 4200 });
  });

  it('have the same bytes wherever the process dies, and whoever goes on', async () => {
    const { home } = await start();
    for (let step = 1; ; step++) {
      const { id } = await decided(home);
      const hashes = new Map<string, Set<string>>();
      const { dying, isAlive } = dyingAt(home.gate, step, hashes);
      const failed = await write(home, dying);
      expect(failed > 0).toBe(!isAlive());
      // The sweep of the next minute, and whatever it wakes.
      await resumeEvaluations(home.gate, 0);
      const { dying: again } = dyingAt(home.gate, Infinity, hashes);
      expect(await write(home, again)).toBe(0);
      const { clearance, checked } = await verify(home, id);
      expect(checked).toMatchObject({ ok: true, rows: counts.submitted });
      for (const file of Object.values(clearance.files).flat()) {
        expect([...(hashes.get(file.name) ?? [])]).toEqual([file.sha256]);
      }
      if (isAlive()) {
        expect(step).toBeGreaterThan(12);
        return;
      }
    }
  }, 240_000);

  it('are the same for messages that come twice, and for workers side by side', async () => {
    const { home } = await start();
    const { id, run } = await decided(home);
    const parts = [0, 1, 'aside', 'pages', 'all', 'issue'] as const;
    const messages = [...parts, ...parts].map((part) => ({ campaignId: id, run, part }));
    await Promise.all(messages.map((message) => pagesDecided(message, home.gate)));
    const { clearance, checked } = await verify(home, id);
    expect(checked).toMatchObject({ ok: true });
    await Promise.all(messages.map((message) => pagesDecided(message, home.gate)));
    expect((await verify(home, id)).clearance.signature).toBe(clearance.signature);
    await pagesDecided({ campaignId: 'cmp_00000000000000000000000000', run, part: 0 }, home.gate);
  });

  it('leave out who refuses before the clearance, in a shard that is written already', async () => {
    const { home, client } = await start();
    const stored = await decided(home);
    const place = { campaignId: stored.id, run: stored.run };
    for (const part of [0, 1]) await pagesDecided({ ...place, part }, home.gate);
    // Noted as the feed of contact points does it.
    const { tables } = home.gate;
    const before = await tables.lastChange('contact-points');
    const withdrawn = event('consent.withdrawn', { email: 'known-3@example.org' });
    await home.call('consent-source', 'POST', '/v1/events', { events: [withdrawn] });
    const changes = await tables.changes('contact-points', before, 100);
    await contactPointChanged(home.gate, changes);
    expect(await write(home)).toBe(0);
    const { clearance, checked } = await verify(home, stored.id);
    expect(checked).toMatchObject({ ok: true });
    // Only the shard of whoever refused was written again, under another name.
    const names = clearance.files.allowed.map(({ name }) => name);
    expect(names.filter((name) => /-allowed-[0-9a-f]{12}\.ndjson$/.test(name))).toHaveLength(1);
    expect(names).toHaveLength(2);
    expect(clearance).toMatchObject({ allowedCount: KNOWN - 1, deniedCount: 4201 });
    const allowed = await client.rows(clearance, 'allowed');
    expect(allowed.map(({ ref }) => ref)).not.toContain('row-3');
    const denied = await client.rows(clearance, 'denied');
    expect(denied.find(({ ref }) => ref === 'row-3')).toMatchObject({
      gate: {
        outcome: 'deny',
        codes: expect.arrayContaining(['D_CONSENT_WITHDRAWN']),
        recall: { at: expect.any(String) },
      },
    });
    const view = await client.view(stored.id);
    expect(view.counts).toMatchObject({ allowed: KNOWN - 1, denied: 4201 });
    expect(view.reasons).toMatchObject({ D_CONSENT_WITHDRAWN: 1 });
  });

  it('are shown no longer once the clearance has ended', async () => {
    const { home, clock, client } = await start();
    const { id } = await decided(home);
    await write(home);
    const { notAfter } = await client.clearance(id);
    clock.advance(Date.parse(notAfter) - clock.now() - 1);
    expect((await client.ask(id)).status).toBe(200);
    clock.advance(1);
    expect(await client.ask(id)).toMatchObject({ status: 409, body: { detail: /`expired`/ } });
    clock.advance(HOUR_MS);
    expect((await client.ask(id)).status).toBe(409);
  });
});

describe('receivers', () => {
  it('hear once how an evaluation has ended, and of no person', async () => {
    const { home, clock } = await start();
    const to = await startReceiver();
    opened.push(() => to.shut());
    const events = ['campaign.cleared', 'campaign.held', 'campaign.rejected'];
    const secrets = new Map<string, string>();
    for (const id of ['acme', 'asking']) {
      await home.call('admin', 'PUT', `/v1/controllers/${id}`, {
        ...controllerSettings(),
        ...(id === 'asking' ? { review: { channels: ['EMAIL'] } } : {}),
      });
      const path = `/v1/controllers/${id}/webhooks/crm`;
      const reply = await home.call('admin', 'PUT', path, { url: to.url, events });
      secrets.set(id, Webhook.parse(reply.body).secret);
    }
    const people = [{ email: known[0] }, { email: 'x@example.org' }];
    const post = (more = {}) =>
      home.call('marketing-tool', 'POST', '/v1/campaigns', campaignFor(people, more));
    await post();
    const held = await post({ controller: 'asking', advertiser: 'asking' });
    const { id } = CampaignView.parse(held.body);
    await home.call('dpo', 'POST', `/v1/campaigns/${id}/rejection`, { reason: 'no' });
    const stored = await decided(home);
    await Promise.all([0, 1].map(() => writeNow(home.gate, placeOf(stored))));
    await drain(home, 'webhook-due', (body) => webhookDue(WebhookDue.parse(body), home.gate));
    const heard = [...to.taken().values()];
    expect(heard.map(({ body }) => [body.type, body.data['state']]).toSorted()).toEqual([
      ['campaign.cleared', 'cleared'],
      ['campaign.cleared', 'cleared'],
      ['campaign.held', 'held'],
      ['campaign.rejected', 'rejected'],
    ]);
    for (const request of heard) {
      const secret = secrets.get(String(request.body.data['controller'])) ?? '';
      expect(isSignedBy(secret, request, clock.now())).toBe(true);
      expect(request.text).not.toContain('@');
    }
    const large = heard.find(({ body }) => body.data['campaignId'] === stored.id);
    expect(large?.body.data).toMatchObject({
      ...{ reference: '2026-11-black-friday', counts },
      ...{ notAfter: expect.any(String), merkleRoot: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
  });
});

const placeOf = ({ id, run }: StoredCampaign) => ({ campaignId: id, run });
