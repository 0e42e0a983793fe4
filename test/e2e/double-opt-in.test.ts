import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfirmationView, DoubleOptInView } from '../../shared/contract/double-opt-ins.ts';
import { DecisionList } from '../../shared/contract/decisions.ts';
import { limits } from '../../shared/contract/limits.ts';
import { ProblemDocument } from '../../shared/contract/problems.ts';
import { DAY_MS, formatInstant, HOUR_MS, SECOND_MS } from '../../shared/kernel/instant.ts';
import { contactKey } from '../../shared/ledger/contact-key.ts';
import { normaliseEmail } from '../../shared/ledger/identifier.ts';
import type { LedgerEvent } from '../../shared/ledger/ledger-event.ts';
import { openConfirmation } from '../../functions/shell/links.ts';
import { readSubjectEvents } from '../../functions/shell/flows/confirm-double-opt-in.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { sendRaw, type Reply } from '../support/http-client.ts';
import { manualClock, type ManualClock } from '../support/manual-clock.ts';
import { countStored } from '../support/stored.ts';
import {
  checkOf,
  CONTROLLER,
  controllerSettings,
  event,
  registered,
  type Identifiers,
  type Submission,
} from '../support/submissions.ts';

/*
 * RULES A.3: a request is confirmed by a click of the person on a page, within its time, once, and
 * only while nothing speaks against it; what a link scanner does confirms nothing (DOI-8).
 */

const clock: ManualClock = manualClock(Date.parse('2026-11-18T09:00:00Z'));
let home: InProcessGate;

beforeAll(async () => {
  home = await startGateInProcess({ clock });
  await home.call('admin', 'PUT', `/v1/controllers/${CONTROLLER}`, controllerSettings());
});

afterAll(() => home.close());

let people = 0;

/** Somebody who is registered and has given no consent. */
async function newPerson() {
  people++;
  const person = {
    id: `doi-${people}`,
    email: `doi-${people}@example.org`,
    phone: `+49 30 23125 ${String(people).padStart(3, '0')}`,
  };
  await post(registered(person));
  return person;
}

async function post(...events: readonly Submission[]): Promise<void> {
  const reply = await home.call('consent-source', 'POST', '/v1/events', { events });
  expect(reply.body).toMatchObject({ accepted: events.length, rejected: [] });
}

/** An event of the gate's now, which here stands still until a test moves it. */
function happened(type: Parameters<typeof event>[0], who: Identifiers, data: Submission = {}) {
  return event(type, who, data, { occurredAt: formatInstant(clock.now()) });
}

const scope = {
  channels: ['EMAIL'],
  purposes: ['newsletter.fashion'],
  form: 'active',
  wording: { id: 'nl', version: '3', sha256: 'a'.repeat(64) },
};

function requestFor(subject: Identifiers, data: Submission = {}, more: Submission = {}) {
  const evidence = {
    url: 'https://shop.example/newsletter',
    ip: '203.0.113.7',
    userAgent: 'Browser/1',
  };
  return {
    controller: CONTROLLER,
    subject,
    data: { consentId: 'c-1', ...scope, evidence, ...data },
    ...more,
  };
}

function ask(body: unknown, headers = {}): Promise<Reply> {
  return home.call('consent-source', 'POST', '/v1/double-opt-ins', body, headers);
}

async function asked(subject: Identifiers, data: Submission = {}, more: Submission = {}) {
  const reply = await ask(requestFor(subject, data, more));
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 201 });
  // A person reads a message before they click.
  clock.advance(30 * SECOND_MS);
  return DoubleOptInView.parse(reply.body);
}

const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

function open(path: string, headers: Readonly<Record<string, string>> = browser, method = 'GET') {
  return sendRaw(home.url, { method, path, headers });
}

function click(
  token: string,
  fields: Readonly<Record<string, string>> = {},
  headers: Readonly<Record<string, string>> = browser,
) {
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  const body = new URLSearchParams(fields).toString();
  return sendRaw(home.url, {
    method: 'POST',
    path: `/c/${token}`,
    headers: { ...type, ...headers },
    body,
  });
}

