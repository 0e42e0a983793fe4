import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { continueScope } from '../../functions/shell/flows/compute-scope.ts';
import { StoredCampaign } from '../../functions/shell/stores/campaign-store.ts';
import { keepPage, runRow } from '../../functions/shell/stores/decision-store.ts';
import { alertsOverdue } from '../../functions/workers/alerts-overdue.ts';
import { scopeRequested } from '../../functions/workers/scope-requested.ts';
import { BreachView } from '../../shared/contract/breach-cases.ts';
import { BreachScope } from '../../shared/contract/breach-scopes.ts';
import { limits } from '../../shared/contract/limits.ts';
import { ScopeRequested } from '../../shared/contract/workers.ts';
import { newId } from '../../shared/kernel/ids.ts';
import { formatInstant, HOUR_MS, MINUTE_MS } from '../../shared/kernel/instant.ts';
import type { PageEntry, PageHeader } from '../../shared/log/decision-page.ts';
import type { Ruling } from '../../shared/policy/decide.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { sendRaw } from '../support/http-client.ts';
import { manualClock } from '../support/manual-clock.ts';
import {
  campaign,
  campaignFor,
  checkOf,
  consent,
  controllerSettings,
  registered,
  type Submission,
} from '../support/submissions.ts';

/*
 * The scope of a breach (API 4): whom a processor, a client, a campaign or a time touched, from
 * the decision log. Whom a decision denies is not given out, and is counted apart.
 */

const clock = manualClock(Date.now());
let home: InProcessGate;

const mailer = (name: string) => ({
  ...{ name, country: 'DE', contractRef: 'AVV-1' },
  transfer: { basis: 'not_needed', ref: null },
});
const people = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `p${from + index}@example.org`);
const recipients = (emails: readonly string[]) => emails.map((email) => ({ email }));

beforeAll(async () => {
  home = await startGateInProcess({ clock });
  for (const id of ['acme', 'other']) {
    const put = await home.call('admin', 'PUT', `/v1/controllers/${id}`, controllerSettings());
    expect(put.status).toBe(200);
  }
  const events = people(0, 40).flatMap((email) => {
    return [registered({ email }), consent({ email }, { profilingLevel: 'P1' })];
  });
  const stated = await home.call('consent-source', 'POST', '/v1/events', { events });
  expect(stated.body).toMatchObject({ accepted: events.length });
});

afterAll(() => home.close());

async function submit(emails: readonly string[], more: Submission = {}): Promise<string> {
  const body = campaignFor(recipients(emails), more);
  const reply = await home.call('marketing-tool', 'POST', '/v1/campaigns', body);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 201 });
  return String(StoredCampaign.pick({ id: true }).parse(reply.body).id);
}

async function check(emails: readonly string[], more: Submission = {}, token = ''): Promise<void> {
  const body = checkOf(recipients(emails), more);
  const headers = token === '' ? {} : { authorization: `Bearer ${token}` };
  const reply = await home.call('marketing-tool', 'POST', '/v1/checks', body, headers);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
}

async function open(more: Submission = {}): Promise<string> {
  const at = formatInstant(clock.now() - HOUR_MS);
  const body = {
    ...{ title: 'a mailer was broken into', description: 'lists were copied', suspectedAt: at },
    ...{ types: ['C'], establishment: { country: 'DE' }, timezone: 'Europe/Berlin' },
    ...{ role: 'controller', regimes: ['GDPR'], source: 'the mailer', controller: 'acme' },
    ...more,
  };
  const reply = await home.call('incident-responder', 'POST', '/v1/breaches', body);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 201 });
  return BreachView.parse(reply.body).id;
}

const ask = (id: string, body: Submission, headers = {}) =>
  home.call('incident-responder', 'POST', `/v1/breaches/${id}/scope`, body, headers);

async function read(id: string, query = ''): Promise<BreachScope> {
  const reply = await home.call('dpo', 'GET', `/v1/breaches/${id}/scope${query}`);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  return BreachScope.parse(reply.body);
}

