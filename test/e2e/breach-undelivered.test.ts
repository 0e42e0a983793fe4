import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { alertsOverdue } from '../../functions/workers/alerts-overdue.ts';
import { breachDue } from '../../functions/workers/breach-due.ts';
import { webhookDue } from '../../functions/workers/webhook-due.ts';
import type { Gate } from '../../functions/shell/gate.ts';
import type { AlertMessage } from '../../functions/shell/ports/alerts.ts';
import type { OutboundAnswer } from '../../functions/shell/ports/outbound.ts';
import { BreachClock, BreachView, type BreachAlert } from '../../shared/contract/breach-cases.ts';
import { BreachDue, WebhookDue, type QueueName } from '../../shared/contract/workers.ts';
import { formatInstant, HOUR_MS, MINUTE_MS } from '../../shared/kernel/instant.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { manualClock } from '../support/manual-clock.ts';
import { controllerSettings, type Submission } from '../support/submissions.ts';

/*
 * An alert that does not arrive is an entry of its case, stands in the clock, and goes to others at
 * once; and whoever is responsible has one sent once more.
 */

const clock = manualClock(Date.parse('2026-11-20T12:17:00Z'));
const refusing = new Set<string>();
let home: InProcessGate;
let gate: Gate;
let mailed: AlertMessage[] = [];
let posted: string[] = [];
let status = 204;

beforeAll(async () => {
  const outbound = {
    accepts: () => true,
    send: async ({ body }: { readonly body?: string | Uint8Array }): Promise<OutboundAnswer> => {
      posted.push(String(body));
      return { ok: true, status, headers: {}, body: new Uint8Array() };
    },
  };
  home = await startGateInProcess({ clock, outbound });
  gate = {
    ...home.gate,
    alerts: {
      reaches: (way) => way === 'email',
      send: async (message) => {
        mailed.push(message);
        if (refusing.has(message.target)) return { ok: false, failure: 'refused' };
        return { ok: true };
      },
    },
  };
});

beforeEach(() => {
  refusing.clear();
  [mailed, posted, status] = [[], [], 204];
});

afterAll(() => home.close());

async function drain(queue: QueueName, work: (body: unknown) => Promise<void>): Promise<number> {
  for (let count = 0; ;) {
    const messages = await home.gate.queues.receive(queue, { max: 10, visibilitySeconds: 1 });
    if (messages.length === 0) return count;
    for (const { body } of messages) await work(JSON.parse(body));
    count += messages.length;
    const receipts = messages.map(({ receipt }) => receipt);
    await home.gate.queues.acknowledge(queue, receipts);
  }
}

/** Messages alone: no sweep finds what nobody said. */
async function work(): Promise<void> {
  for (;;) {
    const due = await drain('breach-due', (body) => breachDue(BreachDue.parse(body), gate));
    const sent = await drain('webhook-due', (body) => webhookDue(WebhookDue.parse(body), gate));
    if (due + sent === 0) return;
  }
}

let made = 0;

async function open(
  alerts: readonly Submission[],
  more: Submission = {},
): Promise<{ readonly id: string; readonly controller: string }> {
  const controller = `acme-${made++}`;
  await settle(controller, alerts);
  const at = formatInstant(clock.now());
  const reply = await home.call('incident-responder', 'POST', '/v1/breaches', {
    ...{ title: 'a list', description: 'lay open', suspectedAt: at, awareAt: at, types: ['C'] },
    ...{ establishment: { country: 'DE' }, timezone: 'Europe/Berlin', role: 'controller' },
    ...{ regimes: ['GDPR'], source: 'monitoring', controller },
    ...more,
  });
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 201 });
  return { id: BreachView.parse(reply.body).id, controller };
}

async function settle(controller: string, alerts: readonly Submission[]): Promise<void> {
  const settings = { ...controllerSettings(), alerts };
  const put = await home.call('admin', 'PUT', `/v1/controllers/${controller}`, settings);
  expect(put.status).toBe(200);
}

async function hook(controller: string): Promise<void> {
  const body = { url: 'https://pager.example.org/', events: ['breach.alert'] };
  await home.call('admin', 'PUT', `/v1/controllers/${controller}/webhooks/pager`, body);
}