async function decided(recipient: Identifiers, channel = 'EMAIL') {
  const schedule = {
    sendFrom: formatInstant(clock.now()),
    sendUntil: formatInstant(clock.now() + HOUR_MS),
  };
  const body = checkOf([recipient], { channel, schedule });
  const reply = await home.call('marketing-tool', 'POST', '/v1/checks', body);
  const [decision] = DecisionList.parse(reply.body).decisions;
  return [decision?.basis, ...(decision?.reasons.map(({ code }) => code) ?? [])];
}

/** What is wrong with the consent; by what clock a call may be made is another matter. */
async function flawsOf(recipient: Identifiers, channel: string) {
  return (await decided(recipient, channel)).filter((code) => code?.startsWith('D_CONSENT'));
}

async function eventsOf(email: string): Promise<readonly LedgerEvent[]> {
  const identifier = normaliseEmail(email);
  if (identifier === null) throw new Error('this is an address');
  const key = contactKey(home.gate.keys.current.key, CONTROLLER, identifier);
  return readSubjectEvents(home.gate, CONTROLLER, { kind: 'email', key });
}

const confirmations = async (email: string) =>
  (await eventsOf(email)).filter(({ type }) => type === 'consent.confirmed');

describe('POST /v1/double-opt-ins', () => {
  it('records the request with its evidence, and answers with the links', async () => {
    const person = await newPerson();
    const before = clock.now();
    const view = await asked(person, {}, { locale: 'de' });
    expect(view.confirmUrl).toBe(`${home.url}/c/${view.token}`);
    expect(view.unsubscribeUrl).toMatch(new RegExp(`^${home.url}/u/[\\w-]+$`));
    expect(view.consentId).toBe('c-1');
    expect(view.expiresAt).toBe(formatInstant(before + limits.confirmationHours * HOUR_MS));
    expect(view.code).toBeUndefined();
    expect(await decided(person)).toEqual([null, 'D_CONSENT_UNCONFIRMED']);
    const request = (await eventsOf(person.email)).find((each) => {
      return each.type === 'consent.requested';
    });
    expect(request).toMatchObject({
      source: 'double-opt-in',
      occurredAt: before,
      data: {
        ...scope,
        consentId: 'c-1',
        evidence: {
          method: 'doi_email',
          url: 'https://shop.example/newsletter',
          ip: '203.0.113.7',
          userAgent: 'Browser/1',
          locale: 'de',
        },
      },
    });
  });

  it('takes an event as `POST /v1/events` does, and the same one again is the same', async () => {
    const person = await newPerson();
    const evidence = { method: 'doi_email', url: 'https://shop.example/newsletter' };
    const whole = happened('consent.requested', person, { consentId: 'c-9', ...scope, evidence });
    const first = DoubleOptInView.parse((await ask(whole)).body);
    clock.advance(HOUR_MS);
    const again = DoubleOptInView.parse((await ask(whole)).body);
    expect(again).toEqual(first);
    // Sent as an event before: the link is for that one.
    const event = await home.call('consent-source', 'POST', '/v1/events', { events: [whole] });
    expect(event.body).toMatchObject({ accepted: 0, duplicates: 1 });
    const requests = (await eventsOf(person.email)).filter(({ type }) => {
      return type === 'consent.requested';
    });
    expect(requests).toHaveLength(1);
  });

  it('answers the same under the same Idempotency-Key, and makes one request', async () => {
    const person = await newPerson();
    const headers = { 'idempotency-key': 'doi-key' };
    const first = await ask(requestFor(person), headers);
    const again = await ask(requestFor(person), headers);
    expect(again.status).toBe(201);
    expect(again.text).toBe(first.text);
    expect((await eventsOf(person.email)).filter(isRequest)).toHaveLength(1);
  });

  const isRequest = ({ type }: LedgerEvent) => type === 'consent.requested';

  const erika = { email: 'erika@example.org' };
  const evidence = (method: string) => ({ evidence: { method } });
  const bad: readonly (readonly [string, unknown, string])[] = [
    ['no e-mail address', requestFor({ id: 'x' }), '/subject/email'],
    ['an address that is none', requestFor({ email: 'erika' }), '/subject/email'],
    [
      'no number for a text message',
      requestFor(erika, {}, { method: 'doi_sms' }),
      '/subject/phone',
    ],
    ['no number for a call', requestFor(erika, evidence('call_recording')), '/subject/phone'],
    ['no channel', requestFor(erika, { channels: [] }), '/data/channels'],
    ['a field of nobody', requestFor(erika, { color: 'red' }), '/data/color'],
    ['another type', requestFor(erika, {}, { type: 'consent.confirmed' }), '/type'],
    [
      'a method that confirms nothing',
      requestFor(erika, evidence('paper')),
      '/data/evidence/method',
    ],
    [
      'two methods',
      requestFor(erika, evidence('doi_sms'), { method: 'doi_email' }),
      '/data/evidence/method',
    ],
    ['a language that no page has', requestFor(erika, {}, { locale: 'fr' }), '/locale'],
    [
      'a request of the future',
      requestFor(erika, {}, { occurredAt: '2099-01-01T00:00:00Z' }),
      '/occurredAt',
    ],
    [
      'a request that has expired',
      requestFor(erika, {}, { occurredAt: '2026-01-01T00:00:00Z' }),
      '/occurredAt',
    ],
    ['a whole domain', requestFor({ domain: 'example.org' }), '/subject/domain'],
  ];

  it.each(bad)('refuses %s', async (_, body, pointer) => {
    const stored = countStored(home.dataFolder);
    const reply = await ask(body);
    expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 422 });
    const problem = ProblemDocument.parse(reply.body);
    expect(problem.errors?.map((each) => each.pointer)).toContain(pointer);
    expect(countStored(home.dataFolder)).toEqual(stored);
  });

  it('refuses the id of another event', async () => {
    const person = await newPerson();
    await post({ ...happened('activity.recorded', person, { kind: 'click' }), id: 'taken' });
    const reply = await ask(requestFor(person, {}, { source: 'test', id: 'taken' }));
    expect(reply.status).toBe(422);
    expect(ProblemDocument.parse(reply.body).errors?.[0]?.pointer).toBe('/id');
  });

  it('keeps a request that names a shorter life by policy no longer than that', async () => {
    const settings = { ...controllerSettings(), policy: { consent: { doiExpiryDays: 1 } } };
    await home.call('admin', 'PUT', '/v1/controllers/brief', settings);
    const body = requestFor({ email: 'brief@example.org' }, {}, { controller: 'brief' });
    const { expiresAt } = DoubleOptInView.parse((await ask(body)).body);
    expect(expiresAt).toBe(formatInstant(clock.now() + DAY_MS));
  });
});

