import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { DecisionList } from '../../shared/contract/decisions.ts';
import { DoubleOptInView } from '../../shared/contract/double-opt-ins.ts';
import { formatInstant } from '../../shared/kernel/instant.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { sendRaw } from '../support/http-client.ts';
import { importClient } from '../support/import-client.ts';
import { rotatingKeys, type RotatingKeys } from '../support/rotating-keys.ts';
import { postmarkSender } from '../support/signed-deliveries.ts';
import {
  CONTROLLER,
  checkOf,
  consent,
  controllerSettings,
  event,
  permitted,
  registered,
  type Identifiers,
  type Submission,
} from '../support/submissions.ts';

/*
 * A new version of the identifier key (decision 22): who has refused stays refused, whatever comes
 * under the same name afterwards, and everything that was sealed before can still be opened.
 */

let ring: RotatingKeys;
let home: InProcessGate;

beforeEach(async () => {
  ring = rotatingKeys();
  home = await startGateInProcess({ keys: ring.keys, workers: true });
  await putController(CONTROLLER);
});

afterEach(() => home.close());

const person = { id: 'crm-1', email: 'erika@example.org', phone: '+49 30 23125 001' } as const;

async function putController(id: string): Promise<void> {
  const path = `/v1/controllers/${id}`;
  const reply = await home.call('admin', 'PUT', path, controllerSettings());
  expect(reply).toMatchObject({ status: 200 });
}

async function post(...events: readonly Submission[]): Promise<void> {
  const reply = await home.call('consent-source', 'POST', '/v1/events', { events });
  expect(reply.body).toMatchObject({ accepted: events.length, rejected: [] });
}

async function decide(recipient: Identifiers, controller = CONTROLLER) {
  const body = checkOf([recipient], { controller, advertiser: controller });
  const reply = await home.call('marketing-tool', 'POST', '/v1/checks', body);
  const [decision] = DecisionList.parse(reply.body).decisions;
  if (decision === undefined) throw new Error('a check of one person is one decision');
  return decision;
}

async function codesFor(recipient: Identifiers, controller = CONTROLLER) {
  return (await decide(recipient, controller)).reasons.map(({ code }) => code);
}

const Links = z.object({ links: z.array(z.object({ url: z.string() })) });

function opened(url: string, body: string) {
  const { pathname } = new URL(url);
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return sendRaw(home.url, { method: 'POST', path: pathname, headers, body });
}

const ALLOWED: readonly string[] = [];
const now = () => formatInstant(Date.now());

describe('a refusal under an older key', () => {
  it('holds against a person who is registered again, with a consent from before it', async () => {
    await post(...permitted(person));
    expect(await codesFor(person)).toEqual(ALLOWED);
    await post(event('objection.raised', { email: person.email }, { scope: 'all' }));
    ring.use(2);
    await post(registered(person), consent(person));
    expect(await codesFor(person)).toContain('D_OBJECTION_ART21');
  });

  it('holds against an import that brings the consent again', async () => {
    await post(event('objection.raised', { email: person.email }, { scope: 'all' }));
    ring.use(2);
    const lines = permitted(person)
      .map((each) => JSON.stringify(each))
      .join('\n');
    const body = { kind: 'events', format: 'ndjson', controller: CONTROLLER };
    const view = await importClient(home.call).run(body, lines);
    expect(view).toMatchObject({ state: 'finished', counts: { rows: 2, conflicts: 1 } });
    expect(await codesFor(person)).toContain('D_OBJECTION_ART21');
  });

  it.each([
    ['a blocked address', { email: person.email }],
    ['a blocked domain', { domain: 'example.org' }],
  ])('holds for %s', async (_, subject) => {
    await post(...permitted(person));
    await post(event('blocklist.entered', subject, { list: 'internal' }));
    ring.use(2);
    expect(await codesFor(person)).toContain('D_BLOCKLIST_INTERNAL');
  });

  it('is what a link of the newest key leads to', async () => {
    await post(...permitted(person));
    ring.use(2);
    const body = { controller: CONTROLLER, recipients: [{ email: person.email }] };
    const reply = await home.call('marketing-tool', 'POST', '/v1/preference-links', body);
    const [link] = Links.parse(reply.body).links;
    expect((await opened(link?.url ?? '', 'List-Unsubscribe=One-Click')).status).toBe(200);
    expect(await codesFor({ phone: person.phone })).toContain('D_OBJECTION_ART21');
  });

  it('is found by search, report and erasure, as are decisions of both times', async () => {
    await post(...permitted(person));
    const before = await decide(person);
    ring.use(2);
    const after = await decide(person);
    const search = { controller: CONTROLLER, recipient: { email: person.email } };
    const found = await home.call('dpo', 'POST', '/v1/decisions/search', search);
    const Items = z.object({ items: z.array(z.object({ id: z.string() })) });
    const ids = Items.parse(found.body).items.map(({ id }) => id);
    expect(new Set(ids)).toEqual(new Set([before.id, after.id]));

    const report = { recipient: { email: person.email }, format: 'json' };
    const told = await home.call('dpo', 'POST', '/v1/subject-reports', report);
    expect(told.status).toBe(200);
    expect(told.text).toContain('newsletter.fashion');

    const erasure = { recipient: { email: person.email }, reason: 'asked by letter' };
    expect((await home.call('dpo', 'POST', '/v1/erasures', erasure)).status).toBe(201);
    await post(registered(person), consent(person));
    expect(await codesFor(person)).toContain('D_ERASED');
  });
});

