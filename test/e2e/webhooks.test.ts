import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { announce, type Announcement } from '../../functions/shell/flows/announce.ts';
import type { Gate } from '../../functions/shell/gate.ts';
import { createHttpsOutbound } from '../../functions/shell/ports/outbound-https.ts';
import type { Outbound } from '../../functions/shell/ports/outbound.ts';
import { alertsOverdue } from '../../functions/workers/alerts-overdue.ts';
import { breachDue } from '../../functions/workers/breach-due.ts';
import { webhookDue } from '../../functions/workers/webhook-due.ts';
import { webhookOverdue } from '../../functions/workers/webhook-overdue.ts';
import { BreachView } from '../../shared/contract/breach-cases.ts';
import { ControllerView } from '../../shared/contract/controllers.ts';
import { limits } from '../../shared/contract/limits.ts';
import { Webhook, webhookEvents, WebhookList } from '../../shared/contract/webhooks.ts';
import { BreachDue, WebhookDue, type QueueName } from '../../shared/contract/workers.ts';
import { DAY_MS, formatInstant, HOUR_MS, MINUTE_MS } from '../../shared/kernel/instant.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { manualClock } from '../support/manual-clock.ts';
import { controllerSettings, type Submission } from '../support/submissions.ts';
import {
  isAccepted,
  isSignedBy,
  startReceiver,
  type WebhookReceiver,
} from '../support/webhook-receiver.ts';

const HOOKS = '/v1/controllers/acme/webhooks';
const START = Date.parse('2026-11-20T12:17:00Z');

/** What was opened by a test, closed behind it. */
const opened: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close();
});

async function receiver(): Promise<WebhookReceiver> {
  const started = await startReceiver();
  opened.push(() => started.shut());
  return started;
}

/** As the port is, but any address, and no patience. */
function impatient(): Outbound {
  const real = createHttpsOutbound({ allowPrivate: true });
  return {
    ...real,
    send: (request) => {
      expect(request.timeoutMs).toBe(limits.webhookTimeoutMs);
      return real.send({ ...request, timeoutMs: 300 });
    },
  };
}

async function start(outbound = impatient()) {
  const clock = manualClock(START);
  const home = await startGateInProcess({ clock, outbound });
  opened.push(() => home.close());
  await home.call('admin', 'PUT', '/v1/controllers/acme', controllerSettings());
  return { home, clock, ...driver(home) };
}

/** A gate whose own workers run, by the clock on the wall. */
async function startWorking(): Promise<InProcessGate> {
  const outbound = createHttpsOutbound({ allowPrivate: true });
  const home = await startGateInProcess({ workers: true, outbound });
  opened.push(() => home.close());
  await home.call('admin', 'PUT', '/v1/controllers/acme', controllerSettings());
  return home;
}

/** What the queues would hand to the workers, by now, and what comes of it at once. */
function driver(home: InProcessGate) {
  const drain = async (queue: QueueName, work: (body: unknown) => Promise<void>) => {
    for (;;) {
      const options = { max: 10, visibilitySeconds: 1 };
      const messages = await home.gate.queues.receive(queue, options);
      if (messages.length === 0) return;
      await Promise.all(messages.map(({ body }) => work(JSON.parse(body))));
      const receipts = messages.map(({ receipt }) => receipt);
      await home.gate.queues.acknowledge(queue, receipts);
    }
  };
  const send = (gate: Gate = home.gate) =>
    drain('webhook-due', (body) => webhookDue(WebhookDue.parse(body), gate));
  return {
    send,
    /** With the sweeps before. */
    work: async () => {
      await home.gate.timers.fireDue();
      await alertsOverdue(home.gate);
      await drain('breach-due', (body) => breachDue(BreachDue.parse(body), home.gate));
      await webhookOverdue(home.gate);
      await send();
    },
  };
}

async function put(
  home: InProcessGate,
  url: string,
  events: readonly string[] = webhookEvents,
  name = 'crm',
) {
  const reply = await home.call('admin', 'PUT', `${HOOKS}/${name}`, { url, events });
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  return Webhook.parse(reply.body);
}

async function list(home: InProcessGate) {
  return WebhookList.parse((await home.call('admin', 'GET', HOOKS)).body).items;
}

async function deliveryOf(home: InProcessGate) {
  const [delivery, ...more] = (await list(home))[0]?.deliveries ?? [];
  expect(more).toEqual([]);
  return delivery;
}

const cleared = (id: string, more: Partial<Announcement> = {}): Announcement => ({
  ...{ controller: 'acme', type: 'campaign.cleared', data: { campaignId: id, allowed: 7 } },
  ...more,
});