describe('the page behind the link', () => {
  it('says what is consented to, and neither confirms nor sets a cookie', async () => {
    const person = await newPerson();
    const { token } = await asked(person, { purposes: ['<b>"news" & more</b>'] });
    const stored = countStored(home.dataFolder);
    for (const method of ['GET', 'HEAD', 'GET']) {
      const reply = await open(`/c/${token}`, browser, method);
      expect(reply.status).toBe(200);
      expect(reply.headers['set-cookie']).toBeUndefined();
      if (method === 'HEAD') expect(reply.text).toBe('');
      else {
        expect(reply.text).toContain('Acme GmbH');
        expect(reply.text).toContain('&lt;b&gt;&quot;news&quot; &amp; more&lt;/b&gt;');
        expect(reply.text).toContain('nl, Fassung 3');
        expect(reply.text).toContain('<form method="post"');
        expect(reply.text).not.toMatch(/<script|example\.org|doi-\d/);
      }
    }
    expect(countStored(home.dataFolder)).toEqual(stored);
    expect(await confirmations(person.email)).toEqual([]);
  });

  it('is closed to scripts, frames, referrers, caches and search engines', async () => {
    const { token } = await asked(await newPerson());
    const { headers } = await open(`/c/${token}`);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['content-security-policy']).not.toMatch(/unsafe|script-src/);
    expect(headers['x-robots-tag']).toContain('noindex');
  });

  const languages: readonly (readonly [string, Submission, string, string, string])[] = [
    ['of the request', { locale: 'en' }, '', 'de', 'en'],
    ['of the request, over that of the country', { locale: 'en' }, '', '', 'en'],
    ['that was chosen', { locale: 'en' }, '?lang=de', 'en', 'de'],
    ['of the browser', {}, '', 'fr, en-GB;q=0.8, de;q=0.5', 'en'],
    ['of the browser, by weight', {}, '?utm_source=mail', 'en;q=0.2,de-AT', 'de'],
    ['of the country of the controller', {}, '?lang=xx', 'fr', 'de'],
  ];

  it.each(languages)('has the language %s', async (_, more, query, accepted, language) => {
    const { token } = await asked(await newPerson(), {}, more);
    const headers = { ...browser, 'accept-language': accepted };
    const reply = await open(`/c/${token}${query}`, headers);
    expect(reply.headers['content-language']).toBe(language);
    expect(reply.text).toContain(`<html lang="${language}">`);
  });
});

