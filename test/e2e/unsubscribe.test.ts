import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { DecisionList } from '../../shared/contract/decisions.ts';
import { PreferenceLinks } from '../../shared/contract/preferences.ts';
import { ProblemDocument } from '../../shared/contract/problems.ts';
import { formatInstant, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../shared/kernel/instant.ts';
import type { LedgerEvent } from '../../shared/ledger/ledger-event.ts';
import { createKeys } from '../../functions/shell/keys.ts';
import { openLeave } from '../../functions/shell/links.ts';
import { readSubjectEvents } from '../../functions/shell/flows/confirm-double-opt-in.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { sendRaw, type RawRequest, type Reply } from '../support/http-client.ts';
import { manualClock } from '../support/manual-clock.ts';
import { countStored } from '../support/stored.ts';
import {
  checkOf,
  consent,
  CONTROLLER,
  controllerSettings,
  event,
  permitted,
  registered,
  type Identifiers,
  type Submission,
} from '../support/submissions.ts';

/*
 * Leaving is one POST without login, cookie or redirect (RFC 8058), effective for the next check;
 * looking at the link, as scanners do, changes nothing.
 */

const clock = manualClock(Date.parse('2026-11-18T09:00:00Z'));
let home: InProcessGate;

beforeAll(async () => {
  home = await startGateInProcess({ clock });
  await home.call('admin', 'PUT', `/v1/controllers/${CONTROLLER}`, controllerSettings());
});

afterAll(() => home.close());

let people = 0;

/** Somebody with a consent to e-mail and text messages. */
async function newPerson() {
  people++;
  const person = {
    id: `leaver-${people}`,
    email: `leaver-${people}@example.org`,
    phone: `+49 30 23125 ${String(people).padStart(3, '0')}`,
  };
  await post(...permitted(person));
  return person;
}

async function post(...events: readonly Submission[]): Promise<void> {
  const reply = await home.call('consent-source', 'POST', '/v1/events', { events });
  expect(reply.body).toMatchObject({ accepted: events.length, rejected: [] });
}

function links(
  body: Submission,
  role: 'consent-source' | 'marketing-tool' | 'dpo' = 'consent-source',
) {
  return home.call(role, 'POST', '/v1/preference-links', { controller: CONTROLLER, ...body });
}

async function linksOf(body: Submission) {
  const reply = await links(body);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  return PreferenceLinks.parse(reply.body).links;
}

async function linkOf(recipient: Identifiers, more: Submission = { channel: 'EMAIL' }) {
  const [link] = await linksOf({ recipients: [recipient], ...more });
  return new URL(link?.url ?? '').pathname;
}

async function codesOf(recipient: Identifiers, more: Submission = {}) {
  const schedule = {
    sendFrom: formatInstant(clock.now()),
    sendUntil: formatInstant(clock.now() + HOUR_MS),
  };
  const body = checkOf([recipient], { schedule, ...more });
  const reply = await home.call('marketing-tool', 'POST', '/v1/checks', body);
  const [decision] = DecisionList.parse(reply.body).decisions;
  return [decision?.basis, ...(decision?.reasons.map(({ code }) => code) ?? [])];
}

async function eventsBy(path: string): Promise<readonly LedgerEvent[]> {
  const link = openLeave(home.gate.keys, path.slice('/u/'.length));
  if (link === null) throw new Error('this is a link of the gate');
  return readSubjectEvents(home.gate, link.controller, link.contact);
}

const refusals = async (path: string) =>
  (await eventsBy(path)).filter(({ source }) => source !== 'test');

function send(path: string, more: Partial<RawRequest> = {}): Promise<Reply> {
  return sendRaw(home.url, { method: 'POST', path, ...more });
}

/** As section 3.1 and 3.2 of RFC 8058 show it. */
const urlencoded: Partial<RawRequest> = {
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: 'List-Unsubscribe=One-Click',
};
const multipart: Partial<RawRequest> = {
  headers: { 'content-type': 'multipart/form-data; boundary=---FormBoundaryjWmhtjORrn' },
  body: [
    '-----FormBoundaryjWmhtjORrn',
    'Content-Disposition: form-data; name="List-Unsubscribe"',
    '',
    'One-Click',
    '-----FormBoundaryjWmhtjORrn--',
    '',
  ].join('\r\n'),
};

const REFUSED = [null, 'D_OBJECTION_ART21', 'D_CONSENT_WITHDRAWN'];

describe('one click', () => {
  it.each([
    ['urlencoded', urlencoded],
    ['as multipart', multipart],
  ])('%s: denies the next check, on its channel alone', async (_, request) => {
    const person = await newPerson();
    const path = await linkOf(person);
    expect(await codesOf(person)).toEqual(['A_CONSENT_VALID']);
    const reply = await send(path, request);
    expect(reply.status).toBe(200);
    expect(reply.headers['location']).toBeUndefined();
    expect(reply.headers['set-cookie']).toBeUndefined();
    expect(await codesOf(person)).toEqual(REFUSED);
    expect(await codesOf({ id: person.id })).toEqual(REFUSED);
    expect(await codesOf(person, { channel: 'SMS' })).toEqual(['A_CONSENT_VALID']);
    expect(await refusals(path)).toMatchObject([
      {
        type: 'consent.withdrawn',
        source: 'one-click',
        occurredAt: clock.now(),
        data: { channels: ['EMAIL'] },
      },
    ]);
  });

  it('is an objection, too: no other basis steps in', async () => {
    const customer = { email: 'customer@example.org' };
    const sale = {
      saleId: 's-1',
      productCategory: 'running.shoes',
      contactDataObtainedHere: true,
      noticeAtCollectionRef: 'n-1',
      status: 'contract',
    };
    const bought = { occurredAt: '2026-10-01T10:00:00Z' };
    await post(registered(customer), event('sale.recorded', customer, sale, bought));
    expect(await codesOf(customer)).toEqual(['A_EXISTING_CUSTOMER']);
    await send(await linkOf(customer), urlencoded);
    expect((await codesOf(customer)).slice(0, 2)).toEqual([null, 'D_OBJECTION_ART21']);
  });

  it('of somebody whom the gate never knew is kept for the day it does', async () => {
    const stranger = { email: 'stranger@example.org' };
    expect((await send(await linkOf(stranger), urlencoded)).status).toBe(200);
    await post(...permitted(stranger));
    expect(await codesOf(stranger)).toEqual(REFUSED);
  });

  it('without a channel in its link ends everything, and profiling with it', async () => {
    const person = await newPerson();
    const path = await linkOf(person, {});
    expect((await send(path, urlencoded)).status).toBe(200);
    expect(await codesOf(person)).toEqual(REFUSED);
    expect(await codesOf(person, { channel: 'SMS' })).toEqual(REFUSED);
    const types = (await refusals(path)).map(({ type, data }) => [type, data]);
    expect(types).toEqual(
      expect.arrayContaining([
        ['consent.withdrawn', {}],
        ['objection.raised', { scope: 'all' }],
      ]),
    );
  });

  /** Mail clients and their gateways: whatever of the body they lose, the person wants to leave. */
  const odd: readonly (readonly [string, Partial<RawRequest>])[] = [
    ['no body', {}],
    ['an empty form', { ...urlencoded, body: '' }],
    ['another form', { ...urlencoded, body: 'a=b&c=d' }],
    ['the value in lower case', { ...urlencoded, body: 'list-unsubscribe=one-click' }],
    ['a body without a type', { body: 'List-Unsubscribe=One-Click' }],
    ['JSON', { headers: { 'content-type': 'application/json' }, body: '{}' }],
    ['a type of its own', { headers: { 'content-type': 'text/x-y; q="' }, body: '\u0000\u00ff' }],
    ['a multipart form that is cut off', { ...multipart, body: '-----FormBoundaryjWmhtjORrn' }],
    ['chunks', { ...urlencoded, chunked: true }],
  ];

  it.each(odd)('with %s leaves all the same', async (_, request) => {
    const person = await newPerson();
    expect((await send(await linkOf(person), request)).status).toBe(200);
    expect(await codesOf(person)).toEqual(REFUSED);
  });

  it('repeated or at the same time is answered alike and recorded once', async () => {
    const person = await newPerson();
    const path = await linkOf(person);
    const replies = await Promise.all(Array.from({ length: 8 }, () => send(path, urlencoded)));
    clock.advance(HOUR_MS);
    replies.push(await send(path, urlencoded));
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    expect(await refusals(path)).toHaveLength(1);
  });

  it('counts again after a new consent, by the same old link', async () => {
    const person = await newPerson();
    const path = await linkOf(person);
    await send(path, urlencoded);
    for (const number of [1, 2]) {
      clock.advance(MINUTE_MS);
      const occurredAt = formatInstant(clock.now());
      await post(consent(person, { consentId: `again-${number}` }, { occurredAt }));
      clock.advance(MINUTE_MS);
      expect(await codesOf(person)).toEqual(['A_CONSENT_VALID']);
      expect((await send(path, urlencoded)).status).toBe(200);
      expect(await codesOf(person)).toEqual(REFUSED);
    }
    expect(await refusals(path)).toHaveLength(3);
  });

  it('also ends a consent that is dated some minutes ahead', async () => {
    const person = await newPerson();
    const path = await linkOf(person);
    await send(path, urlencoded);
    const occurredAt = formatInstant(clock.now() + 4 * MINUTE_MS);
    await post(consent(person, { consentId: 'ahead' }, { occurredAt }));
    await send(path, urlencoded);
    clock.advance(10 * MINUTE_MS);
    expect(await codesOf(person)).toEqual(REFUSED);
    await send(path, urlencoded);
    expect(await refusals(path)).toHaveLength(2);
  });

  it('leaves the block of a host in force for who is asked for by their key', async () => {
    const person = { id: 'hosted', email: 'somebody@blocked.example' };
    const at = { occurredAt: formatInstant(clock.now()) };
    const host = { domain: 'blocked.example' };
    const block = event('blocklist.entered', host, { list: 'hosts' }, at);
    await post(...permitted(person), block);
    await send(await linkOf(person), { ...urlencoded, body: 'form=preferences&channel-post=1' });
    expect(await codesOf({ id: person.id })).toEqual([null, 'D_BLOCKLIST_INTERNAL']);
  });

  it('is still recorded when a new secret came into the ring since', async () => {
    const person = await newPerson();
    const path = await linkOf(person);
    const { keys } = home.gate;
    const Ring = z.object({
      identifierKeys: z.array(z.object({ version: z.number(), secret: z.string() })),
    });
    const text = readFileSync(join(home.dataFolder, 'keys.json'), 'utf8');
    const { identifierKeys } = Ring.parse(JSON.parse(text));
    const next = { version: 2, secret: Buffer.alloc(32, 'n').toString('base64') };
    Object.assign(home.gate, { keys: createKeys({ identifierKeys: [...identifierKeys, next] }) });
    const reply = await send(path, urlencoded);
    expect(reply.status).toBe(200);
    expect(await refusals(path)).toHaveLength(1);
    Object.assign(home.gate, { keys });
  });

  it('holds for ever', async () => {
    const person = await newPerson();
    const path = await linkOf(person);
    clock.advance(50 * 365 * 24 * HOUR_MS);
    expect((await send(path, urlencoded)).status).toBe(200);
    expect(await refusals(path)).toHaveLength(1);
    clock.advance(-50 * 365 * 24 * HOUR_MS);
  });
});

describe('looking at the link', () => {
  it('changes nothing, whoever looks and however often', async () => {
    const person = await newPerson();
    const path = await linkOf(person);
    const stored = countStored(home.dataFolder);
    const clients = [
      { 'user-agent': 'BarracudaSentinel (EE)', accept: '*/*' },
      { 'user-agent': 'Mozilla/5.0', accept: 'text/html', purpose: 'prefetch' },
      {},
    ];
    for (const headers of clients) {
      for (const method of ['HEAD', 'GET', 'GET']) {
        const reply = await send(path, { method, headers });
        expect(reply.status).toBe(200);
        expect(reply.headers['set-cookie']).toBeUndefined();
        if (method === 'HEAD') expect(reply.text).toBe('');
      }
    }
    for (const method of ['PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      expect((await send(path, { method })).status).toBe(405);
    }
    expect(countStored(home.dataFolder)).toEqual(stored);
    expect(await codesOf(person)).toEqual(['A_CONSENT_VALID']);
  });
});

describe('a link that is none', () => {
  it('is answered in one and the same way, and nothing is recorded', async () => {
    const person = await newPerson();
    const path = await linkOf(person);
    const doi = await home.call('consent-source', 'POST', '/v1/double-opt-ins', {
      controller: CONTROLLER,
      subject: person,
      data: { consentId: 'c-2', channels: ['EMAIL'], purposes: ['a'], form: 'active' },
    });
    const { token } = Object(doi.body);
    const stored = countStored(home.dataFolder);
    const strange = [
      '/u/none',
      `${path.slice(0, -5)}`,
      `${path}A`,
      path.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
      `/u/${String(token)}`,
    ];
    const texts = new Set<string>();
    for (const each of strange) {
      const headers = { ...urlencoded.headers, accept: 'text/html' };
      for (const method of ['GET', 'POST']) {
        const reply = await send(each, { ...urlencoded, method, headers });
        expect({ each, status: reply.status }).toEqual({ each, status: 404 });
        texts.add(reply.text);
      }
      const program = await send(each, urlencoded);
      expect(ProblemDocument.parse(program.body).status).toBe(404);
    }
    expect(texts.size).toBe(1);
    expect(countStored(home.dataFolder)).toEqual(stored);
  });

  it('and a gate that fails says so on a page, with what to do next', async () => {
    const person = await newPerson();
    const path = await linkOf(person);
    const { tables } = home.gate;
    const failing = { ...tables, batchGet: () => Promise.reject(new Error('the disk is gone')) };
    Object.assign(home.gate, { tables: failing });
    const headers = { ...urlencoded.headers, accept: 'text/html' };
    const page = await send(path, { ...urlencoded, headers });
    const program = await send(path, urlencoded);
    Object.assign(home.gate, { tables });
    expect(page.status).toBe(503);
    expect(page.text).toContain('<h1>');
    expect(page.text).not.toContain('disk');
    expect(program.status).toBe(500);
    expect(home.lines.filter((line) => line.includes('the disk is gone'))).toHaveLength(2);
  });
});

describe('POST /v1/preference-links', () => {
  it('gives each recipient a link, in the order sent, with the header fields', async () => {
    const body = {
      channel: 'EMAIL',
      purpose: 'newsletter.fashion',
      recipients: [
        { ref: 'a', email: 'a@example.org' },
        { ref: 'b', email: 'no address' },
        { ref: 'c', id: 'crm-3' },
        { ref: 'd' },
        { email: 'A@Example.ORG ' },
        { ref: 'e', email: 'e@example.org', phone: 'no number' },
      ],
    };
    const found = await linksOf(body);
    expect(found.map(({ ref, reason }) => [ref, reason])).toEqual([
      ['a', null],
      ['b', 'D_RECIPIENT_INVALID'],
      ['c', null],
      ['d', 'D_RECIPIENT_INVALID'],
      [null, null],
      ['e', null],
    ]);
    for (const { url, headers, reason } of found) {
      if (reason !== null) expect([url, headers]).toEqual([null, null]);
      else {
        expect(url).toMatch(new RegExp(`^${home.url}/u/[\\w-]+$`));
        expect(headers).toEqual({
          'List-Unsubscribe': `<${url}>`,
          'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
        });
      }
    }
    // One person, one link, however the address is spelled.
    expect(found[4]?.url).toBe(found[0]?.url);
    expect(new Set(found.flatMap(({ url }) => url ?? [])).size).toBe(3);
  });

  it('reads and stores nothing', async () => {
    const stored = countStored(home.dataFolder);
    await linksOf({ recipients: Array.from({ length: 1000 }, (_, n) => ({ id: `r-${n}` })) });
    expect(countStored(home.dataFolder)).toEqual(stored);
  });

  it('a key of the caller is enough to leave by', async () => {
    const person = await newPerson();
    await send(await linkOf({ id: person.id }), urlencoded);
    expect(await codesOf({ email: person.email })).toEqual(REFUSED);
  });

  it('is for who sends and for who records, and for their controllers', async () => {
    const body = { recipients: [{ id: 'x' }] };
    expect((await links(body, 'marketing-tool')).status).toBe(200);
    expect((await links(body, 'dpo')).status).toBe(403);
    const other = await links({ ...body, controller: 'nobody' });
    expect(ProblemDocument.parse(other.body).status).toBe(404);
  });

  it.each([
    ['no recipients', { recipients: [] }, '/recipients'],
    ['too many', { recipients: Array.from({ length: 1001 }, () => ({ id: 'x' })) }, '/recipients'],
    ['an unknown channel', { channel: 'PIGEON', recipients: [{ id: 'x' }] }, '/channel'],
    ['an unknown field', { recipients: [{ mail: 'x' }] }, '/recipients/0/mail'],
  ])('refuses %s', async (_, body, pointer) => {
    const reply = await links(body);
    expect(reply.status).toBe(422);
    const { errors } = ProblemDocument.parse(reply.body);
    expect(errors?.map((each) => each.pointer)).toContain(pointer);
  });
});

it('no log line has a link or an address', async () => {
  const person = await newPerson();
  const path = await linkOf(person);
  await send(path, urlencoded);
  clock.advance(SECOND_MS);
  const log = home.lines.join('\n');
  expect(log).toContain('"route":"POST /u/{token}"');
  for (const word of [path.slice(3), path.slice(3, 30), person.email, 'leaver-']) {
    expect(log).not.toContain(word);
  }
});