describe('a signature', () => {
  it('is verified here as in the example of the specification', () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const headers = {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    };
    const text = '{"test": 2432232314}';
    const at = 1_614_265_330_000;
    expect(isSignedBy(secret, { headers, text }, at)).toBe(true);
    expect(isSignedBy(secret, { headers, text: `${text} ` }, at)).toBe(false);
    expect(isSignedBy(secret, { headers, text }, at + 6 * MINUTE_MS)).toBe(false);
  });
});

describe('a webhook', () => {
  it('is delivered to within five seconds, signed', async () => {
    const home = await startWorking();
    const to = await receiver();
    const { secret } = await put(home, to.url);
    expect(Buffer.from(secret.slice('whsec_'.length), 'base64').length).toBeGreaterThanOrEqual(24);
    await announce(home.gate, cleared('cmp_1'));
    await vi.waitFor(() => expect(to.taken().size).toBe(1), { timeout: 5000 });
    const [request] = to.received;
    expect(request && isAccepted(secret, request)).toBe(true);
    expect(request?.headers['content-type']).toBe('application/json');
    expect(request?.id).toMatch(/^msg_[0-9a-f]{26}$/);
    expect(request?.body).toMatchObject({
      type: 'campaign.cleared',
      data: { campaignId: 'cmp_1', allowed: 7 },
    });
    await vi.waitFor(async () => expect((await deliveryOf(home))?.state).toBe('done'));
  });

  it('is listed without its secret, with its last deliveries', async () => {
    const { home, work } = await start();
    const to = await receiver();
    const made = await put(home, to.url, ['campaign.held', 'campaign.cleared']);
    await announce(home.gate, cleared('cmp_1'));
    await work();
    const { secret, ...shown } = made;
    const listed = await home.call('admin', 'GET', HOOKS);
    expect(listed.text).not.toContain(secret);
    expect(listed.text).not.toContain('whsec_');
    const at = formatInstant(START);
    expect(listed.body).toEqual({
      items: [
        {
          ...shown,
          dead: 0,
          deliveries: [
            {
              ...{ id: to.received[0]?.id, type: 'campaign.cleared', state: 'done', attempts: 1 },
              ...{ announcedAt: at, lastAttemptAt: at, status: 204, failure: null },
              nextAttemptAt: null,
            },
          ],
        },
      ],
    });
    expect(shown).toEqual({
      ...{ name: 'crm', url: to.url, events: ['campaign.held', 'campaign.cleared'] },
      ...{ state: 'active', updatedAt: at, disabledAt: null, oldSecretUntil: null },
    });
  });

  it('gets what it asked for, of its own controller', async () => {
    const { home, work } = await start();
    const [held, all, other] = [await receiver(), await receiver(), await receiver()];
    await home.call('admin', 'PUT', '/v1/controllers/other', controllerSettings());
    await put(home, held.url, ['campaign.held'], 'held');
    await put(home, all.url, webhookEvents, 'all');
    const path = '/v1/controllers/other/webhooks/all';
    await home.call('admin', 'PUT', path, { url: other.url, events: webhookEvents });
    await announce(home.gate, cleared('cmp_1'));
    await work();
    expect([held, all, other].map(({ received }) => received.length)).toEqual([0, 1, 0]);
  });

  it('a new secret leaves the one before valid for a day', async () => {
    const { home, clock, work } = await start();
    const to = await receiver();
    const old = await put(home, to.url);
    clock.advance(HOUR_MS);
    const now = await put(home, to.url);
    expect(now.secret).not.toBe(old.secret);
    expect(now.oldSecretUntil).toBe(formatInstant(clock.now() + DAY_MS));
    await announce(home.gate, cleared('cmp_1'));
    await work();
    const signedBy = (index: number) =>
      [old, now].map(({ secret }) => {
        const request = to.received[index];
        return request !== undefined && isSignedBy(secret, request, clock.now());
      });
    expect(signedBy(0)).toEqual([true, true]);
    clock.advance(DAY_MS + 1);
    await announce(home.gate, cleared('cmp_2'));
    await work();
    expect(signedBy(1)).toEqual([false, true]);
    expect((await list(home))[0]?.oldSecretUntil).toBeNull();
  });

  it('there are at most eight of a controller', async () => {
    const { home } = await start();
    for (let index = 1; index <= limits.webhooksPerController; index++) {
      await put(home, 'https://example.org/hook', webhookEvents, `hook-${index}`);
    }
    const body = { url: 'https://example.org/hook', events: webhookEvents };
    const ninth = await home.call('admin', 'PUT', `${HOOKS}/hook-9`, body);
    expect(ninth.status).toBe(409);
    await put(home, 'https://example.org/other', webhookEvents, 'hook-8');
  });

  it('each change of it is an entry', async () => {
    const { home } = await start();
    await put(home, 'https://example.org/hook');
    await home.call('admin', 'POST', `${HOOKS}/crm/redelivery`);
    await home.call('admin', 'DELETE', `${HOOKS}/crm`);
    const search = { controller: 'acme' };
    const { body } = await home.call('auditor', 'POST', '/v1/audit/search', search);
    const Entries = z.object({ items: z.array(z.object({ action: z.string() })) });
    const actions = Entries.parse(body).items.map(({ action }) => action);
    expect(actions.sort()).toEqual([
      ...['deleteWebhook', 'putController', 'putWebhook', 'redeliverWebhook'],
    ]);
  });
});

