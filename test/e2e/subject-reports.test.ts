import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  AccessReport,
  PortabilityReport,
  type ControllerReport,
} from '../../shared/contract/subject-rights.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { manualClock } from '../support/manual-clock.ts';
import { readPdf } from '../support/read-pdf.ts';
import {
  campaignFor,
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

const REPORTS = '/v1/subject-reports';
const OTHER = 'globex';
const clock = manualClock(Date.now());
let home: InProcessGate;

/** Somebody with a whole life here, and a little of one at another controller. */
const erika = { id: 'crm-17', email: 'Erika.Beispiel@Shop.example', phone: '+49 30 23125 017' };
const wording = { id: 'nl', version: '3', sha256: 'ab'.repeat(32) };

async function accept(...events: readonly Submission[]): Promise<void> {
  const reply = await home.call('consent-source', 'POST', '/v1/events', { events });
  expect(reply.body).toMatchObject({ accepted: events.length, rejected: [] });
}

async function put(id: string, more: Submission = {}): Promise<void> {
  const settings = { ...controllerSettings(), ...more };
  expect((await home.call('admin', 'PUT', `/v1/controllers/${id}`, settings)).status).toBe(200);
}

/** A report as the officer gets it. */
async function report(body: Submission): Promise<AccessReport> {
  const reply = await home.call('dpo', 'POST', REPORTS, { format: 'json', ...body });
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  const read = AccessReport.parse(reply.body);
  expect(read).toEqual(reply.body);
  return read;
}

/** The one part of a report about one controller. */
async function partOf(body: Submission): Promise<ControllerReport> {
  const { controllers } = await report({ controller: CONTROLLER, ...body });
  const [only, ...more] = controllers;
  expect(more).toEqual([]);
  if (only === undefined) throw new Error('a controller that was named has its part');
  return only;
}

async function pdf(body: Submission): Promise<Uint8Array> {
  const token = await home.token({ scope: 'subjects:read', controllers: ['*'] });
  const answer = await fetch(`${home.url}${REPORTS}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ format: 'pdf', ...body }),
  });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('application/pdf');
  expect(answer.headers.get('content-disposition')).toMatch(
    /^attachment; filename="subject-report-\d{4}-\d\d-\d\d\.pdf"$/,
  );
  return new Uint8Array(await answer.arrayBuffer());
}

async function csv(body: Submission): Promise<readonly (readonly string[])[]> {
  const reply = await home.call('dpo', 'POST', REPORTS, { format: 'csv', ...body });
  expect(reply.status).toBe(200);
  expect(reply.headers['content-type']).toBe('text/csv; charset=utf-8');
  expect(reply.text).toMatch(/^\uFEFF/);
  return z.array(z.array(z.string())).parse(parse(reply.text, { bom: true }));
}

beforeAll(async () => {
  home = await startGateInProcess({ clock });
  await put(CONTROLLER, {
    name: 'Acme & Söhne GmbH',
    establishment: { country: 'DE', region: 'DE-NW' },
  });
  await put(OTHER, { name: 'Globex SA' });
  const origin = {
    ...{ kind: 'third_party', source: 'Adressen Muster', obtainedAt: '2026-01-05T10:00:00Z' },
    art14NoticeAt: '2026-01-20T10:00:00Z',
  };
  const evidence = {
    ...{ method: 'doi_email', url: 'https://shop.example/optin', ip: '203.0.113.7' },
    userAgent: 'Browser/1',
  };
  const request = {
    ...{ consentId: 'c-1', channels: ['EMAIL', 'SMS'], purposes: ['newsletter.fashion'] },
    ...{ form: 'active', wording, evidence },
  };
  await accept(
    registered(erika, { data: { residence: 'DE', recipientType: 'CONSUMER', origin } }),
    event('consent.requested', erika, request, { occurredAt: '2026-09-02T09:12:44Z' }),
    event(
      'consent.confirmed',
      { email: erika.email },
      { consentId: 'c-1', evidence: { method: 'doi_email', ref: 'cd'.repeat(32) } },
      { occurredAt: '2026-09-02T09:15:00Z' },
    ),
    event(
      'sale.recorded',
      { id: erika.id },
      {
        ...{ saleId: 's-1', productCategory: 'running.shoes', status: 'contract' },
        contactDataObtainedHere: true,
      },
      { occurredAt: '2026-09-10T10:00:00Z' },
    ),
    event('contact.made', erika, { channel: 'EMAIL' }, { occurredAt: '2026-09-11T10:00:00Z' }),
    event('activity.recorded', erika, { kind: 'click' }, { occurredAt: '2026-09-11T11:00:00Z' }),
    event('blocklist.entered', { domain: 'shop.example' }, { list: 'hosts', channels: ['FAX'] }),
    registered(erika, { controller: OTHER }),
  );
  const recipients = [{ ref: 'row-1', email: erika.email }];
  await home.call('marketing-tool', 'POST', '/v1/campaigns', campaignFor(recipients));
  await accept(
    event('consent.withdrawn', erika, { consentId: 'c-1' }),
    event('objection.raised', { phone: erika.phone }, { scope: 'profiling' }),
  );
  clock.advance(1000);
  await home.call('marketing-tool', 'POST', '/v1/checks', checkOf(recipients));
});

afterAll(() => home.close());

describe('a report about somebody known', () => {
  it('lists everything that is stored, by any of their identifiers', async () => {
    const parts = await Promise.all(
      [{ id: erika.id }, { email: erika.email }, { phone: erika.phone }, erika].map((recipient) =>
        partOf({ recipient, language: 'en' }),
      ),
    );
    for (const part of parts) {
      expect(part.facts.map(({ section }) => section).toSorted()).toEqual([
        ...['activity', 'blocks', 'consents', 'consents', 'contacts', 'origin', 'person'],
        ...['refusals', 'refusals', 'sales'],
      ]);
      expect(part.identifiers.linked).toEqual([
        { kind: 'id', count: 1 },
        { kind: 'email', count: 1 },
        { kind: 'phone', count: 1 },
      ]);
      expect(part).toMatchObject({
        known: true,
        identityCheck: null,
        authority: 'LDI NRW, Düsseldorf',
        controller: { name: 'Acme & Söhne GmbH', region: 'DE-NW' },
      });
    }
    expect(parts[0]?.identifiers.given).toEqual([{ kind: 'id', known: true }]);
    expect(parts[3]?.identifiers.given).toHaveLength(3);
  });

  it('has the consent with its evidence, its use and its withdrawal', async () => {
    const { consents } = await partOf({ recipient: { email: erika.email }, language: 'en' });
    expect(consents).toHaveLength(1);
    expect(consents[0]).toMatchObject({
      ...{ consentId: 'c-1', state: 'WITHDRAWN', channels: ['EMAIL', 'SMS'], wording },
      request: {
        ...{ at: '2026-09-02T09:12:44Z', url: 'https://shop.example/optin' },
        ...{ ip: '203.0.113.7', userAgent: 'Browser/1' },
      },
      confirmation: { at: '2026-09-02T09:15:00Z', reference: 'cd'.repeat(32) },
      use: { count: 1, first: '2026-09-11T10:00:00Z' },
      refusals: [{ text: 'consent “c-1” withdrawn; for every channel' }],
    });
  });

  it('has every decision, what it rested on and who got the data', async () => {
    const part = await partOf({ recipient: { phone: erika.phone }, language: 'en' });
    const { items, complete } = part.decisions;
    expect(complete).toBe(true);
    expect(items.map(({ outcome }) => outcome)).toEqual(['deny', 'allow']);
    expect(items[0]).toMatchObject({
      campaign: null,
      channel: 'EMAIL',
      purpose: 'newsletter.fashion',
    });
    expect(items[0]?.reasons.map(({ code }) => code)).toContain('D_CONSENT_WITHDRAWN');
    expect(items[1]).toMatchObject({
      campaign: { reference: '2026-11-black-friday' },
      basis: { code: 'A_CONSENT_VALID', text: 'valid consent' },
    });
    const search = await home.call('dpo', 'POST', '/v1/decisions/search', { recipient: erika });
    const Items = z.object({ items: z.array(z.object({ id: z.string() })) });
    expect(Items.parse(search.body).items.map(({ id }) => id)).toEqual(items.map(({ id }) => id));
    expect(part.recipients).toMatchObject([{ name: 'Mail Service', country: 'FR', decisions: 1 }]);
    expect(part.uses).toMatchObject([{ purpose: 'newsletter.fashion', decisions: 1 }]);
  });

  it('is in German unless said otherwise', async () => {
    const part = await partOf({ recipient: { id: erika.id } });
    const texts = part.facts.map(({ text }) => text);
    expect(texts).toContain('Klick auf einen Link');
    expect(texts).toContainEqual(expect.stringContaining('Mitteilung nach Art. 14 DSGVO am'));
    expect(part.decisions.items[0]?.reasons.map(({ text }) => text)).toContain(
      'Einwilligung widerrufen',
    );
    expect(part.text).toBe('Zu den genannten Angaben sind die folgenden Daten gespeichert.');
  });

  it('has a part for each controller that knows them, unless one is named', async () => {
    const { controllers } = await report({ recipient: { email: erika.email } });
    expect(controllers.map(({ controller }) => controller.id)).toEqual([CONTROLLER, OTHER]);
    expect(controllers[1]?.facts).toHaveLength(2);
    expect(controllers[1]?.decisions.items).toEqual([]);
  });
});

describe('on paper and as a table', () => {
  const recipient = { email: erika.email };

  it.each([
    ['de', 'Auskunft nach Art. 15 DSGVO', 'Seite 1 von', 'Kauf „s-1“', 'Einwilligung widerrufen'],
    ['en', 'Access report under Art. 15 GDPR', 'Page 1 of', 'purchase “s-1”', 'consent withdrawn'],
  ])('says the same as PDF (%s)', async (language, title, page, sale, reason) => {
    const bytes = await pdf({ recipient, language });
    const read = await readPdf(bytes);
    expect(read.info).toMatchObject({ Title: title, Author: 'Acme & Söhne GmbH, Globex SA' });
    expect(read).toMatchObject({ isTagged: true, language });
    expect(read.bookmarks).toContain('Acme & Söhne GmbH');
    for (const each of [title, page, sale, reason, 'Adressen Muster', 'Mail Service']) {
      expect(read.text).toContain(each);
    }
    const { controllers } = await report({ recipient, language });
    // Narrow columns break long names: what is said is compared without blanks.
    const squeezed = read.text.replaceAll(' ', '');
    for (const { facts, authority, storage } of controllers) {
      const said = [authority, ...storage.map(({ text }) => text)];
      // A declaration stands with its consent, in the words of the record.
      const listed = facts.filter(({ section }) => section !== 'consents');
      for (const each of [...said, ...listed.map(({ text }) => text)]) {
        expect(squeezed).toContain(each.replaceAll(' ', ''));
      }
    }
    expect(Buffer.compare(await pdf({ recipient, language }), bytes)).toBe(0);
  });

  it.each([
    ['de', 'Verantwortlicher', 'Widerrufe und Widersprüche'],
    ['en', 'Controller', 'Withdrawals and objections'],
  ])('says the same as CSV (%s)', async (language, column, section) => {
    const [header, ...rows] = await csv({ recipient, language });
    expect(header?.[0]).toBe(column);
    const { controllers } = await report({ recipient, language });
    for (const { controller, facts, decisions } of controllers) {
      const own = rows.filter(([id]) => id === controller.id);
      for (const { text, event: id } of facts) {
        expect(own.some((row) => row[3] === text && row[5] === id)).toBe(true);
      }
      for (const { id } of decisions.items) expect(own.some((row) => row[5] === id)).toBe(true);
    }
    expect(rows.filter((row) => row[1] === section)).toHaveLength(2);
  });
});

describe('what somebody takes along', () => {
  const recipient = { id: erika.id };

  it('is theirs, and no decision', async () => {
    const body = { recipient, format: 'json', scope: 'portability', controller: CONTROLLER };
    const reply = await home.call('dpo', 'POST', REPORTS, body);
    const { controllers } = PortabilityReport.parse(reply.body);
    expect(PortabilityReport.parse(reply.body)).toEqual(reply.body);
    // What came from somebody else is not among it.
    expect(controllers[0]?.items.map(({ type }) => type)).toEqual([
      ...['consent.requested', 'consent.confirmed', 'sale.recorded', 'activity.recorded'],
      'consent.withdrawn',
    ]);
    const again = controllers[0]?.items[0];
    expect(again?.data).toMatchObject({ consentId: 'c-1', wording });
  });

  it('is a table of single values, too', async () => {
    const rows = await csv({ recipient, scope: 'portability', controller: CONTROLLER });
    expect(rows[0]).toEqual([
      ...['controller', 'event', 'type', 'occurredAt', 'source', 'id', 'field', 'value'],
    ]);
    expect(rows.some((row) => row[6] === '/wording/sha256' && row[7] === wording.sha256)).toBe(
      true,
    );
  });

  it('is not printed: paper is not machine-readable', async () => {
    const body = { recipient, format: 'pdf', scope: 'portability' };
    const reply = await home.call('dpo', 'POST', REPORTS, body);
    expect(reply).toMatchObject({ status: 422, body: { errors: [{ pointer: '/format' }] } });
  });
});

describe('somebody whom nobody knows', () => {
  const recipient = { email: 'nobody@nowhere.example' };

  it('gets the answer that nothing is stored', async () => {
    const text = 'Zu den genannten Angaben ist bei uns nichts gespeichert.';
    expect(await report({ recipient })).toMatchObject({ known: false, text, controllers: [] });
    const part = await partOf({ recipient });
    expect(part).toMatchObject({
      ...{ known: false, text, facts: [], consents: [], storage: [] },
      identifiers: { given: [{ kind: 'email', known: false }], linked: [] },
    });
    expect((await readPdf(await pdf({ recipient }))).text).toContain(text);
    const rows = await csv({ recipient });
    expect(rows[1]).toContain(text);
  });

  it('but was asked about once, is told of that decision', async () => {
    const asked = { email: 'only-asked@nowhere.example' };
    await home.call('marketing-tool', 'POST', '/v1/checks', checkOf([asked]));
    const { known, controllers } = await report({ recipient: asked });
    expect(known).toBe(true);
    expect(controllers).toHaveLength(1);
    expect(controllers[0]).toMatchObject({
      facts: [],
      decisions: { items: [{ outcome: 'deny' }] },
    });
  });

  it('under a name that is none is a mistake of the caller', async () => {
    const body = { recipient: { email: 'none', phone: '1' }, format: 'json' };
    const reply = await home.call('dpo', 'POST', REPORTS, body);
    expect(reply.status).toBe(422);
    expect(reply.body).toMatchObject({
      errors: [{ pointer: '/recipient/email' }, { pointer: '/recipient/phone' }],
    });
  });
});

describe('whose report it may be', () => {
  it('other controllers are neither told of nor named', async () => {
    const authorization = await home.token({ scope: 'subjects:read', controllers: [OTHER] });
    const headers = { authorization: `Bearer ${authorization}` };
    const body = { recipient: erika, format: 'json' };
    const own = await home.call(null, 'POST', REPORTS, body, headers);
    expect(AccessReport.parse(own.body).controllers.map(({ controller }) => controller.id)).toEqual(
      [OTHER],
    );
    expect(own.text).not.toContain('Acme');
    const foreign = { ...body, controller: CONTROLLER };
    expect((await home.call(null, 'POST', REPORTS, foreign, headers)).status).toBe(404);
    const absent = { ...body, controller: 'nobody' };
    expect((await home.call('dpo', 'POST', REPORTS, absent)).status).toBe(404);
  });

  it.each(['marketing-tool', 'consent-source', 'incident-responder', 'admin'] as const)(
    'not of %s',
    async (role) => {
      const reply = await home.call(role, 'POST', REPORTS, { recipient: erika, format: 'json' });
      expect(reply.status).toBe(403);
    },
  );

  it('each look-up is an entry of its own, with no identifier in it', async () => {
    await report({ recipient: { phone: erika.phone } });
    const search = { action: 'createSubjectReport', recipient: { id: erika.id } };
    const reply = await home.call('dpo', 'POST', '/v1/audit/search', { ...search, limit: 200 });
    const Entries = z.object({
      items: z.array(z.object({ controller: z.string(), about: z.string().nullable() })),
    });
    const { items } = Entries.parse(reply.body);
    expect(new Set(items.map(({ controller }) => controller))).toEqual(
      new Set([CONTROLLER, OTHER]),
    );
    const abouts = new Set(items.map(({ about }) => about));
    for (const about of [
      'access as json',
      'access as pdf',
      'access as csv',
      'portability as csv',
    ]) {
      expect(abouts).toContain(about);
    }
    const written = `${reply.text}${home.lines.join('\n')}`.toLowerCase();
    for (const each of ['erika', 'crm-17', '23125']) expect(written).not.toContain(each);
  });
});

describe('two people on one address', () => {
  const shared = 'family@haus.example';
  const one: Identifiers = { id: 'family-1', email: shared };
  const two: Identifiers = { id: 'family-2', email: shared };

  beforeAll(async () => {
    await accept(
      registered(one),
      consent(one, { consentId: 'of-one' }),
      event(
        'sale.recorded',
        { id: 'family-1' },
        {
          ...{ saleId: 'sale-of-one', productCategory: 'books', status: 'contract' },
          contactDataObtainedHere: true,
        },
      ),
      registered(two),
      consent(two, { consentId: 'of-two' }),
      event('objection.raised', two, { scope: 'all' }),
      event(
        'sale.recorded',
        { id: 'family-2' },
        {
          ...{ saleId: 'sale-of-two', productCategory: 'wine', status: 'contract' },
          contactDataObtainedHere: true,
        },
      ),
      event('contact.made', { email: shared }, { channel: 'EMAIL' }),
    );
    await home.call('marketing-tool', 'POST', '/v1/checks', checkOf([{ email: shared }]));
  });

  it('neither is told what concerns the other one', async () => {
    const part = await partOf({ recipient: one, language: 'en' });
    const text = JSON.stringify(part);
    expect(text).toContain('sale-of-one');
    expect(text).not.toContain('of-two');
    expect(text).not.toContain('objection to advertising:');
    expect(part.identityCheck).toContain('more than one person');
    expect(part.consents.map(({ consentId }) => consentId)).toEqual(['of-one']);
    expect(part.decisions.items).toMatchObject([{ outcome: 'deny', reasons: [], basis: null }]);
  });

  it('by the address alone only what names nobody is told', async () => {
    const part = await partOf({ recipient: { email: shared } });
    expect(part.facts.map(({ section }) => section)).toEqual(['contacts']);
    expect(part.consents).toEqual([]);
    expect(part.identifiers.linked).toEqual([{ kind: 'email', count: 1 }]);
    const paper = await readPdf(await pdf({ recipient: { email: shared } }));
    expect(paper.text).toContain('Prüfung der Identität');
    expect(paper.text).not.toMatch(/of-one|of-two/);
  });
});

describe('somebody who was erased', () => {
  const max: Identifiers = { id: 'crm-99', email: 'max@weg.example' };

  it('is told when, and what is kept', async () => {
    await accept(...permitted(max), event('activity.recorded', max, { kind: 'login' }));
    await home.call('marketing-tool', 'POST', '/v1/checks', checkOf([max]));
    const body = { recipient: max, reason: 'asked by letter', controller: CONTROLLER };
    const erased = await home.call('dpo', 'POST', '/v1/erasures', body);
    expect({ status: erased.status, text: erased.text }).toMatchObject({ status: 201 });
    const part = await partOf({ recipient: { email: max.email }, language: 'en' });
    expect(part.text).toContain('Your data were erased');
    expect(part.facts[0]?.text).toMatch(
      /^erased on .* at your request; a suppression entry is kept/,
    );
    expect(part.facts.map(({ section }) => section)).toEqual(['erasures', 'consents']);
    expect(part.consents).toMatchObject([{ consentId: 'c-1', state: 'ERASED' }]);
    const rules = part.storage.map(({ rule }) => rule);
    expect(rules).toEqual(expect.arrayContaining(['RET-6', 'RET-7', 'RET-9']));
    expect(rules).not.toContain('RET-2');
    expect(part.decisions.items).toHaveLength(1);
    const german = await partOf({ recipient: { id: max.id } });
    expect(german.facts[0]?.text).toContain('auf Ihr Verlangen; ein Sperreintrag bleibt');
  });
});