describe('the click', () => {
  it('confirms once; the same again gets the same page and adds nothing', async () => {
    const person = await newPerson();
    const { token } = await asked(person);
    const clickedAt = clock.now();
    const first = await click(token, {}, { ...browser, 'user-agent': 'Clicker/2' });
    expect(first.status).toBe(200);
    expect(first.headers['set-cookie']).toBeUndefined();
    expect(await decided(person)).toEqual(['A_CONSENT_VALID']);
    clock.advance(HOUR_MS);
    const stored = countStored(home.dataFolder);
    const again = await click(token);
    expect({ status: again.status, text: again.text }).toEqual({ status: 200, text: first.text });
    const shown = await open(`/c/${token}`);
    expect({ status: shown.status, text: shown.text }).toEqual({ status: 200, text: first.text });
    expect(countStored(home.dataFolder)).toEqual(stored);
    const [confirmation, ...others] = await confirmations(person.email);
    expect(others).toEqual([]);
    expect(confirmation).toMatchObject({
      source: 'double-opt-in',
      occurredAt: clickedAt,
      data: {
        consentId: 'c-1',
        evidence: {
          method: 'doi_email',
          url: `${home.url}/c`,
          userAgent: 'Clicker/2',
          ip: expect.stringContaining('127.0.0.1'),
          ref: expect.stringMatching(/^token sha256:[0-9a-f]{64}$/),
        },
      },
    });
    expect(JSON.stringify(confirmation)).not.toContain(token);
  });

  it('needs neither a form nor a content type', async () => {
    const person = await newPerson();
    const { token } = await asked(person);
    const reply = await sendRaw(home.url, { method: 'POST', path: `/c/${token}` });
    expect(reply.status).toBe(200);
    expect(await decided(person)).toEqual(['A_CONSENT_VALID']);
  });

  it('at the same time from two windows confirms once', async () => {
    const person = await newPerson();
    const { token } = await asked(person);
    const replies = await Promise.all(Array.from({ length: 8 }, () => click(token)));
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    expect(await confirmations(person.email)).toHaveLength(1);
  });

  it('on a form of e-mail permits no call (DOI-5)', async () => {
    const person = await newPerson();
    const channels = ['EMAIL', 'PHONE_HUMAN', 'PHONE_AUTO'];
    const { token } = await asked(person, { channels });
    expect((await click(token)).status).toBe(200);
    expect(await decided(person)).toEqual(['A_CONSENT_VALID']);
    for (const channel of ['PHONE_HUMAN', 'PHONE_AUTO']) {
      const [basis, ...codes] = await decided(person, channel);
      expect({ channel, basis }).toEqual({ channel, basis: null });
      expect(codes).toContain('D_CONSENT_EVIDENCE_MISSING');
    }
  });

  it('lets a consent that was taken back long ago be given again', async () => {
    const person = await newPerson();
    await post(happened('consent.withdrawn', { email: person.email }));
    clock.advance(HOUR_MS);
    const { token } = await asked(person);
    expect((await click(token)).status).toBe(200);
    expect(await decided(person)).toEqual(['A_CONSENT_VALID']);
  });
});