describe('a receiver that is down gets it later, once for each id', () => {
  it.each([
    ['500', 500, 500, null],
    ['503', 503, 503, null],
    ['404', 404, 404, null],
    ['a redirect, which is not followed', 302, 302, null],
    ['no answer', 'hang', null, 'timeout'],
    ['a broken connection', 'drop', null, 'unreachable'],
  ] as const)('%s', async (_, reaction, status, failure) => {
    const { home, clock, work } = await start();
    const to = await receiver();
    const { secret } = await put(home, to.url);
    to.react(reaction);
    await announce(home.gate, cleared('cmp_1'));
    await work();
    expect(await deliveryOf(home)).toMatchObject({
      ...{ state: 'pending', attempts: 1, status, failure },
    });
    to.react(200);
    clock.advance(MINUTE_MS);
    await work();
    expect(await deliveryOf(home)).toMatchObject({ state: 'done', attempts: 2, status: 200 });
    const [first, second] = to.received;
    expect(second?.id).toBe(first?.id);
    expect(second?.text).toBe(first?.text);
    expect(second && isSignedBy(secret, second, clock.now())).toBe(true);
    expect(Number(second?.headers['webhook-timestamp'])).toBe(clock.now() / 1000);
    expect(to.taken().size).toBe(1);
  });

  it('nobody listens', async () => {
    const { home, clock, work } = await start();
    const to = await receiver();
    await put(home, to.url);
    await to.shut();
    await announce(home.gate, cleared('cmp_1'));
    await work();
    expect(await deliveryOf(home)).toMatchObject({ failure: 'unreachable', attempts: 1 });
    await to.open();
    clock.advance(MINUTE_MS);
    await work();
    expect(to.taken().size).toBe(1);
  });

  it('one that hangs does not hold up the others', async () => {
    const home = await startWorking();
    const [slow, quick] = [await receiver(), await receiver()];
    slow.react('hang');
    await put(home, slow.url, ['campaign.held'], 'slow');
    await put(home, quick.url, ['campaign.cleared'], 'quick');
    await announce(home.gate, cleared('cmp_1', { type: 'campaign.held' }));
    await vi.waitFor(() => expect(slow.received).toHaveLength(1), { timeout: 5000 });
    await announce(home.gate, cleared('cmp_2'));
    await vi.waitFor(() => expect(quick.taken().size).toBe(1), { timeout: 5000 });
    await slow.shut();
    await slow.open();
  });
});