/** Everything that waits in the queue of the worker, each message twice. */
async function work(stopping?: AbortSignal): Promise<number> {
  const queue = 'scope-requested';
  const messages = await home.gate.queues.receive(queue, { max: 10, visibilitySeconds: 60 });
  const gate = stopping === undefined ? home.gate : { ...home.gate, stopping };
  for (const { body } of [...messages, ...messages]) {
    await scopeRequested(ScopeRequested.parse(JSON.parse(body)), gate);
  }
  await home.gate.queues.acknowledge(
    queue,
    messages.map(({ receipt }) => receipt),
  );
  return messages.length;
}

async function scopeOf(id: string, body: Submission): Promise<BreachScope> {
  const asked = await ask(id, body);
  expect({ status: asked.status, text: asked.text }).toMatchObject({ status: 202 });
  expect(BreachScope.parse(asked.body).state).toBe('computing');
  await work();
  return read(id);
}

async function keysOf({ keys }: BreachScope): Promise<readonly string[]> {
  if (keys === null) throw new Error('a computed scope has a list of keys');
  const { origin, pathname, search } = new URL(keys.url);
  const reply = await sendRaw(origin, { method: keys.method, path: pathname + search });
  expect(reply.status).toBe(200);
  const [header, ...lines] = reply.text.trimEnd().split('\n');
  expect(header).toBe('controller,key');
  return lines;
}

describe('the scope of a breach', () => {
  it('counts whom a processor had, once each, and whom it never had apart', async () => {
    const lists = { processors: [mailer('Lost Mails GmbH')] };
    const profiling = {
      ...{ level: 'P1', specialCategories: false, significantEffect: false, political: false },
      attributes: [
        { name: 'city', category: 'location', collectedFor: ['newsletter.fashion'], source: 'crm' },
      ],
    };
    const first = await submit([...people(0, 10), ...people(100, 103)], lists);
    const second = await submit(people(5, 15), { ...lists, profiling });
    await check(people(14, 20), lists);
    await submit(people(20, 30), { processors: [mailer('Other Mails')] });
    const id = await open();
    const scope = await scopeOf(id, { processor: ' lost  mails gmbh' });
    expect(scope).toMatchObject({ state: 'computed', campaigns: 2, checks: 1, clientUnknown: 0 });
    const campaigns = scope.items.flatMap(({ campaignId }) => campaignId ?? []);
    expect(new Set(campaigns)).toEqual(new Set([first, second]));
    expect(scope.decisions).toEqual({ allowed: 26, denied: 3 });
    expect(scope.recipients).toMatchObject({ allowed: 20, denied: 3 });
    expect(scope.recipients.byCountry).toEqual([{ country: 'DE', recipients: 20 }]);
    expect(scope.proposal).toMatchObject({
      ...{ subjectsApprox: 20, recordsApprox: 26, countries: ['DE'] },
      dataCategories: ['email', 'location'],
    });
    const lines = await keysOf(scope);
    expect(lines).toHaveLength(20);
    expect(new Set(lines).size).toBe(20);
    for (const line of lines) expect(line).toMatch(/^acme,[0-9a-f]{16}$/);
    const view = BreachView.parse((await home.call('dpo', 'GET', `/v1/breaches/${id}`)).body);
    const entries = view.timeline.map(({ type, by }) => [type, by]);
    expect(entries.slice(-2)).toEqual([
      ['scope_requested', 'local:incident-responder'],
      ['scope_computed', 'gate'],
    ]);
    expect(view.facts).toEqual({});
  });

  it('finds by campaign, by client and by time, and takes all that is named together', async () => {
    const one = await submit(people(0, 4));
    const token = await home.token({ sub: 'shop-2', scope: 'checks:write', controllers: ['acme'] });
    await check(people(1, 3), {}, token);
    clock.advance(HOUR_MS);
    await check(people(2, 6), {}, token);
    const id = await open();
    const byCampaign = await scopeOf(id, { campaignIds: [one] });
    expect(byCampaign).toMatchObject({ campaigns: 1, checks: 0, recipients: { allowed: 4 } });
    const byClient = await scopeOf(id, { client: 'shop-2' });
    expect(byClient).toMatchObject({ campaigns: 0, checks: 2, recipients: { allowed: 5 } });
    const from = formatInstant(clock.now() - MINUTE_MS);
    const late = await scopeOf(id, { client: 'shop-2', from });
    expect(late).toMatchObject({ checks: 1, recipients: { allowed: 4 } });
    const early = await scopeOf(id, { client: 'shop-2', to: from });
    expect(early).toMatchObject({ checks: 1, recipients: { allowed: 2 } });
    expect(await read(id, `?scope=${byClient.id}`)).toMatchObject({ id: byClient.id, checks: 2 });
  });

  it('counts nobody of a campaign that was held back', async () => {
    const review = { channels: ['EMAIL'] };
    const put = await home.call('admin', 'PUT', '/v1/controllers/acme', {
      ...controllerSettings(),
      review,
    });
    expect(put.status).toBe(200);
    const processors = [mailer('Held Mails')];
    const held = await submit(people(0, 4), { processors });
    const id = await open();
    const before = await scopeOf(id, { processor: 'Held Mails' });
    expect(before.items).toMatchObject([{ campaignId: held, state: 'held', handedOut: false }]);
    expect(before.recipients).toMatchObject({ allowed: 0, denied: 4 });
    await home.call('admin', 'PUT', '/v1/controllers/acme', controllerSettings());
    const word = { reason: 'geprüft' };
    const released = await home.call('dpo', 'POST', `/v1/campaigns/${held}/release`, word);
    expect(released.status).toBe(200);
    const after = await scopeOf(id, { processor: 'Held Mails' });
    expect(after.items).toMatchObject([{ state: 'cleared', handedOut: true }]);
    expect(after.recipients).toMatchObject({ allowed: 4, denied: 0 });
  });

  it('a repeated request finds the scope that it made', async () => {
    const id = await open();
    const headers = { 'idempotency-key': 'scope-again' };
    const [first, second] = [
      await ask(id, { processor: 'x' }, headers),
      await ask(id, { processor: 'x' }, headers),
    ];
    expect(first.status).toBe(202);
    expect(second.text).toBe(first.text);
    await work();
    expect(await read(id)).toMatchObject({ state: 'computed', campaigns: 0 });
  });
});

