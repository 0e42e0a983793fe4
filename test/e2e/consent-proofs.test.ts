import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ConsentProof } from '../../shared/contract/subject-rights.ts';
import { canonicalJson } from '../../shared/kernel/canonical-json.ts';
import { sha256Hex } from '../../shared/kernel/hash.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { readPdf } from '../support/read-pdf.ts';
import {
  consent,
  CONTROLLER,
  controllerSettings,
  event,
  permitted,
  registered,
  type Identifiers,
  type Submission,
} from '../support/submissions.ts';

const PROOFS = '/v1/consent-proofs';
const OTHER = 'globex';
const question = { channel: 'EMAIL', purpose: 'newsletter.fashion' };
const erika: Identifiers = { id: 'crm-17', email: 'erika@example.org', phone: '+493023125017' };
let home: InProcessGate;

async function accept(...events: readonly Submission[]): Promise<void> {
  const reply = await home.call('consent-source', 'POST', '/v1/events', { events });
  expect(reply.body).toMatchObject({ accepted: events.length, rejected: [] });
}

async function proof(recipient: Identifiers, more: Submission = {}): Promise<ConsentProof> {
  const body = { recipient, ...question, ...more };
  const reply = await home.call('dpo', 'POST', PROOFS, body);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  const read = ConsentProof.parse(reply.body);
  expect(read).toEqual(reply.body);
  return read;
}

beforeAll(async () => {
  home = await startGateInProcess();
  for (const id of [CONTROLLER, OTHER]) {
    const put = await home.call('admin', 'PUT', `/v1/controllers/${id}`, controllerSettings());
    expect(put.status).toBe(200);
  }
  const call = {
    ...{ consentId: 'calls', channels: ['PHONE_HUMAN'], form: 'oral' },
    evidence: { method: 'call_recording', ref: 'recording-7' },
  };
  await accept(
    ...permitted(erika),
    consent(erika, call, { occurredAt: '2026-09-05T10:00:00Z' }),
    event(
      'contact.made',
      erika,
      { channel: 'PHONE_HUMAN' },
      { occurredAt: '2026-10-01T10:00:00Z' },
    ),
    event('contact.made', erika, { channel: 'EMAIL' }, { occurredAt: '2026-10-02T10:00:00Z' }),
  );
});

afterAll(() => home.close());