describe('what is never answered', () => {
  it('is tried nine times in a day and a half, kept, and sent again by hand', async () => {
    const { home, clock, work, send } = await start();
    const to = await receiver();
    await put(home, to.url);
    to.react(500);
    await announce(home.gate, cleared('cmp_1'));
    const waits: number[] = [];
    for (;;) {
      const last = clock.now();
      await work();
      const next = (await deliveryOf(home))?.nextAttemptAt;
      if (next == null) break;
      clock.advance(Date.parse(next) - clock.now() - 1);
      await work();
      clock.advance(1);
      waits.push((clock.now() - last) / 1000);
      expect(to.received).toHaveLength(waits.length);
    }
    expect(waits).toHaveLength(limits.webhookRetrySeconds.length);
    waits.forEach((wait, index) => {
      const seconds = limits.webhookRetrySeconds[index] ?? 0;
      expect(wait).toBeGreaterThanOrEqual(seconds);
      expect(wait).toBeLessThanOrEqual(seconds * (1 + limits.webhookJitter));
    });
    expect(await deliveryOf(home)).toMatchObject({ state: 'dead', attempts: 9, status: 500 });
    const given = home.lines.filter((line) => line.includes('webhook given up'));
    expect(given).toHaveLength(1);
    clock.advance(30 * DAY_MS);
    await work();
    expect(to.received).toHaveLength(9);
    expect((await list(home))[0]?.dead).toBe(1);
    to.react(200);
    const key = { 'idempotency-key': 'again-1' };
    const again = () => home.call('admin', 'POST', `${HOOKS}/crm/redelivery`, undefined, key);
    expect((await again()).body).toEqual({ redelivered: 1 });
    expect((await again()).body).toEqual({ redelivered: 1 });
    await send();
    expect(await deliveryOf(home)).toMatchObject({ state: 'done', attempts: 1 });
    expect((await list(home))[0]?.dead).toBe(0);
    expect(new Set(to.received.map(({ id }) => id)).size).toBe(1);
  });

  it('comes again by its own message at first, and by the sweep later', async () => {
    const { home, clock, work, send } = await start();
    const to = await receiver();
    await put(home, to.url);
    to.react(500);
    await announce(home.gate, cleared('cmp_1'));
    await send();
    for (const seconds of [5, 30, 300]) {
      clock.advance((seconds * (1 + limits.webhookJitter) + 1) * 1000);
      await send();
    }
    expect(to.received).toHaveLength(4);
    clock.advance(3 * HOUR_MS);
    await send();
    expect(to.received).toHaveLength(4);
    await work();
    expect(to.received).toHaveLength(5);
  });

  it('410 ends it, until the webhook is put again', async () => {
    const { home, work } = await start();
    const to = await receiver();
    await put(home, to.url);
    to.react(410);
    await announce(home.gate, cleared('cmp_1'));
    await announce(home.gate, cleared('cmp_2'));
    await work();
    const [disabled] = await list(home);
    expect(disabled).toMatchObject({ state: 'disabled', disabledAt: formatInstant(START) });
    expect(disabled?.dead).toBe(2);
    const seen = to.received.length;
    await announce(home.gate, cleared('cmp_3'));
    await work();
    expect(to.received).toHaveLength(seen);
    expect((await home.call('admin', 'POST', `${HOOKS}/crm/redelivery`)).status).toBe(409);
    to.react(200);
    await put(home, to.url);
    expect((await home.call('admin', 'POST', `${HOOKS}/crm/redelivery`)).status).toBe(202);
    await work();
    expect(to.taken().size).toBe(2);
  });

  it('goes with its webhook', async () => {
    const { home, clock, work } = await start();
    const to = await receiver();
    await put(home, to.url);
    to.react(500);
    await announce(home.gate, cleared('cmp_1'));
    await work();
    const left = await home.call('admin', 'DELETE', `${HOOKS}/crm`);
    expect(left.body).toEqual({ items: [] });
    await put(home, to.url);
    await home.call('admin', 'DELETE', `${HOOKS}/crm`);
    clock.advance(HOUR_MS);
    await work();
    await put(home, to.url);
    expect(await list(home)).toMatchObject([{ deliveries: [], dead: 0 }]);
    expect(to.received).toHaveLength(1);
    expect((await home.call('admin', 'DELETE', `${HOOKS}/none`)).status).toBe(404);
  });

  it('goes with its webhook when it was given up, too', async () => {
    const { home, work } = await start();
    const to = await receiver();
    await put(home, to.url);
    to.react(410);
    await announce(home.gate, cleared('cmp_1'));
    await work();
    expect((await list(home))[0]?.dead).toBe(1);
    await home.call('admin', 'DELETE', `${HOOKS}/crm`);
    await put(home, to.url);
    expect(await list(home)).toMatchObject([{ deliveries: [], dead: 0 }]);
    const again = await home.call('admin', 'POST', `${HOOKS}/crm/redelivery`);
    expect(again.body).toEqual({ redelivered: 0 });
  });

  it('what is done vanishes after seven days', async () => {
    const { home, clock, work } = await start();
    const to = await receiver();
    await put(home, to.url);
    await announce(home.gate, cleared('cmp_1'));
    await work();
    clock.advance(limits.webhookDoneDays * DAY_MS);
    expect(await deliveryOf(home)).toMatchObject({ state: 'done' });
    clock.advance(1001);
    expect(await deliveryOf(home)).toBeUndefined();
  });
});

