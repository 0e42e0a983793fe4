import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  BreachClock,
  BreachPage,
  BreachView,
  type BreachState,
} from '../../shared/contract/breach-cases.ts';
import { formatInstant, HOUR_MS, MINUTE_MS } from '../../shared/kernel/instant.ts';
import { alertsOverdue } from '../../functions/workers/alerts-overdue.ts';
import { breachDue } from '../../functions/workers/breach-due.ts';
import { BreachDue } from '../../shared/contract/workers.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { manualClock } from '../support/manual-clock.ts';
import type { Submission } from '../support/submissions.ts';

const START = Date.parse('2026-11-20T12:17:00Z');
const clock = manualClock(START);
let home: InProcessGate;

beforeAll(async () => {
  home = await startGateInProcess({ clock });
});

afterAll(() => home.close());

const ago = (hours: number) => formatInstant(clock.now() - hours * HOUR_MS);

function opening(more: Submission = {}): Submission {
  return {
    ...{ title: 'list on a server', description: 'a list lay open', source: 'monitoring' },
    ...{ types: ['C'], establishment: { country: 'DE', region: 'DE-NW' } },
    ...{ timezone: 'Europe/Berlin', role: 'controller', regimes: ['GDPR'] },
    suspectedAt: ago(1),
    ...more,
  };
}

const severity = {
  ...{ dpc: { kind: 'simple' }, ei: 1, confidentiality: 0.5, integrity: 0, availability: 0 },
  ...{ malicious: false, individuals: 12_000, unintelligible: false },
};
const assessed = (riskDecision: string, reasons: unknown = 'seen') => ({
  ...{ severity, riskDecision, reasons },
});
const notified = (more: Submission = {}) => ({
  ...{ regime: 'GDPR', step: 'notification', phase: 'INITIAL', authority: 'LDI NRW' },
  submittedAt: ago(0),
  ...more,
});

async function post(path: string, body?: Submission, headers = {}) {
  return home.call('incident-responder', 'POST', `/v1/breaches${path}`, body, headers);
}

async function open(more: Submission = {}): Promise<BreachView> {
  const reply = await post('', opening(more));
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 201 });
  return BreachView.parse(reply.body);
}

async function step(id: string, path: string, body?: Submission): Promise<BreachView> {
  const reply = await post(`/${id}${path}`, body);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  return read(id);
}

async function read(id: string): Promise<BreachView> {
  const reply = await home.call('dpo', 'GET', `/v1/breaches/${id}`);
  return BreachView.parse(reply.body);
}

async function clockOf(id: string): Promise<BreachClock> {
  const reply = await home.call('dpo', 'GET', `/v1/breaches/${id}/clock`);
  return BreachClock.parse(reply.body);
}

describe('a case from suspicion to closure', () => {
  it('goes through its states, each step with who and when', async () => {
    const { id, state } = await open();
    const states: BreachState[] = [state];
    const take = async (path: string, body?: Submission) => {
      states.push((await step(id, path, body)).state);
    };
    const changed = await home.call('incident-responder', 'PATCH', `/v1/breaches/${id}`, {
      facts: { nature: 'a list of addresses' },
    });
    states.push(BreachView.parse(changed.body).state);
    await take('/awareness', { awareAt: ago(0.5), basis: 'the log shows downloads' });
    await take('/assessments', assessed('HIGH_RISK'));
    await take('/notifications', notified());
    await take('/notifications', notified({ phase: 'SUPPLEMENT' }));
    const letter = { channel: 'letter', text: 'what happened', recipients: 12_000 };
    await take('/communications', { sentAt: ago(0), ...letter });
    await take('/closure');
    await take('/reopening', undefined);
    expect(states).toEqual([
      'SUSPECTED',
      'INVESTIGATING',
      'AWARE',
      'ASSESSED',
      'SA_NOTIFIED',
      'SA_NOTIFIED',
      'DS_COMMUNICATED',
      'CLOSED',
      'DS_COMMUNICATED',
    ]);
    const { timeline, missing } = await read(id);
    expect(timeline.map(({ number }) => number)).toEqual(timeline.map((_, index) => index + 1));
    expect(new Set(timeline.map(({ by }) => by))).toEqual(new Set(['local:incident-responder']));
    expect(missing).toContain('consequences');
    expect(missing).not.toContain('nature');
  });

  it('a correction of the awareness is one more entry and moves every deadline', async () => {
    const { id } = await open({ awareAt: ago(10), awareBasis: 'a call' });
    const before = await clockOf(id);
    const awareAt = ago(5);
    const { timeline } = await step(id, '/awareness', { awareAt, basis: 'mail', reason: 'typo' });
    expect(timeline.map(({ type }) => type)).toEqual(['opened', 'awareness_set', 'awareness_set']);
    const after = await clockOf(id);
    const target = (view: BreachClock) => Date.parse(view.regimes[0]?.strictTarget ?? '');
    expect(target(after) - target(before)).toBe(5 * HOUR_MS);
    expect(after.alerts.map(({ at }) => Date.parse(at) - Date.parse(awareAt))).toEqual(
      [0, 12, 24, 48, 60, 66, 71]
        .map((hour) => hour * HOUR_MS)
        .concat([73 * HOUR_MS - 17 * MINUTE_MS + 1]),
    );
    const ids = new Set(before.alerts.map((alert) => alert.id));
    expect(after.alerts.filter((alert) => ids.has(alert.id))).toEqual([]);
  });
});

