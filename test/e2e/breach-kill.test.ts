import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { BreachClock, BreachView } from '../../shared/contract/breach-cases.ts';
import { formatInstant, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../shared/kernel/instant.ts';
import { startGateProcess, type GateProcess } from '../support/gate-process.ts';
import { controllerSettings } from '../support/submissions.ts';
import { startReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

/*
 * The real process (issue 6): a case with one minute left is opened, the process is killed and
 * started again. What fell due arrives at once, in order, and the overdue one on its second. The
 * 72 hours of the United Kingdom end to the second; those of the GDPR up to an hour later (Reg.
 * 1182/71).
 */

let gate: GateProcess;
let receiver: WebhookReceiver;

beforeAll(async () => {
  receiver = await startReceiver();
  gate = await startGateProcess({ more: ['--allow-private-calls'] });
  const put = await gate.call('admin', 'PUT', '/v1/controllers/acme', controllerSettings());
  expect(put.status).toBe(200);
  const hook = { url: receiver.url, events: ['breach.alert'] };
  const hooked = await gate.call('admin', 'PUT', '/v1/controllers/acme/webhooks/pager', hook);
  expect(hooked.status).toBe(200);
});

afterAll(async () => {
  await gate.stop();
  await receiver.shut();
});

const Alert = z.object({
  alertId: z.string(),
  regime: z.string(),
  kind: z.string(),
  due: z.string(),
  late: z.boolean(),
});

const arrived = () => [...receiver.taken().values()].map(({ body }) => Alert.parse(body.data));

async function until(holds: () => boolean, byMs: number): Promise<void> {
  while (!holds() && Date.now() < byMs) await pause(100);
}

async function clockOf(id: string): Promise<BreachClock> {
  return BreachClock.parse((await gate.call('dpo', 'GET', `/v1/breaches/${id}/clock`)).body);
}

it('a kill with one minute left loses no alert', { timeout: 180_000 }, async () => {
  // Nothing gets out before the kill.
  receiver.react(503);
  const awareAt = Date.now() - 72 * HOUR_MS + MINUTE_MS;
  const opened = await gate.call('incident-responder', 'POST', '/v1/breaches', {
    ...{ title: 'a list', description: 'lay open', types: ['C'], source: 'monitoring' },
    ...{ establishment: { country: 'DE' }, timezone: 'Europe/Berlin', role: 'controller' },
    ...{ regimes: ['GDPR', 'UK'], controller: 'acme', suspectedAt: formatInstant(awareAt) },
    awareAt: formatInstant(awareAt),
  });
  expect(opened.status).toBe(201);
  await gate.kill9();
  const { id } = BreachView.parse(opened.body);
  const before = receiver.taken().size;
  expect(before).toBe(0);
  receiver.react(204);
  await gate.restart();
  const readyAt = Date.now();
  const past = [
    ...['T+0h', 'T+12h', 'T+24h', 'T+48h', 'T+60h', 'T+66h', 'T+71h'].map((kind) => `GDPR ${kind}`),
    ...['start', 'half', 'three-quarters', 'last-hour'].map((kind) => `UK ${kind}`),
  ];
  await until(() => receiver.taken().size >= past.length, readyAt + 20 * SECOND_MS);
  const late = arrived();
  expect(new Set(late.map(({ regime, kind }) => `${regime} ${kind}`))).toEqual(new Set(past));
  expect(late.map((alert) => alert.late)).toEqual(past.map(() => true));
  const arrivals = late.map(({ due }) => Date.parse(due));
  expect(arrivals).toEqual(arrivals.toSorted((a, b) => a - b));
  const noted = await gate.call('dpo', 'GET', `/v1/breaches/${id}`);
  const { timeline } = BreachView.parse(noted.body);
  const dues = timeline
    .filter(({ type }) => type === 'alert_delivered')
    .map(({ data }) => Number(data['due']));
  expect(dues).toHaveLength(past.length);
  expect(dues).toEqual([...dues].sort((a, b) => a - b));

  const end = awareAt + 72 * HOUR_MS;
  const overdue = () => arrived().find(({ regime, kind }) => `${regime} ${kind}` === 'UK overdue');
  await until(() => overdue() !== undefined, end + 30 * SECOND_MS);
  expect(overdue()).toMatchObject({ late: false, due: formatInstant(end + 1) });
  const { alerts } = await clockOf(id);
  const delivered = alerts.find((each) => each.regime === 'UK' && each.kind === 'overdue');
  const afterMs = Date.parse(delivered?.deliveredAt ?? '') - end;
  expect(afterMs).toBeGreaterThan(0);
  expect(afterMs).toBeLessThan(10 * SECOND_MS);
});