/** A link with which something has happened since, what it is answered with, and in what words. */
const overs: readonly (readonly [
  name: string,
  status: number,
  words: string,
  happen: (person: Identifiers) => Promise<void>,
])[] = [
  [
    'expired',
    410,
    'abgelaufen',
    async () => clock.advance(limits.confirmationHours * HOUR_MS + SECOND_MS),
  ],
  [
    'bounced',
    409,
    'kamen zurück',
    async ({ email = '' }) =>
      post(happened('delivery.bounced', { email }, { channel: 'EMAIL', permanent: true })),
  ],
  [
    'withdrawn',
    409,
    'widerrufen',
    async ({ id = '' }) => post(happened('consent.withdrawn', { id })),
  ],
  [
    'withdrawn for its channel',
    409,
    'widerrufen',
    async ({ email = '' }) =>
      post(happened('consent.withdrawn', { email }, { channels: ['EMAIL', 'SMS'] })),
  ],
  [
    'objected to',
    409,
    'widersprochen',
    async ({ email = '' }) => post(happened('objection.raised', { email }, { scope: 'all' })),
  ],
  [
    'complained about',
    409,
    'widersprochen',
    async ({ email = '' }) =>
      post(happened('delivery.complained', { email }, { channel: 'EMAIL' })),
  ],
  [
    'replaced by a newer one',
    409,
    'neuere Anfrage',
    async (person) => {
      await asked(person);
    },
  ],
];

describe('a request that is over', () => {
  it.each(overs)('%s: %i, and nothing is recorded', async (_, status, words, happen) => {
    const person = await newPerson();
    const { token } = await asked(person);
    await happen(person);
    const stored = countStored(home.dataFolder);
    for (const reply of [await open(`/c/${token}`), await click(token)]) {
      expect(reply.status).toBe(status);
      expect(reply.text).toContain(words);
      expect(reply.text).not.toContain('<form');
    }
    const program = await click(token, {}, { accept: 'application/json' });
    expect(program.headers['content-type']).toBe('application/problem+json');
    expect(ProblemDocument.parse(program.body).status).toBe(status);
    expect(countStored(home.dataFolder)).toEqual(stored);
    expect((await decided(person))[0]).toBe(null);
  });

  it('stays over: a confirmed consent that was withdrawn is not given again', async () => {
    const person = await newPerson();
    const { token } = await asked(person);
    await click(token);
    clock.advance(SECOND_MS);
    await post(happened('consent.withdrawn', { email: person.email }));
    clock.advance(SECOND_MS);
    expect((await click(token)).status).toBe(409);
    expect(await decided(person)).toEqual([null, 'D_OBJECTION_ART21', 'D_CONSENT_WITHDRAWN']);
  });

  const harmless: readonly (readonly [string, (person: Identifiers) => Submission])[] = [
    [
      'a bounce that passes',
      ({ email = '' }) =>
        happened('delivery.bounced', { email }, { channel: 'EMAIL', permanent: false }),
    ],
    [
      'a bounce of the phone',
      ({ phone = '' }) =>
        happened('delivery.bounced', { phone }, { channel: 'SMS', permanent: true }),
    ],
    [
      'a withdrawal of another consent',
      ({ email = '' }) => happened('consent.withdrawn', { email }, { consentId: 'c-other' }),
    ],
    [
      'a withdrawal for another channel',
      ({ email = '' }) => happened('consent.withdrawn', { email }, { channels: ['POST'] }),
    ],
    [
      'an objection to profiling',
      ({ email = '' }) => happened('objection.raised', { email }, { scope: 'profiling' }),
    ],
  ];

  it.each(harmless)('is not made by %s', async (_, happen) => {
    const person = await newPerson();
    const { token } = await asked(person);
    await post(happen(person));
    clock.advance(SECOND_MS);
    expect((await click(token)).status).toBe(200);
    expect(await decided(person)).toEqual(['A_CONSENT_VALID']);
  });

  it('in the last second can still be confirmed', async () => {
    const person = await newPerson();
    const { token, expiresAt } = await asked(person);
    clock.advance(Date.parse(expiresAt) - clock.now());
    expect((await click(token)).status).toBe(200);
  });

  it('is replaced by its newer request, which can be confirmed', async () => {
    const person = await newPerson();
    const old = await asked(person);
    const other = await asked(person, { consentId: 'c-2' });
    const newer = await asked(person);
    expect((await click(old.token)).status).toBe(409);
    expect((await click(newer.token)).status).toBe(200);
    expect((await click(other.token)).status).toBe(200);
  });
});

