import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { alertsOverdue } from '../../functions/workers/alerts-overdue.ts';
import { breachDue } from '../../functions/workers/breach-due.ts';
import { webhookDue } from '../../functions/workers/webhook-due.ts';
import { webhookOverdue } from '../../functions/workers/webhook-overdue.ts';
import type { Gate } from '../../functions/shell/gate.ts';
import type { AlertAnswer, AlertMessage } from '../../functions/shell/ports/alerts.ts';
import { BreachClock, BreachView } from '../../shared/contract/breach-cases.ts';
import { limits } from '../../shared/contract/limits.ts';
import { BreachDue, WebhookDue, type QueueName } from '../../shared/contract/workers.ts';
import { formatInstant, HOUR_MS } from '../../shared/kernel/instant.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { sendRaw } from '../support/http-client.ts';
import { manualClock } from '../support/manual-clock.ts';
import { controllerSettings, type Submission } from '../support/submissions.ts';

/*
 * Alerts that go to people, by mail and topic, through the outbox of the webhooks; and the link in
 * them by which they are acknowledged.
 */

const clock = manualClock(Date.parse('2026-11-20T12:17:00Z'));
const topic = 'arn:aws:sns:eu-central-1:111111111111:alerts';
let home: InProcessGate;
let gate: Gate;
let sent: AlertMessage[] = [];
let answer: AlertAnswer = { ok: true };

beforeAll(async () => {
  home = await startGateInProcess({ clock });
  gate = {
    ...home.gate,
    alerts: {
      reaches: () => true,
      send: async (message) => {
        sent.push(message);
        return answer;
      },
    },
  };
});

beforeEach(() => {
  sent = [];
  answer = { ok: true };
});

afterAll(() => home.close());

async function settle(...targets: readonly Submission[]): Promise<void> {
  const settings = { ...controllerSettings(), alerts: targets };
  const put = await home.call('admin', 'PUT', '/v1/controllers/acme', settings);
  expect(put.status).toBe(200);
}

async function open(more: Submission = {}): Promise<string> {
  const at = formatInstant(clock.now());
  const reply = await home.call('incident-responder', 'POST', '/v1/breaches', {
    ...{ title: 'secret title', description: 'secret words', suspectedAt: at, awareAt: at },
    ...{ types: ['C'], establishment: { country: 'DE' }, timezone: 'Europe/Berlin' },
    ...{ role: 'controller', regimes: ['GDPR'], source: 'monitoring', controller: 'acme' },
    ...more,
  });
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 201 });
  return BreachView.parse(reply.body).id;
}

async function drain(queue: QueueName, work: (body: unknown) => Promise<void>): Promise<void> {
  for (;;) {
    const messages = await home.gate.queues.receive(queue, { max: 10, visibilitySeconds: 1 });
    if (messages.length === 0) return;
    for (const { body } of messages) await work(JSON.parse(body));
    const receipts = messages.map(({ receipt }) => receipt);
    await home.gate.queues.acknowledge(queue, receipts);
  }
}

async function work(by: Gate = gate): Promise<void> {
  await alertsOverdue(by);
  await drain('breach-due', (body) => breachDue(BreachDue.parse(body), by));
  await webhookOverdue(by);
  await drain('webhook-due', (body) => webhookDue(WebhookDue.parse(body), by));
}

async function channelsOf(id: string): Promise<readonly unknown[]> {
  const { timeline } = BreachView.parse((await home.call('dpo', 'GET', `/v1/breaches/${id}`)).body);
  return timeline.flatMap(({ type, data }) =>
    type === 'alert_delivered' ? [data['channels']] : [],
  );
}

const mail = { kind: 'email', target: 'dpo@example.org' };
const page = { kind: 'sns', target: topic };
const linkIn = (text: string) => /https?:\S+\/a\/\S+/.exec(text)?.[0] ?? '';