async function alertsOf(id: string): Promise<readonly BreachAlert[]> {
  const reply = await home.call('dpo', 'GET', `/v1/breaches/${id}/clock`);
  const { alerts } = BreachClock.parse(reply.body);
  return alerts.filter(({ at }) => Date.parse(at) <= clock.now());
}

async function entriesOf(id: string, type: string) {
  const reply = await home.call('dpo', 'GET', `/v1/breaches/${id}`);
  return BreachView.parse(reply.body).timeline.filter((entry) => entry.type === type);
}

const again = (id: string, alert: string | undefined, headers = {}) => {
  const path = `/v1/breaches/${id}/alerts/${alert}/redelivery`;
  return home.call('incident-responder', 'POST', path, undefined, headers);
};
const mail = (name: string) => ({ kind: 'email', target: `${name}@example.org` });
const hashed = expect.stringMatching(/^email\.[0-9a-f]{12}$/);

describe('an alert that one contact does not take', () => {
  it('is in its case and in the clock, and the next contact hears of it at once', async () => {
    refusing.add('first@example.org');
    const { id } = await open([mail('first'), mail('second')]);
    await alertsOverdue(gate);
    await work();
    const [first, escalated, ...more] = await alertsOf(id);
    expect(more).toEqual([]);
    expect(first).toMatchObject({ kind: 'T+0h', channels: ['log', hashed, hashed] });
    expect(first?.failures).toEqual([
      {
        ...{ at: formatInstant(clock.now()), channel: hashed, way: 'email' },
        ...{ attempts: 1, status: null, failure: 'refused' },
      },
    ]);
    expect(escalated).toMatchObject({ kind: 'undelivered', about: first?.id, failures: [] });
    expect(escalated?.channels).toHaveLength(2);
    expect(escalated?.channels).not.toContain(first?.failures[0]?.channel);
    const entries = await entriesOf(id, 'alert_undelivered');
    expect(entries).toMatchObject([{ by: 'gate', data: { alert: first?.id, failure: 'refused' } }]);
    expect(mailed.map(({ target }) => target).toSorted()).toEqual([
      ...['first@example.org', 'second@example.org', 'second@example.org'],
    ]);
    expect(mailed.at(-1)?.text).toContain('an alert did not reach everybody');
    expect(home.lines.join('\n')).not.toContain('first@example.org');
  });

  it('what tells of it and fails as well is told to nobody', async () => {
    [mail('first'), mail('second')].forEach(({ target }) => refusing.add(target));
    const { id } = await open([mail('first'), mail('second')]);
    await alertsOverdue(gate);
    await work();
    const alerts = await alertsOf(id);
    const kinds = alerts.map(({ kind }) => kind);
    expect(kinds.toSorted()).toEqual(['T+0h', 'undelivered']);
    expect(alerts.find(({ kind }) => kind === 'undelivered')?.channels).toEqual(['log']);
    expect(alerts[0]?.failures).toHaveLength(2);
  });

  it('a receiver that is gone for good counts with its answer', async () => {
    const { id, controller } = await open([mail('first')]);
    await hook(controller);
    status = 410;
    await alertsOverdue(gate);
    await work();
    const [first, escalated] = await alertsOf(id);
    expect(first?.failures).toMatchObject([
      { channel: 'webhook:pager', way: 'webhook', attempts: 1, status: 410, failure: null },
    ]);
    expect(escalated).toMatchObject({ kind: 'undelivered', channels: ['log', hashed] });
    expect(posted).toHaveLength(1);
  });

  it('a webhook is named by its name or its URL, and hears of it once', async () => {
    const url = 'https://pager.example.org/';
    const targets = ['pager', url].map((target) => ({ kind: 'webhook', target }));
    const { id, controller } = await open(targets);
    const body = { url, events: ['campaign.held'] };
    await home.call('admin', 'PUT', `/v1/controllers/${controller}/webhooks/pager`, body);
    await alertsOverdue(gate);
    await work();
    expect(await alertsOf(id)).toMatchObject([
      { channels: ['log', 'webhook:pager'], failures: [] },
    ]);
    expect(posted).toHaveLength(1);
  });

  it('a way that this gate does not have was never tried', async () => {
    const topic = 'arn:aws:sns:eu-central-1:111111111111:alerts';
    const { id } = await open([{ kind: 'sns', target: topic }]);
    await alertsOverdue(gate);
    await work();
    expect(await alertsOf(id)).toMatchObject([
      { channels: ['log'], failures: [{ way: 'sns', attempts: 0, failure: 'not-set-up' }] },
    ]);
  });

  it('whoever has seen the alert is told no more of it', async () => {
    const { id, controller } = await open([mail('first')]);
    await hook(controller);
    status = 503;
    await alertsOverdue(gate);
    await work();
    const [first] = await alertsOf(id);
    const path = `/v1/breaches/${id}/alerts/${first?.id}/acknowledgement`;
    expect((await home.call('incident-responder', 'POST', path)).status).toBe(200);
    status = 410;
    clock.advance(MINUTE_MS);
    await work();
    const [noted] = await entriesOf(id, 'alert_undelivered');
    expect(noted?.data).toMatchObject({ attempts: 2, status: 410 });
    expect(await alertsOf(id)).toHaveLength(1);
  });

  it('is noted in a case that was closed meanwhile', async () => {
    const { id, controller } = await open([], { regimes: ['GDPR_V2'], role: 'processor' });
    await hook(controller);
    status = 503;
    await alertsOverdue(gate);
    await work();
    const path = `/v1/breaches/${id}/closure`;
    const closed = await home.call('incident-responder', 'POST', path, { reason: 'nothing' });
    expect({ status: closed.status, text: closed.text }).toMatchObject({ status: 200 });
    status = 410;
    clock.advance(MINUTE_MS);
    await work();
    expect(await entriesOf(id, 'alert_undelivered')).toHaveLength(1);
    expect((await again(id, (await alertsOf(id))[0]?.id)).status).toBe(409);
  });
});