describe('a text message', () => {
  const bySms = async (person: Identifiers) => {
    const view = await asked(person, { channels: ['SMS', 'PHONE_HUMAN'] }, { method: 'doi_sms' });
    const { code = '' } = view;
    expect(code).toMatch(/^\d{6}$/);
    const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0');
    return { ...view, code, wrong };
  };
  const confirm = (body: unknown) =>
    home.call('consent-source', 'POST', '/v1/double-opt-ins/confirmations', body);

  it('proves the number: its code on the page confirms the calls', async () => {
    const person = await newPerson();
    const { token, code } = await bySms(person);
    const page = await open(`/c/${token}`);
    expect(page.text).toContain('autocomplete="one-time-code"');
    expect(page.text).not.toContain(code);
    expect((await click(token, { code: ` ${code.slice(0, 3)} ${code.slice(3)} ` })).status).toBe(
      200,
    );
    expect(await flawsOf(person, 'SMS')).toEqual([]);
    expect((await confirmations(person.email))[0]).toMatchObject({
      data: { evidence: { method: 'doi_sms' } },
    });
  });

  it('confirms nothing without its code', async () => {
    const person = await newPerson();
    const { token } = await bySms(person);
    const reply = await click(token);
    expect(reply.status).toBe(422);
    expect(reply.text).toContain('role="alert"');
    const answer = await confirm({ token });
    expect(ProblemDocument.parse(answer.body).errors?.[0]?.pointer).toBe('/code');
    expect(await confirmations(person.email)).toEqual([]);
  });

  it('confirms by the tool that was told the code', async () => {
    const person = await newPerson();
    const { token, code } = await bySms(person);
    const evidence = { ref: 'sms-4711' };
    const reply = await confirm({ token, code, evidence });
    expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
    expect(ConfirmationView.parse(reply.body)).toEqual({
      consentId: 'c-1',
      state: 'CONFIRMED',
      confirmedAt: formatInstant(clock.now()),
    });
    expect(await flawsOf(person, 'SMS')).toEqual([]);
  });

  it('is dead after five wrong codes, wherever they were entered', async () => {
    const person = await newPerson();
    const { token, code, wrong } = await bySms(person);
    for (const left of [4, 3]) {
      const reply = await click(token, { code: wrong });
      expect(reply.status).toBe(422);
      expect(reply.text).toContain(`: ${left}<`);
    }
    for (const left of [2, 1, 0]) {
      const reply = await confirm({ token, code: wrong });
      expect(reply.status).toBe(422);
      expect(ProblemDocument.parse(reply.body).detail).toContain(`left: ${left}`);
    }
    expect((await confirm({ token, code })).status).toBe(409);
    expect((await click(token, { code })).status).toBe(409);
    expect(await confirmations(person.email)).toEqual([]);
    // A new request has a new code.
    const next = await bySms(person);
    expect((await click(next.token, { code: next.code })).status).toBe(200);
  });

  it('however many guesses come at once, five are looked at', async () => {
    const person = await newPerson();
    const { token, code, wrong } = await bySms(person);
    const guesses = [...Array.from({ length: 12 }, () => wrong), code];
    const replies = await Promise.all(guesses.map((guess) => click(token, { code: guess })));
    const looked = replies.filter(({ status }) => status === 422 || status === 200);
    expect(looked.length).toBe(limits.confirmationTries);
    expect((await click(token, { code: wrong })).status).toBe(
      replies.some(({ status }) => status === 200) ? 200 : 409,
    );
  });
});