describe('what the state or the law does not allow', () => {
  it.each<readonly [string, Submission | undefined]>([
    ['/assessments', assessed('RISK')],
    ['/notifications', notified()],
    ['/communications', { exception: '34(3)(a)', reasons: 'encrypted' }],
    ['/triggers', { regime: 'GDPR', trigger: 'detection', at: '2026-11-20T10:00:00Z' }],
    ['/reopening', { reason: 'none' }],
  ])('%s before anybody is aware is a conflict', async (path, body) => {
    const { id } = await open();
    const reply = await post(`/${id}${path}`, body);
    expect(reply.status).toBe(409);
    expect(reply.text).toMatch(path === '/reopening' ? /not closed/ : /awareness/);
  });

  it.each<readonly [string, Submission, string]>([
    ['/awareness', { awareAt: '2027-01-01T00:00:00Z', basis: 'x' }, '/awareAt'],
    ['/assessments', { severity, riskDecision: 'NO_RISK' }, '/reasons'],
    ['/notifications', notified({ submittedAt: '2027-01-01T00:00:00Z' }), '/submittedAt'],
    ['/notifications', notified({ submittedAt: '2026-11-01T00:00:00Z' }), '/submittedAt'],
    ['/notifications', notified({ regime: 'NIS2' }), '/regime'],
    ['/notifications', notified({ step: 'guess' }), '/step'],
    ['/communications', { exception: '34(3)(a)' }, '/reasons'],
    ['/communications', { exception: '34(3)(d)', reasons: 'x' }, '/exception'],
    ['/communications', { sentAt: ago(0), channel: 'a', recipients: 1 }, '/text'],
    [
      '/communications',
      { sentAt: '2027-01-01T00:00:00Z', channel: 'a', text: 'b', recipients: 1 },
      '/sentAt',
    ],
    [
      '/triggers',
      { regime: 'DORA', trigger: 'classification', at: '2026-11-20T12:00:00Z' },
      '/regime',
    ],
    [
      '/triggers',
      { regime: 'GDPR', trigger: 'classification', at: '2026-11-20T12:00:00Z' },
      '/trigger',
    ],
  ])('%s %o', async (path, body, pointer) => {
    const { id } = await open({ awareAt: ago(2), awareBasis: 'a call' });
    const reply = await post(`/${id}${path}`, body);
    expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 422 });
    expect(reply.body).toMatchObject({ errors: [{ pointer }] });
    expect((await read(id)).timeline).toHaveLength(2);
  });

  it('a late notification says why it is late', async () => {
    const { id } = await open({ suspectedAt: ago(90), awareAt: ago(80), awareBasis: 'a call' });
    const late = await post(`/${id}/notifications`, notified());
    expect(late.status).toBe(422);
    expect(late.body).toMatchObject({ errors: [{ pointer: '/delayReason' }] });
    await step(id, '/notifications', notified({ delayReason: 'the log was lost' }));
    expect((await clockOf(id)).regimes[0]?.state).toBe('met');
  });

  it('a follow-up needs something to follow', async () => {
    const { id } = await open({ awareAt: ago(1), awareBasis: 'a call' });
    for (const phase of ['SUPPLEMENT', 'WITHDRAWAL']) {
      expect((await post(`/${id}/notifications`, notified({ phase }))).status).toBe(409);
    }
    await step(id, '/notifications', notified({ phase: 'FINAL' }));
  });

  it('a closure names every open duty', async () => {
    const { id } = await open({ awareAt: ago(1), awareBasis: 'a call' });
    const reply = await post(`/${id}/closure`);
    expect(reply.status).toBe(409);
    expect(reply.body).toMatchObject({
      duties: [{ duty: 'notify', regime: 'GDPR' }, { duty: 'assess-risk' }],
    });
    await step(id, '/assessments', assessed('HIGH_RISK'));
    await step(id, '/notifications', notified());
    const open34 = await post(`/${id}/closure`);
    expect(open34.body).toMatchObject({ status: 409, duties: [{ authority: 'Art. 34(1) GDPR' }] });
    await step(id, '/communications', { exception: '34(3)(c)', reasons: ['a public notice'] });
    expect((await step(id, '/closure')).state).toBe('CLOSED');
  });

  it('without a risk nobody is told, and the reasons stay', async () => {
    const { id } = await open({ awareAt: ago(1), awareBasis: 'a call' });
    await step(id, '/assessments', assessed('NO_RISK', ['encrypted', 'key safe']));
    expect((await clockOf(id)).regimes[0]?.state).toBe('cancelled');
    const closed = await step(id, '/closure');
    expect(closed).toMatchObject({
      state: 'CLOSED',
      assessment: { reasons: ['encrypted', 'key safe'] },
    });
  });

  it('a suspicion that came to nothing is closed with its reason', async () => {
    const { id } = await open();
    const bare = await post(`/${id}/closure`);
    expect(bare.body).toMatchObject({ status: 422, errors: [{ pointer: '/reason' }] });
    expect((await step(id, '/closure', { reason: 'a test file' })).state).toBe('CLOSED');
    expect((await post(`/${id}/awareness`, { awareAt: ago(1), basis: 'x' })).status).toBe(409);
  });
});