describe('an alert once more', () => {
  it('goes to every contact of now, once a wish, and its acknowledgement counts', async () => {
    refusing.add('frist@example.org');
    const { id, controller } = await open([mail('frist')]);
    await alertsOverdue(gate);
    await work();
    const [first] = await alertsOf(id);
    await settle(controller, [mail('first')]);
    clock.advance(HOUR_MS);
    const key = { 'idempotency-key': 'once-more' };
    for (const _ of [1, 2]) expect((await again(id, first?.id, key)).status).toBe(202);
    expect(await entriesOf(id, 'alert_repeated')).toMatchObject([
      { by: 'local:incident-responder', data: { alert: first?.id } },
    ]);
    await alertsOverdue(gate);
    await work();
    const sent = mailed.filter(({ target }) => target === 'first@example.org');
    expect(sent).toHaveLength(1);
    expect(sent[0]?.text).toContain('the alert once more, as asked for');
    const repeated = (await alertsOf(id)).find(({ kind }) => kind === 'repeated');
    expect(repeated).toMatchObject({ about: first?.id, failures: [], channels: ['log', hashed] });
    const path = `/v1/breaches/${id}/alerts/${repeated?.id}/acknowledgement`;
    expect((await home.call('incident-responder', 'POST', path)).status).toBe(200);
    const seen = (await alertsOf(id)).find((alert) => alert.id === first?.id);
    expect(seen?.acknowledgedAt).toBe(formatInstant(clock.now()));
  });

  it('is refused before it has gone out, and once nothing is due any more', async () => {
    const { id } = await open([]);
    await alertsOverdue(gate);
    await work();
    const [first] = await alertsOf(id);
    const reply = await home.call('dpo', 'GET', `/v1/breaches/${id}/clock`);
    const later = BreachClock.parse(reply.body).alerts.at(-1)?.id;
    expect((await again(id, later)).status).toBe(409);
    expect((await again(id, 'alr_none')).status).toBe(404);
    await home.call('incident-responder', 'POST', `/v1/breaches/${id}/notifications`, {
      ...{ regime: 'GDPR', phase: 'INITIAL', authority: 'LDI NRW' },
      submittedAt: formatInstant(clock.now()),
    });
    const gone = await again(id, first?.id);
    expect(gone.status).toBe(409);
    expect(gone.text).toContain('nothing is left to warn of: GDPR (notification)');
  });
});