describe('what is no scope', () => {
  it.each<readonly [string, Submission, string]>([
    ['nothing at all', {}, ''],
    ['nulls alone', { processor: null, from: null }, ''],
    [
      'an end before the beginning',
      { from: '2026-02-01T00:00:00Z', to: '2026-01-01T00:00:00Z' },
      '/to',
    ],
    ['no instant', { from: 'yesterday' }, '/from'],
    ['the future', { from: '2099-01-01T00:00:00Z' }, '/from'],
    ['no id', { campaignIds: ['x'] }, '/campaignIds/0'],
    ['a campaign that there is not', { campaignIds: [`cmp_${'0'.repeat(26)}`] }, '/campaignIds/0'],
    ['an unknown member', { processors: 'x', client: 'y' }, '/processors'],
  ])('%s', async (_, body, pointer) => {
    const reply = await ask(await open(), body);
    expect(reply.status).toBe(422);
    expect(reply.body).toMatchObject({ errors: [{ pointer }] });
  });

  it('a case without one, a stranger, and a closed case', async () => {
    const id = await open();
    expect((await home.call('dpo', 'GET', `/v1/breaches/${id}/scope`)).status).toBe(404);
    const other = await home.token({ scope: 'breaches:write', controllers: ['other'] });
    const headers = { authorization: `Bearer ${other}` };
    expect((await ask(id, { processor: 'x' }, headers)).status).toBe(404);
    const closed = await home.call('incident-responder', 'POST', `/v1/breaches/${id}/closure`, {
      reason: 'a false alarm',
    });
    expect(closed.status).toBe(200);
    expect((await ask(id, { processor: 'x' })).status).toBe(409);
  });
});

