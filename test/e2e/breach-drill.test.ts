import { afterAll, beforeAll, expect, it } from 'vitest';
import { alertsOverdue } from '../../functions/workers/alerts-overdue.ts';
import { breachDue } from '../../functions/workers/breach-due.ts';
import { BreachClock, BreachView } from '../../shared/contract/breach-cases.ts';
import { BreachRating } from '../../shared/contract/breach-ratings.ts';
import { BreachDue } from '../../shared/contract/workers.ts';
import { formatInstant, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../shared/kernel/instant.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { manualClock } from '../support/manual-clock.ts';
import type { Submission } from '../support/submissions.ts';

/* A drill with a faster clock (issue 6): an hour in a second, 72 of them in 72 s, and a rating. */

const START = Date.parse('2026-11-20T12:00:00Z');
const clock = manualClock(START);
let home: InProcessGate;

beforeAll(async () => {
  home = await startGateInProcess({ clock });
});

afterAll(() => home.close());

const post = (path: string, body: Submission = {}) =>
  home.call('incident-responder', 'POST', `/v1/breaches${path}`, body);

const opening = (more: Submission = {}) => ({
  ...{ title: 'Probe', description: 'eine Liste', types: ['C'], source: 'Übung' },
  ...{ establishment: { country: 'DE', region: 'DE-HE' }, timezone: 'Europe/Berlin' },
  ...{ role: 'controller', regimes: ['GDPR'], drill: true, timeScale: 3600 },
  ...{ suspectedAt: formatInstant(clock.now()), awareAt: formatInstant(clock.now()) },
  ...more,
});

async function open(more: Submission = {}): Promise<string> {
  const reply = await post('', opening(more));
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 201 });
  return BreachView.parse(reply.body).id;
}

async function clockOf(id: string): Promise<BreachClock> {
  return BreachClock.parse((await home.call('dpo', 'GET', `/v1/breaches/${id}/clock`)).body);
}

async function ratingOf(id: string): Promise<BreachRating> {
  const reply = await home.call('auditor', 'GET', `/v1/breaches/${id}/rating`);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  return BreachRating.parse(reply.body);
}

async function work(): Promise<void> {
  await alertsOverdue(home.gate);
  for (;;) {
    const messages = await home.gate.queues.receive('breach-due', {
      max: 10,
      visibilitySeconds: 1,
    });
    if (messages.length === 0) return;
    for (const { body } of messages) await breachDue(BreachDue.parse(JSON.parse(body)), home.gate);
    const receipts = messages.map(({ receipt }) => receipt);
    await home.gate.queues.acknowledge('breach-due', receipts);
  }
}

const severity = {
  ...{ dpc: { kind: 'simple' }, ei: 1, confidentiality: 0.5, integrity: 0, availability: 0 },
  ...{ malicious: false, individuals: 12_000, unintelligible: false },
};

it('72 hours pass in 72 seconds, and both clocks are shown', async () => {
  const at = clock.now();
  const id = await open();
  const { regimes, alerts } = await clockOf(id);
  expect(regimes).toMatchObject([
    {
      strictTarget: formatInstant(at + 72 * SECOND_MS),
      legalDeadline: formatInstant(at + 73 * SECOND_MS),
      nominal: {
        strictTarget: formatInstant(at + 72 * HOUR_MS),
        legalDeadline: formatInstant(at + 73 * HOUR_MS),
      },
    },
  ]);
  const seconds = alerts.map((alert) => (Date.parse(alert.at) - at) / SECOND_MS);
  expect(seconds).toEqual([0, 12, 24, 48, 60, 66, 71, 73.001]);
  const view = BreachView.parse((await home.call('dpo', 'GET', `/v1/breaches/${id}`)).body);
  expect(view).toMatchObject({ drill: true, timeScale: 3600 });
});

it('done well, it gets every point', async () => {
  const id = await open();
  const facts = {
    ...{ nature: 'n', dataCategories: ['x'], subjectsApprox: 1, recordsApprox: 1, contact: 'c' },
    ...{ consequences: 'c', measuresTaken: 't', measuresPlanned: 'p' },
  };
  await home.call('incident-responder', 'PATCH', `/v1/breaches/${id}`, { facts });
  clock.advance(20 * SECOND_MS);
  await post(`/${id}/assessments`, { severity, riskDecision: 'RISK' });
  clock.advance(28 * SECOND_MS);
  await work();
  const { alerts } = await clockOf(id);
  const urgent = alerts.find(({ kind }) => kind === 'T+48h');
  await post(`/${id}/alerts/${urgent?.id}/acknowledgement`);
  const submittedAt = formatInstant(clock.now());
  const told = { regime: 'GDPR', phase: 'INITIAL', authority: 'HBDI', submittedAt };
  expect((await post(`/${id}/notifications`, told)).status).toBe(200);
  expect(await ratingOf(id)).toMatchObject({ final: false });
  expect((await post(`/${id}/closure`)).status).toBe(200);
  const rating = await ratingOf(id);
  expect(rating).toMatchObject({ final: true, points: 100, maximum: 100 });
  expect(rating.text).toEqual({
    de: 'Übung: 100 von 100 Punkten (100 %).',
    en: 'Drill: 100 of 100 points (100%).',
  });
  expect(rating.criteria.map(({ text }) => text.en)).toContain('authority notified after 48 h.');
});

it('slept through, it gets none', async () => {
  const id = await open();
  clock.advance(74 * SECOND_MS);
  await work();
  clock.advance(MINUTE_MS);
  const { points, maximum, criteria } = await ratingOf(id);
  expect({ points, maximum }).toEqual({ points: 0, maximum: 100 });
  expect(criteria.map(({ name }) => name)).toEqual([
    ...['deadlines', 'assessment', 'notification', 'acknowledgement', 'completeness'],
  ]);
});

it.each<readonly [string, Submission]>([
  ['a real case has no faster clock', { drill: false }],
  ['no drill said', { drill: undefined }],
  ['slower than time', { timeScale: 0 }],
  ['faster than a minute', { timeScale: 4321 }],
])('%s', async (_, more) => {
  const reply = await post('', opening(more));
  expect(reply.status).toBe(422);
  expect(reply.body).toMatchObject({ errors: [{ pointer: '/timeScale' }] });
});

it('only drills are rated', async () => {
  const id = await open({ drill: false, timeScale: undefined });
  const reply = await home.call('auditor', 'GET', `/v1/breaches/${id}/rating`);
  expect(reply.status).toBe(409);
});