describe('a call', () => {
  const byCall = (person: Identifiers) =>
    asked(person, { channels: ['PHONE_HUMAN'] }, { method: 'call_recording' });
  const confirm = (body: unknown, role: 'consent-source' | 'dpo' = 'consent-source') =>
    home.call(role, 'POST', '/v1/double-opt-ins/confirmations', body);

  it('confirms with the recording, and not by the link', async () => {
    const person = await newPerson();
    const { token } = await byCall(person);
    expect((await open(`/c/${token}`)).text).not.toContain('<form');
    expect((await click(token)).status).toBe(409);
    const without = await confirm({ token, evidence: { userAgent: 'pbx' } });
    expect(ProblemDocument.parse(without.body).errors?.[0]?.pointer).toBe('/evidence/ref');
    const other = await confirm({ token, evidence: { method: 'paper', ref: 'rec-1' } });
    expect(ProblemDocument.parse(other.body).errors?.[0]?.pointer).toBe('/evidence/method');
    expect(await confirmations(person.email)).toEqual([]);
    const reply = await confirm({ token, evidence: { method: 'call_recording', ref: 'rec-1' } });
    expect(reply.status).toBe(200);
    expect((await confirmations(person.email))[0]).toMatchObject({
      data: { evidence: { method: 'call_recording', ref: 'rec-1' } },
    });
    expect(await flawsOf(person, 'PHONE_HUMAN')).toEqual([]);
  });

  it('is confirmed by who may write to the ledger of that controller', async () => {
    const { token } = await byCall(await newPerson());
    expect((await confirm({ token }, 'dpo')).status).toBe(403);
    const authorization = `Bearer ${await home.token({
      scope: 'ledger:write',
      controllers: ['other'],
    })}`;
    const headers = { authorization, 'content-type': 'application/json' };
    const answers = [];
    for (const each of [token, 'no-token-at-all']) {
      const body = JSON.stringify({ token: each, evidence: { ref: 'rec-1' } });
      const path = '/v1/double-opt-ins/confirmations';
      const reply = await sendRaw(home.url, { method: 'POST', path, headers, body });
      answers.push(ProblemDocument.parse(reply.body));
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]?.status).toBe(404);
  });
});

describe('a token that is none', () => {
  it('is answered in one and the same way, whatever is wrong with it', async () => {
    const person = await newPerson();
    const { token, unsubscribeUrl } = await asked(person);
    const leave = unsubscribeUrl.split('/').at(-1) ?? '';
    const flipped = token.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    const strange = ['none', token.slice(0, -4), `${token}AAAA`, flipped, leave, `${token}=`];
    const texts = new Set<string>();
    for (const each of strange) {
      for (const reply of [await open(`/c/${each}`), await click(each)]) {
        expect({ each, status: reply.status }).toEqual({ each, status: 404 });
        texts.add(reply.text);
      }
    }
    expect(texts.size).toBe(1);
    expect(openConfirmation(home.gate.keys, leave)).toBe(null);
    expect(await confirmations(person.email)).toEqual([]);
  });
});

it('no log line has a token, a code, an address or a path', async () => {
  const person = await newPerson();
  const { token, code = '' } = await asked(person, { channels: ['SMS'] }, { method: 'doi_sms' });
  await click(token, { code });
  const log = home.lines.join('\n');
  expect(log).toContain('"route":"POST /c/{token}"');
  for (const word of [token, token.slice(0, 24), `"${code}"`, person.email, '203.0.113.7']) {
    expect(log).not.toContain(word);
  }
});