describe('each announcement is one delivery', () => {
  it('the same, twenty times at once', async () => {
    const { home, work } = await start();
    const to = await receiver();
    await put(home, to.url);
    const all = Array.from({ length: 20 }, () => announce(home.gate, cleared('cmp_1')));
    await Promise.all(all);
    await work();
    expect(to.received).toHaveLength(1);
  });

  it('the same, later', async () => {
    const { home, clock, work } = await start();
    const to = await receiver();
    await put(home, to.url);
    const about = { id: 'cmp_1' };
    await announce(home.gate, cleared('cmp_1', about));
    await work();
    clock.advance(10 * DAY_MS);
    await announce(home.gate, cleared('cmp_1', { ...about, data: { allowed: 8 } }));
    await work();
    expect(to.received).toHaveLength(1);
  });

  it('twenty, at once', async () => {
    const home = await startWorking();
    const to = await receiver();
    await put(home, to.url);
    const ids = Array.from({ length: 20 }, (_, index) => `cmp_${index}`);
    await Promise.all(ids.map((id) => announce(home.gate, cleared(id))));
    await vi.waitFor(() => expect(to.taken().size).toBe(20), { timeout: 10_000 });
    expect(to.received).toHaveLength(20);
    const seen = [...to.taken().values()].map(({ body }) => body.data['campaignId']);
    expect(seen.sort()).toEqual(ids.sort());
  });

  it('two workers on one delivery', async () => {
    const { home } = await start();
    const to = await receiver();
    await put(home, to.url);
    await announce(home.gate, cleared('cmp_1'));
    const [message] = await home.gate.queues.receive('webhook-due', {
      ...{ max: 1, visibilitySeconds: 60 },
    });
    const due = WebhookDue.parse(JSON.parse(message?.body ?? ''));
    await Promise.all(Array.from({ length: 8 }, () => webhookDue(due, home.gate)));
    expect(to.received).toHaveLength(1);
    await webhookDue(due, home.gate);
    expect(to.received).toHaveLength(1);
  });
});

describe('a process that ends', () => {
  /** The gate as a process sees it that can write so often and then no more. */
  const dying = (gate: Gate, writes: number): Gate => {
    let left = writes;
    return {
      ...gate,
      tables: {
        ...gate.tables,
        transact: async (all) => {
          if (left === 0) throw new Error('the process ended');
          left--;
          return gate.tables.transact(all);
        },
      },
    };
  };

  it.each([
    ['before it sends', 0, 1],
    ['between sending and noting', 1, 2],
  ])('%s', async (_, writes, sent) => {
    const { home, clock, send, work } = await start();
    const to = await receiver();
    await put(home, to.url);
    await announce(home.gate, cleared('cmp_1'));
    await expect(send(dying(home.gate, writes))).rejects.toThrow('the process ended');
    clock.advance((limits.webhookLeaseSeconds + 1) * 1000);
    await work();
    expect(to.received).toHaveLength(sent);
    expect(to.taken().size).toBe(1);
    expect(await deliveryOf(home)).toMatchObject({ state: 'done' });
  });

  it('before the message is in the queue', async () => {
    const { home, work } = await start();
    const to = await receiver();
    await put(home, to.url);
    const lost = async (): Promise<never> => {
      throw new Error('the queue does not answer');
    };
    await announce({ ...home.gate, queues: { ...home.gate.queues, send: lost } }, cleared('cmp_1'));
    await work();
    expect(to.received).toHaveLength(1);
  });

  it('at its last attempt: it is given up and does not stay under way', async () => {
    const { home, clock, send, work } = await start();
    const to = await receiver();
    await put(home, to.url);
    await announce(home.gate, cleared('cmp_1'));
    for (let attempt = 1; attempt <= 9; attempt++) {
      await webhookOverdue(home.gate);
      await expect(send(dying(home.gate, 1))).rejects.toThrow('the process ended');
      clock.advance((limits.webhookLeaseSeconds + 1) * 1000);
    }
    await work();
    expect(to.received).toHaveLength(9);
    expect(await deliveryOf(home)).toMatchObject({ state: 'dead', attempts: 9 });
  });
});

describe('where nothing is sent', () => {
  it.each([
    'https://169.254.169.254/latest/meta-data/',
    'https://10.0.0.1/',
    'https://[::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://localhost/',
    'https://gate.localhost:8443/',
    'https://127.1/',
    'http://example.org/',
  ])('%s', async (url) => {
    const { home } = await start(createHttpsOutbound());
    const reply = await home.call('admin', 'PUT', `${HOOKS}/crm`, { url, events: webhookEvents });
    expect(reply.status).toBe(422);
    expect(reply.body).toMatchObject({ errors: [{ pointer: '/url' }] });
    expect(await list(home)).toEqual([]);
  });

  it.each(['127.0.0.1', '10.0.0.1', '169.254.169.254'])('a name that leads to %s', async (to) => {
    const resolve = async () => [{ address: to, family: 4 }];
    const { home, work } = await start({
      ...impatient(),
      send: createHttpsOutbound({ resolve }).send,
    });
    await put(home, 'https://hooks.example.org/');
    await announce(home.gate, cleared('cmp_1'));
    await work();
    expect(await deliveryOf(home)).toMatchObject({ failure: 'refused', state: 'pending' });
  });
});