describe('the version of a controller', () => {
  it('is the current one when it is made, and stays when its settings are replaced', async () => {
    ring.use(2);
    await putController('newer');
    await putController(CONTROLLER);
    await post(
      event('objection.raised', person, { scope: 'all' }),
      event('objection.raised', person, { scope: 'all' }, { controller: 'newer' }),
    );
    ring.use(3);
    await putController('newer');
    expect(await codesFor(person, 'newer')).toContain('D_OBJECTION_ART21');
    ring.lose(2);
    expect(await codesFor(person)).toContain('D_OBJECTION_ART21');
  });

  it('that the ring has lost allows nobody, takes no event, and is named in the log', async () => {
    ring.use(2);
    await putController('newer');
    await post(event('objection.raised', person, { scope: 'all' }, { controller: 'newer' }));
    ring.use(3);
    ring.lose(2);
    const check = checkOf([person], { controller: 'newer', advertiser: 'newer' });
    const asked = await home.call('marketing-tool', 'POST', '/v1/checks', check);
    expect(asked).toMatchObject({ status: 503, body: { type: expect.any(String) } });
    const events = [registered(person, { controller: 'newer' })];
    const said = await home.call('consent-source', 'POST', '/v1/events', { events });
    expect(said.status).toBe(503);
    const lines = home.lines.filter((line) => line.includes('the key ring lacks version 2'));
    expect(lines).not.toEqual([]);
  });
});

describe('what was sealed under an older key', () => {
  it('opens: links that confirm, and links by which somebody leaves', async () => {
    await post(registered(person));
    const request = {
      controller: CONTROLLER,
      subject: person,
      data: {
        ...{ consentId: 'c-1', channels: ['EMAIL'], purposes: ['newsletter.fashion'] },
        ...{ form: 'active', wording: { id: 'nl', version: '3', sha256: 'a'.repeat(64) } },
        evidence: { url: 'https://shop.example/newsletter' },
      },
    };
    const path = '/v1/double-opt-ins';
    const asked = await home.call('consent-source', 'POST', path, request);
    const { confirmUrl, unsubscribeUrl } = DoubleOptInView.parse(asked.body);
    expect(await codesFor(person)).toContain('D_CONSENT_UNCONFIRMED');
    ring.use(2);
    expect((await opened(confirmUrl, '')).status).toBe(200);
    expect(await codesFor(person)).toEqual(ALLOWED);
    ring.use(3);
    expect((await opened(unsubscribeUrl, 'List-Unsubscribe=One-Click')).status).toBe(200);
    expect(await codesFor(person)).toContain('D_CONSENT_WITHDRAWN');
  });

  it('opens: the answer that is kept for a retry', async () => {
    const body = { events: [registered(person)] };
    const key = { 'idempotency-key': 'once' };
    const first = await home.call('consent-source', 'POST', '/v1/events', body, key);
    ring.use(2);
    const again = await home.call('consent-source', 'POST', '/v1/events', body, key);
    expect(again).toMatchObject({ status: first.status, body: first.body });
  });

  it('opens: webhooks, sources of delivery events and breach cases', async () => {
    const { settings, post: signed } = postmarkSender();
    const source = `/v1/controllers/${CONTROLLER}/delivery-sources/postmark`;
    expect((await home.call('admin', 'PUT', source, settings)).status).toBe(200);
    const hook = { url: 'https://hooks.example.org/gate', events: ['campaign.cleared'] };
    const webhook = `/v1/controllers/${CONTROLLER}/webhooks/tool`;
    expect((await home.call('admin', 'PUT', webhook, hook)).status).toBeLessThan(300);
    const suspected = {
      ...{ title: 'open bucket', description: 'a list lay open', types: ['C'] },
      ...{ source: 'monitoring', suspectedAt: now(), establishment: { country: 'DE' } },
      ...{ timezone: 'Europe/Berlin', role: 'controller', regimes: ['GDPR'] },
    };
    const made = await home.call('incident-responder', 'POST', '/v1/breaches', suspected);
    const { id } = z.object({ id: z.string() }).parse(made.body);
    await post(...permitted(person));
    ring.use(2);
    const complaint = { RecordType: 'SpamComplaint', Email: person.email, BouncedAt: now() };
    const to = `/v1/delivery-events/postmark?controller=${CONTROLLER}`;
    const received = await home.call(null, 'POST', to, complaint, signed(complaint).headers);
    expect(received).toMatchObject({ status: 200 });
    expect(await codesFor(person)).toContain('D_OBJECTION_ART21');
    const webhooks = `/v1/controllers/${CONTROLLER}/webhooks`;
    expect((await home.call('admin', 'GET', webhooks)).text).toContain('hooks.example.org');
    const read = await home.call('incident-responder', 'GET', `/v1/breaches/${id}`);
    expect(read.text).toContain('a list lay open');
  });
});