describe('alerts to people', () => {
  it('go by mail and topic, in both languages, with what is missing and no detail', async () => {
    await settle(mail, page);
    const id = await open();
    await work();
    expect(sent.map(({ way, target }) => [way, target]).toSorted()).toEqual([
      ['email', 'dpo@example.org'],
      ['sns', topic],
    ]);
    for (const { subject, text } of sent) {
      expect(subject).toBe(`deadline of a data breach: ${id}`);
      expect(text).toContain('Die Frist läuft: GDPR (notification), Ende der Frist 2026-11-23');
      expect(text).toContain('the clock is running: GDPR (notification)');
      expect(text).toContain('- wahrscheinliche Folgen');
      expect(text).toContain('- likely consequences');
      expect(text).not.toContain('secret');
    }
    expect(await channelsOf(id)).toEqual([
      ['log', expect.stringMatching(/^email\.[0-9a-f]{12}$/), expect.stringMatching(/^sns\./)],
    ]);
    await work();
    expect(sent).toHaveLength(2);
  });

  it('are tried again until they are taken, and given up in the end', async () => {
    await settle(mail);
    await open();
    answer = { ok: false, failure: 'unreachable' };
    await work();
    expect(sent).toHaveLength(1);
    clock.advance(6000 + 2000);
    answer = { ok: true };
    await work();
    await work();
    expect(sent).toHaveLength(2);
    answer = { ok: false, failure: 'unreachable' };
    await open();
    await work();
    for (const seconds of limits.alertRetrySeconds) {
      clock.advance(seconds * 1300);
      await work();
    }
    const count = sent.length;
    clock.advance(100 * HOUR_MS);
    await drain('webhook-due', (body) => webhookDue(WebhookDue.parse(body), gate));
    expect(count).toBeGreaterThanOrEqual(2 + 1 + limits.alertRetrySeconds.length);
    expect(home.lines.some((line) => line.includes('webhook given up'))).toBe(true);
    expect(home.lines.join('\n')).not.toContain('dpo@example.org');
  });

  it('that are refused are not tried again', async () => {
    await settle(page);
    await open();
    answer = { ok: false, failure: 'refused' };
    await work();
    const count = sent.filter(({ way }) => way === 'sns').length;
    clock.advance(7000);
    await drain('webhook-due', (body) => webhookDue(WebhookDue.parse(body), gate));
    expect(sent.filter(({ way }) => way === 'sns')).toHaveLength(count);
  });

  it('whoever was taken out of the settings gets nothing', async () => {
    await settle(mail);
    await open();
    await alertsOverdue(gate);
    await drain('breach-due', (body) => breachDue(BreachDue.parse(body), gate));
    await settle();
    await webhookOverdue(gate);
    await drain('webhook-due', (body) => webhookDue(WebhookDue.parse(body), gate));
    expect(sent).toEqual([]);
  });

  it('at home nothing reaches them, and the case says so', async () => {
    await settle(mail, page);
    const id = await open();
    await work(home.gate);
    expect(await channelsOf(id)).toEqual([['log', 'unreachable:email', 'unreachable:sns']]);
    expect(sent).toEqual([]);
  });
});

describe('the link of an alert', () => {
  async function linkOf(more: Submission = {}): Promise<{ id: string; url: URL }> {
    await settle(mail);
    sent = [];
    const id = await open(more);
    await work();
    const mine = sent.find(({ subject }) => subject.includes(id));
    return { id, url: new URL(linkIn(mine?.text ?? '')) };
  }

  const visit = (url: URL, method: string, headers: Readonly<Record<string, string>> = {}) =>
    sendRaw(url.origin, {
      ...{ method, path: url.pathname + url.search },
      headers: { accept: 'text/html', 'accept-language': 'de', ...headers },
    });

  async function acknowledgedIn(id: string): Promise<readonly (string | null)[]> {
    const reply = await home.call('dpo', 'GET', `/v1/breaches/${id}/clock`);
    const { alerts } = BreachClock.parse(reply.body);
    return alerts.flatMap(({ deliveredAt, acknowledgedAt }) =>
      deliveredAt === null ? [] : [acknowledgedAt],
    );
  }

  it('shows a page that acknowledges nothing, and a button that does', async () => {
    const { id, url } = await linkOf();
    for (const method of ['GET', 'HEAD', 'GET']) {
      const shown = await visit(url, method);
      expect(shown.status).toBe(200);
      if (method === 'GET') expect(shown.text).toContain('<form method="post"');
      expect(shown.text).not.toContain('secret');
      expect(shown.text).not.toContain('acme');
    }
    expect(await acknowledgedIn(id)).toEqual([null]);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const clicked = await visit(url, 'POST', form);
    expect(clicked.status).toBe(200);
    expect(clicked.text).toContain('bestätigt');
    expect(await acknowledgedIn(id)).toEqual([formatInstant(clock.now())]);
    const view = BreachView.parse((await home.call('dpo', 'GET', `/v1/breaches/${id}`)).body);
    expect(view.timeline.at(-1)).toMatchObject({ type: 'alert_acknowledged', by: 'link' });
    const again = await visit(url, 'POST', form);
    expect(again.status).toBe(200);
    expect((await visit(url, 'GET')).text).not.toContain('<form');
    const english = await visit(new URL(`${url.href}?lang=en`), 'GET');
    expect(english.text).toContain('acknowledged');
  });

  it('is over with the case, and strange to everybody else', async () => {
    const { id, url } = await linkOf({ regimes: ['GDPR_V2'] });
    const severity = {
      ...{ dpc: { kind: 'simple' }, ei: 0.25, confidentiality: 0, integrity: 0, availability: 0 },
      ...{ malicious: false, individuals: 1, unintelligible: true },
    };
    const assessed = { severity, riskDecision: 'NO_RISK', reasons: 'encrypted' };
    const path = `/v1/breaches/${id}`;
    await home.call('incident-responder', 'POST', `${path}/assessments`, assessed);
    const closed = await home.call('incident-responder', 'POST', `${path}/closure`, {});
    expect(closed.status).toBe(200);
    for (const method of ['GET', 'POST']) expect((await visit(url, method)).status).toBe(410);
    const spoiled = new URL(`${url.href.slice(0, -3)}AAA`);
    for (const method of ['GET', 'POST']) expect((await visit(spoiled, method)).status).toBe(404);
  });

  it('a drill is called one', async () => {
    const { url } = await linkOf({ drill: true });
    expect((await visit(url, 'GET')).text).toContain('Übung');
    expect(sent.at(-1)?.subject).toMatch(/^\[.*DRILL\]/);
  });
});