describe('parallel regimes', () => {
  it('a submission under DORA starts the next step', async () => {
    const { id } = await open({ awareAt: ago(3), awareBasis: 'a call', regimes: ['DORA', 'GDPR'] });
    const steps = async () =>
      (await clockOf(id)).regimes.map(({ regime, step: name, state }) => [regime, name, state]);
    expect(await steps()).toEqual([
      ['GDPR', 'notification', 'running'],
      ['DORA', 'initial-outer-limit', 'running'],
    ]);
    await step(id, '/triggers', { regime: 'DORA', trigger: 'classification', at: ago(1) });
    const initial = { regime: 'DORA', step: 'initial', authority: 'BaFin' };
    await step(id, '/notifications', notified(initial));
    expect(await steps()).toEqual([
      ['GDPR', 'notification', 'running'],
      ['DORA', 'initial', 'met'],
      ['DORA', 'initial-outer-limit', 'met'],
      ['DORA', 'intermediate', 'running'],
    ]);
  });
});

describe('who may see a case', () => {
  it('tokens of its controller, and for a case of nobody those that act for all', async () => {
    await home.call('admin', 'PUT', '/v1/controllers/acme', {
      ...{ name: 'Acme', establishment: { country: 'DE' }, timezone: 'Europe/Berlin' },
    });
    const named = await open({ controller: 'acme' });
    const nobodys = await open();
    const claims = { sub: 'r', scope: 'breaches:read breaches:write' };
    const acme = `Bearer ${await home.token({ ...claims, controllers: ['acme'] })}`;
    const other = `Bearer ${await home.token({ ...claims, controllers: ['other'] })}`;
    const get = async (authorization: string, id: string) =>
      (await home.call(null, 'GET', `/v1/breaches/${id}`, undefined, { authorization })).status;
    expect([await get(acme, named.id), await get(other, named.id)]).toEqual([200, 404]);
    expect([await get(acme, nobodys.id), await get(other, nobodys.id)]).toEqual([404, 404]);
    const list = await home.call(null, 'GET', '/v1/breaches', undefined, { authorization: acme });
    expect(BreachPage.parse(list.body).items.map(({ id }) => id)).toEqual([named.id]);
    const unknown = await post('', opening({ controller: 'nowhere' }));
    expect(unknown.status).toBe(404);
  });

  it('a retry with the same key opens one case and adds one entry', async () => {
    const key = { 'idempotency-key': 'open-1' };
    const body = opening();
    const [one, two] = [await post('', body, key), await post('', body, key)];
    expect(BreachView.parse(two.body).id).toBe(BreachView.parse(one.body).id);
  });

  it('two people at once: each entry has its place', async () => {
    const { id } = await open({ awareAt: ago(1), awareBasis: 'a call', regimes: ['TELCO'] });
    const all = Array.from({ length: 8 }, (_, index) =>
      post(`/${id}/triggers`, { regime: 'TELCO', trigger: 'detection', at: ago(index + 1) }),
    );
    expect((await Promise.all(all)).map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect((await read(id)).timeline.map(({ number }) => number)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ]);
  });
});

