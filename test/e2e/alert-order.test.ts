import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { OutboundAnswer } from '../../functions/shell/ports/outbound.ts';
import { alertsOverdue } from '../../functions/workers/alerts-overdue.ts';
import { breachDue } from '../../functions/workers/breach-due.ts';
import { webhookDue } from '../../functions/workers/webhook-due.ts';
import { webhookOverdue } from '../../functions/workers/webhook-overdue.ts';
import { limits } from '../../shared/contract/limits.ts';
import { BreachDue, WebhookDue, type QueueName } from '../../shared/contract/workers.ts';
import { formatInstant, HOUR_MS, SECOND_MS } from '../../shared/kernel/instant.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { manualClock } from '../support/manual-clock.ts';
import { controllerSettings } from '../support/submissions.ts';

/*
 * Late alerts of one case reach a receiver one after another, the oldest first (issue 6), whatever
 * the order in which the queue hands them out; and no delivery that fails holds up the next for
 * long.
 */

const clock = manualClock(Date.now());
let home: InProcessGate;
/** Kinds of alerts, as they were sent. */
let sent: string[] = [];
let answerTo: (kind: string) => number = () => 204;

const Sent = z.object({ data: z.object({ kind: z.string(), due: z.string() }) });

beforeAll(async () => {
  const outbound = {
    accepts: () => true,
    send: async ({ body }: { readonly body?: string | Uint8Array }): Promise<OutboundAnswer> => {
      const { kind } = Sent.parse(JSON.parse(String(body))).data;
      sent.push(kind);
      return { ok: true, status: answerTo(kind), headers: {}, body: new Uint8Array() };
    },
  };
  home = await startGateInProcess({ clock, outbound });
});

afterAll(() => home.close());

beforeEach(async () => {
  sent = [];
  answerTo = () => 204;
});

let made = 0;

/** A case of its own controller that nobody was warned of for 66 hours. */
async function open(): Promise<void> {
  const controller = `acme-${made++}`;
  await home.call('admin', 'PUT', `/v1/controllers/${controller}`, controllerSettings());
  const hook = { url: 'https://pager.example.org/', events: ['breach.alert'] };
  await home.call('admin', 'PUT', `/v1/controllers/${controller}/webhooks/pager`, hook);
  const at = formatInstant(clock.now() - 66 * HOUR_MS);
  const reply = await home.call('incident-responder', 'POST', '/v1/breaches', {
    ...{ title: 'a list', description: 'lay open', types: ['C'], source: 'monitoring' },
    ...{ establishment: { country: 'DE' }, timezone: 'Europe/Berlin', role: 'controller' },
    ...{ regimes: ['GDPR'], controller, suspectedAt: at, awareAt: at },
  });
  expect(reply.status).toBe(201);
  await alertsOverdue(home.gate);
  await drain('breach-due', (body) => breachDue(BreachDue.parse(body), home.gate));
}

/** The last message first: a queue keeps no order. */
async function drain(queue: QueueName, work: (body: unknown) => Promise<void>): Promise<void> {
  for (;;) {
    const messages = await home.gate.queues.receive(queue, { max: 10, visibilitySeconds: 1 });
    if (messages.length === 0) return;
    for (const { body } of messages.toReversed()) await work(JSON.parse(body));
    await home.gate.queues.acknowledge(
      queue,
      messages.map(({ receipt }) => receipt),
    );
  }
}

const send = () => drain('webhook-due', (body) => webhookDue(WebhookDue.parse(body), home.gate));

const inOrder = ['T+0h', 'T+12h', 'T+24h', 'T+48h', 'T+60h', 'T+66h'];

describe('late alerts of one case', () => {
  it('reach a receiver in the order in which they fell due', async () => {
    await open();
    await send();
    expect(sent).toEqual(inOrder);
  });

  it('keep their order when everything was refused at first', async () => {
    answerTo = () => 503;
    await open();
    await send();
    answerTo = () => 204;
    clock.advance(7 * SECOND_MS);
    await send();
    expect([...new Set(sent)]).toEqual(inOrder);
    expect(sent.slice(-inOrder.length)).toEqual(inOrder);
  });

  it('wait a bounded time for one that is not taken', async () => {
    answerTo = (kind) => (kind === 'T+12h' ? 503 : 204);
    await open();
    await send();
    expect(sent).toEqual(['T+0h', 'T+12h']);
    // The second attempt, and then the time for which the others wait for it.
    clock.advance(7 * SECOND_MS);
    await send();
    clock.advance((limits.alertOrderSeconds + 1) * SECOND_MS);
    await send();
    expect(sent).toEqual(['T+0h', 'T+12h', 'T+12h', ...inOrder.slice(2)]);
  });

  it('go on by the sweep when every message was lost', async () => {
    await open();
    await home.gate.queues.receive('webhook-due', { max: 10, visibilitySeconds: 3600 });
    await webhookOverdue(home.gate);
    await send();
    expect(sent).toEqual(inOrder);
  });
});