describe('secrets', () => {
  it('are in no log line, no answer but the first, and nowhere at rest in clear', async () => {
    const home = await startWorking();
    const to = await receiver();
    const { secret } = await put(home, to.url);
    to.react(500);
    await announce(home.gate, cleared('cmp_secret-8812'));
    await vi.waitFor(() => expect(to.received.length).toBeGreaterThan(0), { timeout: 5000 });
    to.react(200);
    const shown = [
      await home.call('admin', 'GET', HOOKS),
      await home.call('admin', 'GET', '/v1/controllers/acme'),
      await home.call('auditor', 'POST', '/v1/audit/search', { controller: 'acme' }),
    ].map(({ text }) => text);
    const key = secret.slice('whsec_'.length);
    const bytes = Buffer.from(key, 'base64').toString('latin1');
    const atRest = filesOf(home.dataFolder).map((file) => readFileSync(file, 'latin1'));
    expect(atRest.join('').length).toBeGreaterThan(1000);
    const found = (texts: readonly string[], word: string) =>
      texts.filter((text) => text.includes(word)).length;
    for (const word of [key, bytes]) {
      expect([found(shown, word), found(home.lines, word), found(atRest, word)]).toEqual([0, 0, 0]);
    }
    // The path of a URL is often a secret, and what is sent is nobody else's business.
    for (const word of ['path-token-5512', 'cmp_secret-8812']) {
      expect([found(home.lines, word), found(atRest, word)]).toEqual([0, 0]);
    }
    expect(found(home.lines, 'webhook not delivered')).toBeGreaterThan(0);
  });
});

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path).isFile());
}