describe('alerts', () => {
  /** What the queue would hand to the worker, by now. */
  const work = async () => {
    await home.gate.timers.fireDue();
    await alertsOverdue(home.gate);
    const options = { max: 10, visibilitySeconds: 1 };
    for (;;) {
      const messages = await home.gate.queues.receive('breach-due', options);
      if (messages.length === 0) return;
      for (const { body } of messages)
        await breachDue(BreachDue.parse(JSON.parse(body)), home.gate);
      await home.gate.queues.acknowledge(
        'breach-due',
        messages.map(({ receipt }) => receipt),
      );
    }
  };
  const delivered = async (id: string) =>
    (await clockOf(id)).alerts.flatMap(({ kind, deliveredAt }) =>
      deliveredAt === null ? [] : [kind],
    );

  it('what fell due while nobody looked comes at once, in order, marked late', async () => {
    const awareAt = formatInstant(clock.now() - 72 * HOUR_MS + MINUTE_MS);
    const { id } = await open({ suspectedAt: ago(80), awareAt, awareBasis: 'a call' });
    await work();
    const { timeline } = await read(id);
    const alerts = timeline.filter(({ type }) => type === 'alert_delivered');
    expect(alerts.map(({ data }) => [data['kind'], data['late']])).toEqual([
      ['T+0h', true],
      ['T+12h', true],
      ['T+24h', true],
      ['T+48h', true],
      ['T+60h', true],
      ['T+66h', true],
      ['T+71h', true],
    ]);
    const overdue = (await clockOf(id)).alerts.find(({ kind }) => kind === 'overdue');
    clock.advance(Date.parse(overdue?.at ?? '') - clock.now());
    await work();
    expect((await delivered(id)).at(-1)).toBe('overdue');
    expect((await clockOf(id)).regimes[0]?.state).toBe('overdue');
    await work();
    // Eight, and one because nobody acknowledged the alert after 71 hours.
    expect((await read(id)).timeline.filter(({ type }) => type === 'alert_delivered')).toHaveLength(
      9,
    );
  });

  it('end with the duty, and an acknowledgement stays', async () => {
    const { id } = await open({ awareAt: ago(13), awareBasis: 'a call' });
    await work();
    expect(await delivered(id)).toEqual(['T+0h', 'T+12h']);
    const [first, , third] = (await clockOf(id)).alerts;
    const early = await post(`/${id}/alerts/${third?.id}/acknowledgement`);
    expect(early).toMatchObject({
      status: 409,
      body: { detail: expect.stringMatching(/not due/) },
    });
    await post(`/${id}/alerts/${first?.id}/acknowledgement`);
    expect((await clockOf(id)).alerts[0]?.acknowledgedAt).toBe(formatInstant(clock.now()));
    expect((await post(`/${id}/alerts/${first?.id}/acknowledgement`)).status).toBe(409);
    expect((await post(`/${id}/alerts/alr_none/acknowledgement`)).status).toBe(404);
    await step(id, '/notifications', notified());
    clock.advance(80 * HOUR_MS);
    await work();
    expect(await delivered(id)).toEqual(['T+0h', 'T+12h']);
  });
});