/** A campaign of many pages, as its evaluation leaves it: every n-th one is denied. */
async function large(pages: number, named: string, every: number) {
  const { gate } = home;
  const at = clock.now();
  const id = newId('cmp', at, randomBytes(10));
  const run = newId('run', at, randomBytes(10));
  const step = 2n ** 64n / BigInt(pages * 1000);
  const firstKeys: string[] = [];
  const keyOf = (place: number) => (BigInt(place) * step + 1n).toString(16).padStart(16, '0');
  const allow: Ruling = { basis: 'A_CONSENT_VALID', findings: [], jurisdictions: ['DE'] };
  const deny: Ruling = { basis: null, findings: [], jurisdictions: ['AT'] };
  for (let page = 0; page < pages; page++) {
    const entries = Array.from({ length: 1000 }, (_, index): PageEntry => {
      const place = page * 1000 + index;
      return { key: keyOf(place), ruling: place % every === 0 ? deny : allow };
    });
    firstKeys.push(entries[0]?.key ?? '');
    const header: PageHeader = {
      ...{ controller: 'acme', campaignId: id, kind: 'campaign', mode: 'enforce' },
      ...{ facts: 'f', revision: 'r', keyVersion: 1, country: 'DE', timeZone: 'Europe/Berlin' },
      ...{ evaluatedAt: at, instant: at, notAfter: at, refs: true },
    };
    await keepPage(gate, { run, page }, { header, entries });
  }
  const stored = StoredCampaign.parse({
    ...{ id, fields: campaign({ processors: [mailer(named)] }), state: 'cleared' },
    ...{ createdAt: at, run, evaluatedAt: at, instant: at, revision: 'r', facts: 'f', pages },
    ...{ country: 'DE', timeZone: 'Europe/Berlin', submitted: pages * 1000, duplicates: 0 },
    ...{ invalid: 0, findings: [], rejected: false, held: false, reasons: {}, problem: null },
    allowed: pages * 1000 - Math.ceil((pages * 1000) / every),
    denied: Math.ceil((pages * 1000) / every),
  });
  const listed = { run, controller: 'acme', campaignId: id, evaluatedAt: at, firstKeys };
  const body = JSON.stringify(stored);
  const row = { pk: `campaign/${id}`, sk: 'campaign', version: 1, body };
  await gate.tables.write({ kind: 'put-if-absent', table: 'campaigns', row });
  const directory = runRow(listed, false);
  await gate.tables.write({ kind: 'put-if-absent', table: 'decisions', row: directory });
}

describe('a scope of any size', () => {
  it('goes on part by part, wherever its worker ends, however often a message comes', async () => {
    await large(300, 'Large Mails', 5);
    await large(150, 'Large Mails', 3);
    const id = await open();
    await ask(id, { processor: 'Large Mails' });
    let rounds = 0;
    while ((await work(AbortSignal.abort())) > 0) rounds++;
    const scope = await read(id);
    const parts = Math.ceil(450_000 / limits.scopeKeysPerPart);
    expect(scope).toMatchObject({ state: 'computed', campaigns: 2 });
    expect(scope.progress).toEqual({ partsCounted: parts, parts });
    expect(rounds).toBeGreaterThan(parts);
    // The keys of the smaller one are every second key of the larger.
    const places = [...Array(300_000).keys()];
    const allowed = places.filter((place) => {
      return place % 5 !== 0 || (place % 2 === 0 && (place / 2) % 3 !== 0);
    }).length;
    expect(scope.recipients.allowed).toBe(allowed);
    expect(scope.recipients.denied).toBe(300_000 - allowed);
    expect(scope.decisions).toEqual({ allowed: 240_000 + 100_000, denied: 60_000 + 50_000 });
    const lines = await keysOf(scope);
    expect(lines).toHaveLength(allowed);
    expect(lines).toEqual([...lines].sort());
  });

  it('that lost its message is found again', async () => {
    const id = await open();
    await ask(id, { processor: 'Large Mails', to: '2026-01-01T00:00:00Z' });
    const queue = 'scope-requested';
    const lost = await home.gate.queues.receive(queue, { max: 10, visibilitySeconds: 60 });
    await home.gate.queues.acknowledge(
      queue,
      lost.map(({ receipt }) => receipt),
    );
    await alertsOverdue(home.gate);
    expect(await work()).toBe(0);
    clock.advance((limits.scopeQuietMinutes + 1) * MINUTE_MS);
    await alertsOverdue(home.gate);
    expect(await work()).toBe(1);
    const scope = await read(id);
    expect(scope).toMatchObject({ state: 'computed', campaigns: 0 });
    await continueScope(home.gate, { breachId: id, scope: scope.id });
  });
});