describe('a breach alert', () => {
  const opening = (more: Submission = {}): Submission => ({
    ...{ title: 'list on a server', description: 'a list lay open', source: 'monitoring' },
    ...{ types: ['C'], establishment: { country: 'DE', region: 'DE-NW' }, controller: 'acme' },
    ...{ timezone: 'Europe/Berlin', role: 'controller', regimes: ['GDPR'] },
    ...{ suspectedAt: formatInstant(START - HOUR_MS), awareAt: formatInstant(START - HOUR_MS) },
    ...{ awareBasis: 'a call', facts: { nature: 'addresses' } },
    ...more,
  });
  const report = async (home: InProcessGate, more: Submission = {}) => {
    const body = opening(more);
    const reply = await home.call('incident-responder', 'POST', '/v1/breaches', body);
    expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 201 });
    return BreachView.parse(reply.body).id;
  };
  const alertsOf = async (home: InProcessGate, id: string) => {
    const reply = await home.call('dpo', 'GET', `/v1/breaches/${id}`);
    const { timeline } = BreachView.parse(reply.body);
    return timeline.filter(({ type }) => type === 'alert_delivered').map(({ data }) => data);
  };
  const settings = (home: InProcessGate, alerts: readonly unknown[]) =>
    home.call('admin', 'PUT', '/v1/controllers/acme', { ...controllerSettings(), alerts });

  it('arrives signed, with what is due and what is missing, and the case says where', async () => {
    const { home, clock, work } = await start();
    const [to, other] = [await receiver(), await receiver()];
    const { secret } = await put(home, to.url, ['breach.alert'], 'pager');
    await put(home, other.url, ['campaign.held'], 'campaigns');
    const id = await report(home);
    await work();
    const [request] = to.received;
    expect(request && isSignedBy(secret, request, clock.now())).toBe(true);
    const { alertId, ...data } = request?.body.data ?? {};
    expect(data).toEqual({
      ...{ breachId: id, regime: 'GDPR', step: 'notification', kind: 'T+0h' },
      ...{ due: '2026-11-20T11:17:00Z', late: true, drill: false, about: null },
      strictTarget: '2026-11-23T11:17:00Z',
      legalDeadline: '2026-11-23T12:00:00Z',
      missing: [
        ...['dataCategories', 'subjectsApprox', 'recordsApprox', 'contact', 'consequences'],
        ...['measuresTaken', 'measuresPlanned'],
      ],
      text: {
        de: expect.stringMatching(/^Die Frist läuft: GDPR \(notification\), Ende der Frist .+\./),
        en: expect.stringMatching(/^the clock is running: GDPR \(notification\), deadline .+\./),
      },
      acknowledgeUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/a\/[\w-]+$/),
    });
    expect(await alertsOf(home, id)).toMatchObject([
      { alert: alertId, channels: ['log', 'webhook:pager'] },
    ]);
    expect(other.received).toEqual([]);
    clock.advance(11 * HOUR_MS);
    await work();
    await work();
    expect(to.received.map(({ body }) => body.data['kind'])).toEqual(['T+0h', 'T+12h']);
  });

  it('reaches a target of the settings that nobody has put a webhook under', async () => {
    const { home, clock, work } = await start();
    const to = await receiver();
    const target = { kind: 'webhook', target: to.url };
    const settled = await settings(home, [target]);
    const [made, ...more] = ControllerView.parse(settled.body).webhooks ?? [];
    expect({ status: settled.status, more }).toEqual({ status: 200, more: [] });
    expect(ControllerView.parse((await settings(home, [target])).body).webhooks).toBeUndefined();
    await report(home);
    await work();
    const [request] = to.received;
    expect(request && isSignedBy(made?.secret ?? '', request, clock.now())).toBe(true);
    const { secret } = await put(home, to.url, ['breach.alert'], 'pager');
    expect((await list(home)).map(({ name }) => name)).toEqual(['pager']);
    await report(home);
    await work();
    const again = to.received.at(-1);
    expect(to.received).toHaveLength(2);
    expect(again && isSignedBy(secret, again, clock.now())).toBe(true);
  });

  it('reaches no target that was taken out of the settings', async () => {
    const { home, work } = await start();
    const [old, other] = [await receiver(), await receiver()];
    await settings(home, [{ kind: 'webhook', target: old.url }]);
    await settings(home, [{ kind: 'webhook', target: other.url }]);
    await report(home);
    await work();
    expect([old.received.length, other.received.length]).toEqual([0, 1]);
    await settings(home, []);
    expect(await list(home)).toEqual([]);
  });

  it('changes nothing where there is no room for a target', async () => {
    const { home } = await start();
    const to = await receiver();
    for (let index = 1; index < limits.webhooksPerController; index++) {
      await put(home, to.url, ['campaign.held'], `hook-${index}`);
    }
    const targets = ['x', 'y'].map((path) => ({ kind: 'webhook', target: `${to.url}/${path}` }));
    expect((await settings(home, targets)).status).toBe(409);
    const kept = await home.call('admin', 'GET', '/v1/controllers/acme');
    expect(ControllerView.parse(kept.body).alerts ?? []).toEqual([]);
    expect(await list(home)).toHaveLength(limits.webhooksPerController - 1);
    expect((await settings(home, targets.slice(1))).status).toBe(200);
  });

  it.each(['replaced', 'deleted'])('that waits for a webhook that is %s is told', async (how) => {
    const { home, clock, work } = await start();
    const to = await receiver();
    to.react(500);
    await settings(home, [{ kind: 'webhook', target: to.url }]);
    const id = await report(home);
    await work();
    const [made] = await list(home);
    to.react(204);
    if (how === 'deleted') await home.call('admin', 'DELETE', `${HOOKS}/${made?.name}`);
    await put(home, how === 'deleted' ? `${to.url}/b` : to.url, ['breach.alert'], 'pager');
    clock.advance(HOUR_MS);
    await work();
    await work();
    expect(to.received.at(-1)?.body.data['kind']).toBe('undelivered');
    const reply = await home.call('dpo', 'GET', `/v1/breaches/${id}`);
    const types = BreachView.parse(reply.body).timeline.map(({ type }) => type);
    expect(types).toContain('alert_undelivered');
    expect((await list(home)).map(({ name, dead }) => ({ name, dead }))).toEqual([
      { name: 'pager', dead: 0 },
    ]);
  });

  it('a target that is never called is refused', async () => {
    const home = await startGateInProcess();
    opened.push(() => home.close());
    const alerts = [{ kind: 'webhook', target: 'https://10.0.0.7/x' }];
    const reply = await settings(home, alerts);
    const errors = [{ pointer: '/alerts/0/target', code: 'not-callable' }];
    expect(reply).toMatchObject({ status: 422, body: { errors } });
  });

  it('all that fell due, to every webhook that there may be', async () => {
    const { home, work } = await start();
    const to = await receiver();
    for (let index = 1; index <= limits.webhooksPerController; index++) {
      await put(home, to.url, ['breach.alert'], `hook-${index}`);
    }
    const long = formatInstant(START - 200 * HOUR_MS);
    const id = await report(home, { suspectedAt: long, awareAt: long });
    await work();
    const alerts = await alertsOf(home, id);
    expect(alerts.map(({ kind }) => kind)).toEqual([
      ...['T+0h', 'T+12h', 'T+24h', 'T+48h', 'T+60h', 'T+66h', 'T+71h', 'overdue'],
    ]);
    expect(to.received).toHaveLength(alerts.length * limits.webhooksPerController);
    expect(to.taken().size).toBe(alerts.length);
  });

  it('goes to the webhook that the settings name by its URL, whatever that asked for', async () => {
    const { home, work } = await start();
    const to = await receiver();
    await put(home, to.url, ['campaign.held'], 'pager');
    await settings(home, [{ kind: 'webhook', target: to.url.replace('http:', 'HTTP:') }]);
    const id = await report(home, { drill: true });
    await work();
    expect(to.received[0]?.body).toMatchObject({ type: 'breach.alert', data: { drill: true } });
    expect(await alertsOf(home, id)).toMatchObject([{ channels: ['log', 'webhook:pager'] }]);
  });

  it('claims no way that does not exist, and names no address', async () => {
    const { home, work } = await start();
    await settings(home, [
      { kind: 'email', target: 'officer-5512@example.org' },
      { kind: 'sns', target: 'arn:aws:sns:eu-central-1:123456789012:topic-5512' },
      { kind: 'webhook', target: 'hooks-5512' },
    ]);
    const id = await report(home);
    await work();
    expect(await alertsOf(home, id)).toMatchObject([
      { channels: ['log', 'unreachable:email', 'unreachable:sns', 'unreachable:webhook'] },
    ]);
    // Two messages may wake a case at the same time; the case notes an alert once.
    const lines = new Set(home.lines.filter((line) => line.includes('reaches nobody')));
    const Line = z.looseObject({ level: z.string(), kind: z.string(), reason: z.string() });
    const said = [...lines].map((line) => Line.parse(JSON.parse(line)));
    expect(said.map(({ level, kind }) => [level, kind])).toEqual([
      ['error', 'email'],
      ['error', 'sns'],
      ['error', 'webhook'],
    ]);
    expect(said[2]?.reason).toMatch(/no webhook with the URL/);
    expect(home.lines.filter((line) => line.includes('5512'))).toEqual([]);
  });

  it('that nobody acknowledges is escalated after half an hour, once; else it is not', async () => {
    const { home, clock, work } = await start();
    const to = await receiver();
    await put(home, to.url, ['breach.alert'], 'pager');
    const long = formatInstant(START - 49 * HOUR_MS);
    const silent = await report(home, { suspectedAt: long, awareAt: long });
    const heard = await report(home, { suspectedAt: long, awareAt: long });
    await work();
    const last = (await alertsOf(home, heard)).at(-1);
    expect(last?.['kind']).toBe('T+48h');
    const path = `/v1/breaches/${heard}/alerts/${String(last?.['alert'])}/acknowledgement`;
    expect((await home.call('incident-responder', 'POST', path)).status).toBe(200);
    clock.advance(30 * MINUTE_MS - 1);
    await work();
    expect((await alertsOf(home, silent)).map(({ kind }) => kind)).not.toContain('unacknowledged');
    clock.advance(1);
    await work();
    clock.advance(HOUR_MS);
    await work();
    const about = (await alertsOf(home, silent)).find(({ kind }) => kind === 'T+48h')?.['alert'];
    const escalated = to.received.filter(({ body }) => body.data['kind'] === 'unacknowledged');
    expect(escalated.map(({ body }) => body.data)).toMatchObject([{ breachId: silent, about }]);
    expect((await alertsOf(home, silent)).at(-1)).toMatchObject({
      ...{ kind: 'unacknowledged', about, late: false, channels: ['log', 'webhook:pager'] },
    });
    expect((await alertsOf(home, heard)).map(({ kind }) => kind)).not.toContain('unacknowledged');
  });

  it('of a case of nobody has the log alone', async () => {
    const { home, work } = await start();
    const to = await receiver();
    await put(home, to.url);
    const id = await report(home, { controller: null });
    await work();
    expect(await alertsOf(home, id)).toMatchObject([{ channels: ['log'] }]);
    expect(to.received).toEqual([]);
  });

  it('is noted and announced as one: a note that fails announces nothing', async () => {
    const { home, work } = await start();
    const to = await receiver();
    await put(home, to.url);
    const id = await report(home);
    const failing: Gate = {
      ...home.gate,
      tables: {
        ...home.gate.tables,
        transact: async () => {
          throw new Error('the process ended');
        },
      },
    };
    await expect(breachDue({ breachId: id }, failing)).rejects.toThrow('the process ended');
    await webhookOverdue(home.gate);
    expect(await alertsOf(home, id)).toEqual([]);
    expect(await list(home)).toMatchObject([{ deliveries: [] }]);
    await work();
    expect(await alertsOf(home, id)).toHaveLength(1);
    expect(to.received).toHaveLength(1);
  });
});