describe('the proof of a consent', () => {
  it.each([
    [{ id: 'crm-17' }],
    [{ email: 'ERIKA@example.org' }],
    [{ phone: '+493023125017' }],
    [erika],
  ])('is found by %j', async (recipient) => {
    const found = await proof(recipient, { language: 'en' });
    expect(found).toMatchObject({
      controller: { id: CONTROLLER, name: 'Acme GmbH' },
      ...question,
      person: { contact: { kind: 'email' } },
      verdict: { valid: true, text: 'The consent is valid.', reasons: [] },
      identityCheck: null,
    });
    expect(found.person.given.map(({ known }) => known)).not.toContain(false);
    expect(found.person.given[0]?.key).toMatch(/^[0-9a-f]{32}$/);
    expect(found.consents.map(({ consentId }) => consentId)).toEqual(['c-1']);
    expect(JSON.stringify(found)).not.toMatch(/erika|23125/i);
  });

  it('carries a hash that everybody can compute again', async () => {
    const { sha256, ...rest } = await proof(erika);
    const plain = z.json().parse(JSON.parse(JSON.stringify(rest)));
    expect(sha256Hex(canonicalJson(plain))).toBe(sha256);
  });

  it('to a call is that of § 7a UWG: who, when, how, and each use', async () => {
    const found = await proof(erika, { channel: 'PHONE_HUMAN', language: 'en' });
    expect(found.consents).toMatchObject([
      {
        consentId: 'calls',
        form: 'spoken',
        confirmation: {
          at: '2026-09-05T10:00:00Z',
          method: 'call_recording',
          reference: 'recording-7',
        },
        use: { first: '2026-10-01T10:00:00Z', last: '2026-10-01T10:00:00Z', count: 1 },
        retention: { rule: '§ 7a(2) UWG', until: '2031-10-01T10:00:00Z' },
      },
    ]);
  });

  it('for a purpose that nobody consented to says so', async () => {
    const found = await proof(erika, { purpose: 'lottery' });
    expect(found.consents).toEqual([]);
    expect(found.verdict).toMatchObject({
      valid: false,
      text: 'Es gibt keine Einwilligung, die jetzt trägt.',
      reasons: [{ code: 'D_CONSENT_MISSING', text: 'Keine Einwilligung' }],
    });
  });

  it('after a withdrawal is kept, with the withdrawal', async () => {
    const max = { id: 'crm-18', email: 'max@example.org' };
    await accept(...permitted(max));
    await accept(event('consent.withdrawn', { email: max.email }, {}));
    const found = await proof(max);
    const codes = found.verdict.reasons.map(({ code }) => code);
    expect(codes).toEqual(['D_CONSENT_WITHDRAWN', 'D_OBJECTION_ART21']);
    expect(found.consents).toMatchObject([{ state: 'WITHDRAWN', verdict: { valid: false } }]);
    const evidence = found.verdict.reasons.map(({ event: id }) => id);
    expect(found.events).toEqual(expect.arrayContaining(evidence));
  });

  it('after an erasure is kept for claims, and carries nothing', async () => {
    const nora = { id: 'crm-19', email: 'nora@example.org' };
    await accept(...permitted(nora));
    const erasure = { recipient: nora, reason: 'asked', controller: CONTROLLER };
    expect((await home.call('dpo', 'POST', '/v1/erasures', erasure)).status).toBe(201);
    const found = await proof(nora, { language: 'en' });
    expect(found.verdict.valid).toBe(false);
    expect(found.consents).toMatchObject([
      { consentId: 'c-1', state: 'ERASED', text: 'erased; only the proof is still kept' },
    ]);
  });

  it.each([
    ['de', 'Nachweis der Einwilligung', 'Die Einwilligung ist gültig.', 'Seite 1 von'],
    ['en', 'Proof of consent', 'The consent is valid.', 'Page 1 of'],
  ])('is printed (%s)', async (language, title, verdict, page) => {
    const token = await home.token({ scope: 'subjects:read', controllers: [CONTROLLER] });
    const answer = await fetch(`${home.url}${PROOFS}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ recipient: erika, ...question, format: 'pdf', language }),
    });
    expect(answer.headers.get('content-type')).toBe('application/pdf');
    expect(answer.headers.get('content-disposition')).toMatch(
      /filename="consent-proof-[\d-]+\.pdf"/,
    );
    const read = await readPdf(new Uint8Array(await answer.arrayBuffer()));
    for (const each of [title, verdict, page, 'https://shop.example/optin', 'a'.repeat(64)]) {
      expect(read.text).toContain(each);
    }
    expect(read).toMatchObject({ isTagged: true, language });
  });
});

describe('whose proof it is', () => {
  it('is of the one controller that knows the person, or the consent', async () => {
    const found = await proof(erika);
    expect(found.controller.id).toBe(CONTROLLER);
    // The other one knows her too, and no consent of hers.
    await accept(registered(erika, { controller: OTHER }));
    expect((await proof(erika)).controller.id).toBe(CONTROLLER);
    expect((await proof(erika, { controller: OTHER })).verdict.valid).toBe(false);
    await accept(consent(erika, {}, { controller: OTHER }));
    const reply = await home.call('dpo', 'POST', PROOFS, { recipient: erika, ...question });
    expect(reply).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/controller', code: 'ambiguous' }] },
    });
    expect((await proof(erika, { controller: OTHER })).controller.id).toBe(OTHER);
  });

  it('is nobody else’s', async () => {
    const authorization = await home.token({ scope: 'subjects:read', controllers: [OTHER] });
    const headers = { authorization: `Bearer ${authorization}` };
    const foreign = { recipient: erika, ...question, controller: CONTROLLER };
    expect((await home.call(null, 'POST', PROOFS, foreign, headers)).status).toBe(404);
    const unknown = { recipient: { email: 'nobody@nowhere.example' }, ...question };
    expect((await home.call('dpo', 'POST', PROOFS, unknown)).status).toBe(404);
    const named = { ...unknown, controller: CONTROLLER };
    const reply = await home.call('dpo', 'POST', PROOFS, named);
    expect(reply.body).toMatchObject({
      consents: [],
      person: { given: [{ kind: 'email', known: false }] },
      verdict: { valid: false },
    });
  });

  it.each(['marketing-tool', 'consent-source', 'admin'] as const)('not for %s', async (role) => {
    const body = { recipient: erika, ...question };
    expect((await home.call(role, 'POST', PROOFS, body)).status).toBe(403);
  });

  it('each look-up is an entry', async () => {
    const search = { action: 'createConsentProof', controller: CONTROLLER, recipient: erika };
    const reply = await home.call('dpo', 'POST', '/v1/audit/search', search);
    const { items } = z
      .object({ items: z.array(z.object({ about: z.string().nullable() })) })
      .parse(reply.body);
    expect(items.map(({ about }) => about)).toContain('PHONE_HUMAN newsletter.fashion');
  });
});

describe('of two people on one address', () => {
  it('the proof of each has their own consent alone', async () => {
    const shared = 'family@haus.example';
    const one = { id: 'family-1', email: shared };
    const two = { id: 'family-2', email: shared };
    await accept(
      registered(one),
      consent(one, {
        consentId: 'of-one',
        evidence: { method: 'doi_email', ref: 'r', ip: '203.0.113.1' },
      }),
      registered(two),
      consent(two, {
        consentId: 'of-two',
        evidence: { method: 'doi_email', ref: 's', ip: '203.0.113.2' },
      }),
    );
    const own = await proof(one, { controller: CONTROLLER });
    expect(own.consents.map(({ consentId }) => consentId)).toEqual(['of-one']);
    expect(JSON.stringify(own)).not.toContain('203.0.113.2');
    expect(own.identityCheck).toContain('Identität prüfen');
    const address = await proof({ email: shared }, { controller: CONTROLLER });
    expect(address.consents).toEqual([]);
  });
});
