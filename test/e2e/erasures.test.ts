import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resumeErasure } from '../../functions/shell/flows/erase-subject.ts';
import { readEventRows, readStates } from '../../functions/shell/stores/ledger-store.ts';
import { listOpenErasures } from '../../functions/shell/stores/retention-store.ts';
import { DecisionDetail, DecisionList, type Decision } from '../../shared/contract/decisions.ts';
import { ErasureView } from '../../shared/contract/erasures.ts';
import { formatInstant, MINUTE_MS } from '../../shared/kernel/instant.ts';
import { contactKey } from '../../shared/ledger/contact-key.ts';
import { normaliseAll } from '../../shared/ledger/identifier.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import type { Reply } from '../support/http-client.ts';
import { importClient, ndjson } from '../support/import-client.ts';
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

/*
 * Art. 17 GDPR from outside: facts go, a suppression entry stays, and whoever brings the person
 * back from another source is told why nobody may write to her.
 */

let home: InProcessGate;

beforeAll(async () => {
  home = await startGateInProcess({ workers: true });
  const path = `/v1/controllers/${CONTROLLER}`;
  expect((await home.call('admin', 'PUT', path, controllerSettings())).status).toBe(200);
});

afterAll(() => home.close());

async function post(...events: readonly Submission[]): Promise<Reply> {
  return home.call('consent-source', 'POST', '/v1/events', { events });
}

async function accept(...events: readonly Submission[]): Promise<void> {
  const reply = await post(...events);
  expect(reply).toMatchObject({ status: 202, body: { accepted: events.length, rejected: [] } });
}

async function decide(recipient: unknown, more: Submission = {}): Promise<Decision> {
  const body = checkOf([recipient], more);
  const reply = await home.call('marketing-tool', 'POST', '/v1/checks', body);
  const [decision] = DecisionList.parse(reply.body).decisions;
  if (decision === undefined) throw new Error('a check of one answers one decision');
  return decision;
}

const codesOf = ({ reasons }: Decision) => reasons.map(({ code }) => code);

const erasure = (recipient: Submission | Identifiers, more: Submission = {}) => ({
  recipient,
  controller: CONTROLLER,
  reason: 'she asked for it by mail on Monday',
  ...more,
});

async function erase(recipient: Submission | Identifiers, headers = {}): Promise<ErasureView> {
  const reply = await home.call('dpo', 'POST', '/v1/erasures', erasure(recipient), headers);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 201 });
  return ErasureView.parse(reply.body);
}

const EARLIER = '2026-09-02T10:00:00Z';
const keptOf = ({ kept }: ErasureView, what: string) => kept.find((each) => each.what === what);

/** The key under which somebody is kept, as the gate makes it. */
function keyOf(identifiers: Identifiers): string {
  const [identifier] = normaliseAll({ ...identifiers, postal: null }).identifiers;
  if (identifier === undefined) throw new Error('a test names somebody');
  return contactKey(home.gate.keys.current.key, CONTROLLER, identifier);
}

/** What the ledger still holds of somebody, by type, in the order of occurrence. */
async function eventsAbout(identifiers: Identifiers) {
  const states = await readStates(home.gate, CONTROLLER, [keyOf(identifiers)]);
  const anchors = [...states.values()].flatMap(({ state }) => state.anchors);
  return (await readEventRows(home.gate, CONTROLLER, anchors)).map((row) => row.event);
}

let people = 0;
function newPerson() {
  people++;
  const phone = `+49 30 23125 ${String(people).padStart(3, '0')}`;
  return { id: `heide-id-${people}`, email: `heide-${people}@heidehof.example`, phone };
}

const postal = {
  name: 'Erika Heidemann',
  street: 'Heidehofgasse 17',
  postalCode: '51147',
  city: 'Heidehofstadt',
  country: 'DE',
};
const sale = (subject: Identifiers, saleId: string, more: Submission = {}) =>
  event('sale.recorded', subject, {
    saleId,
    productCategory: 'running.shoes',
    contactDataObtainedHere: true,
    noticeAtCollectionRef: 'N1',
    status: 'contract',
    ...more,
  });
const fromBroker = (subject: Identifiers) => [
  registered(subject, {
    occurredAt: formatInstant(Date.now()),
    data: {
      residence: 'DE',
      recipientType: 'CONSUMER',
      origin: { kind: 'third_party', source: 'broker', obtainedAt: formatInstant(Date.now()) },
    },
  }),
  consent(
    subject,
    { consentId: 'c-broker', evidence: { method: 'import', ref: 'list-7' } },
    { occurredAt: formatInstant(Date.now()) },
  ),
];

describe('an erasure', () => {
  const person = { ...newPerson(), postal };
  const events = [
    ...permitted(person),
    sale(person, 'heide-sale-1'),
    event('interest.documented', person, { fact: 'Erika asked', channel: 'PHONE_HUMAN' }),
    event('activity.recorded', person, { kind: 'login' }),
    event('contact.made', person, { channel: 'EMAIL' }),
    event('restriction.set', person, { ground: 'Erika said so' }, { occurredAt: EARLIER }),
    event('restriction.lifted', person, { ground: 'Erika said so' }),
  ];
  let before: Decision;
  let erased: ErasureView;

  beforeAll(async () => {
    await accept(...events);
    before = await decide({ ref: 'row-1', ...person });
    erased = await erase({ email: person.email });
  });

  it('removes what is no suppression and no evidence, and says what stays until when', async () => {
    expect(before.outcome).toBe('allow');
    expect(erased.contactPoints).toBe(4);
    expect(erased.removed).toEqual({
      'subject.registered': 1,
      'sale.recorded': 1,
      'interest.documented': 1,
      'activity.recorded': 1,
      'contact.made': 1,
    });
    const types = (await eventsAbout(person)).map(({ type }) => type);
    expect(types.sort()).toEqual([
      'consent.confirmed',
      'restriction.lifted',
      'restriction.set',
      'subject.erased',
    ]);
    expect(keptOf(erased, 'consent_evidence')).toMatchObject({
      events: 1,
      rule: 'RET-6',
      until: `${Number(erased.erasedAt.slice(0, 4)) + 3}-12-31T23:00:00Z`,
    });
    expect(keptOf(erased, 'suppression')).toMatchObject({ events: 3, until: null });
  });

  it('names the processors that the erasure is passed on to', () => {
    expect(erased.recipients).toEqual({ processors: ['Mail Service'], complete: true });
  });

  it('takes the words out of what stays', async () => {
    const grounds = (await eventsAbout(person)).flatMap(({ data }) =>
      'ground' in data ? [data.ground] : [],
    );
    expect(new Set(grounds).size).toBe(1);
    expect(grounds[0]).toMatch(/^sha256:[0-9a-f]{12}$/);
  });

  it.each([
    ['EMAIL', { email: person.email }],
    ['SMS', { phone: person.phone }],
    ['POST', { postal }],
    ['PUSH_APP', { id: person.id }],
    ['EMAIL', { id: person.id }],
  ])('denies on %s', async (channel, recipient) => {
    const decision = await decide(recipient, { channel });
    expect(codesOf(decision)).toEqual(expect.arrayContaining(['D_OBJECTION_ART21', 'D_ERASED']));
  });

  it('is met by a broker’s list that brings her back', async () => {
    await accept(...fromBroker({ email: person.email }));
    const decision = await decide({ email: person.email });
    expect(decision.outcome).toBe('deny');
    expect(decision.reasons.find(({ code }) => code === 'D_ERASED')).toMatchObject({
      rule: 'erased',
      since: expect.any(String),
      evidence: expect.stringMatching(/^evt_/),
      text: {
        de: 'Daten wurden auf Verlangen gelöscht; eine neue Quelle erlaubt keine Werbung',
        en: 'the data were erased on request; another source permits no advertising',
      },
    });
  });

  it('knows the old events again', async () => {
    expect(await post(...events)).toMatchObject({ body: { accepted: 0, duplicates: 8 } });
  });

  it('leaves old decisions as they were, and says that their reasons are gone', async () => {
    const found = await home.call('dpo', 'POST', '/v1/decisions/search', {
      recipient: { phone: person.phone },
      outcome: 'allow',
    });
    const ids = DecisionList.parse({ decisions: Object(found.body).items }).decisions;
    expect(ids.map(({ id }) => id)).toContain(before.id);
    const reply = await home.call('dpo', 'GET', `/v1/decisions/${before.id}`);
    const detail = DecisionDetail.parse(reply.body);
    expect(detail).toMatchObject({ outcome: 'allow', basis: before.basis, explanation: 'erased' });
    const replay = await home.call('dpo', 'POST', `/v1/decisions/${before.id}/replay`);
    expect(replay).toMatchObject({
      status: 200,
      body: { identical: null, unknown: { why: 'facts_erased' } },
    });
  });

  it('is lifted by a new consent of hers, and by nothing less', async () => {
    const now = { occurredAt: formatInstant(Date.now()) };
    await accept(registered({ email: person.email }, now));
    expect(codesOf(await decide({ email: person.email }))).toContain('D_ERASED');
    await accept(consent({ email: person.email }, { consentId: 'c-new' }, now));
    expect(codesOf(await decide({ email: person.email }))).toEqual([]);
    expect(codesOf(await decide({ phone: person.phone }, { channel: 'SMS' }))).toContain(
      'D_ERASED',
    );
  });

  it('is met by another address under her old id', async () => {
    const other = { id: person.id, email: 'heide-other@heidehof.example' };
    await accept(...fromBroker(other));
    expect(codesOf(await decide({ email: other.email }))).toContain('D_ERASED');
  });

  it('is an entry of the audit trail', async () => {
    const reply = await home.call('dpo', 'POST', '/v1/audit/search', {
      controller: CONTROLLER,
      action: 'createErasure',
    });
    expect(Object(reply.body).items).toMatchObject([{ action: 'createErasure', about: erased.id }]);
  });
});

describe('a list that is imported after an erasure', () => {
  it('brings nobody back', async () => {
    const person = newPerson();
    await accept(...permitted(person));
    await erase(person);
    const client = importClient(home.call);
    const list = { kind: 'events', format: 'ndjson' } as const;
    const view = await client.run(list, ndjson(fromBroker(person)));
    expect(view.counts.rows).toBe(2);
    const decision = await decide(person);
    expect(decision.outcome).toBe('deny');
    expect(codesOf(decision)).toContain('D_ERASED');
  });
});

describe('who comes back under a new id', () => {
  it('is no second person', async () => {
    const person = newPerson();
    await accept(...permitted(person));
    await erase(person);
    const now = { occurredAt: formatInstant(Date.now()) };
    const again = { id: 'heide-new-id', email: person.email };
    await accept(registered(again, now), consent(again, {}, now));
    expect((await decide(again)).outcome).toBe('allow');
  });
});

describe('an erasure of somebody whom the gate does not know', () => {
  it('leaves a suppression entry', async () => {
    const person = newPerson();
    expect(await erase(person)).toMatchObject({ contactPoints: 3, removed: {} });
    await accept(...permitted(person));
    expect(codesOf(await decide(person))).toContain('D_ERASED');
  });
});

describe('a hold', () => {
  it('for legal claims forbids the erasure; advertising stops, and the rest follows', async () => {
    const person = newPerson();
    await accept(...permitted(person), event('hold.set', person, { kind: 'legal' }));
    expect((await decide(person)).outcome).toBe('allow');
    const reply = await home.call('dpo', 'POST', '/v1/erasures', erasure({ id: person.id }));
    expect(reply).toMatchObject({
      status: 409,
      body: { hold: { kind: 'legal', until: null, evidence: expect.stringMatching(/^evt_/) } },
    });
    expect(codesOf(await decide(person))).toEqual(['D_OBJECTION_ART21']);
    expect((await eventsAbout(person)).map(({ type }) => type)).toContain('subject.registered');
    const open = await listOpenErasures(home.gate);
    expect(open).toHaveLength(1);
    await accept(event('hold.lifted', person, { kind: 'legal' }));
    for (const each of open) expect(await resumeErasure(home.gate, each)).toBe(true);
    expect(codesOf(await decide(person))).toContain('D_ERASED');
    expect((await eventsAbout(person)).map(({ type }) => type)).not.toContain('subject.registered');
    expect(await listOpenErasures(home.gate)).toEqual([]);
  });

  it('for tax records keeps the sales, and nothing is sold on them', async () => {
    const person = newPerson();
    const until = '2036-12-31T23:00:00Z';
    await accept(
      ...permitted(person),
      sale(person, 'heide-sale-2'),
      event('hold.set', person, { kind: 'tax', until }),
    );
    const erased = await erase(person);
    expect(keptOf(erased, 'tax_records')).toMatchObject({ events: 1, rule: 'RET-5', until });
    expect(erased.removed).toEqual({ 'subject.registered': 1 });
    expect(codesOf(await decide(person))).toEqual(
      expect.arrayContaining(['D_OBJECTION_ART21', 'D_ERASED']),
    );
    const contract = { content: 'transactional' };
    expect((await decide(person, contract)).outcome).toBe('deny');
  });
});

describe('two people on one address', () => {
  it('the facts of the other one stay, and the stricter state holds for both', async () => {
    const [first, second] = [newPerson(), newPerson()];
    const shared = { ...second, phone: first.phone };
    await accept(...permitted(first), ...permitted(shared), sale(shared, 'heide-sale-3'));
    const erased = await erase({ id: first.id });
    expect(erased.removed).toEqual({ 'subject.registered': 1 });
    expect(keptOf(erased, 'other_person')).toBeUndefined();
    const left = await eventsAbout(shared);
    expect(left.filter(({ type }) => type === 'subject.registered')).toHaveLength(1);
    expect(left.filter(({ type }) => type === 'sale.recorded')).toHaveLength(1);
    expect(codesOf(await decide({ email: first.email }))).toContain('D_ERASED');
    expect(codesOf(await decide({ email: shared.email }))).toEqual(['D_OBJECTION_ART21']);
    const byPhone = await erase({ phone: first.phone });
    expect(keptOf(byPhone, 'other_person')).toMatchObject({ events: 3 });
    const both = await erase({ id: second.id, email: second.email });
    expect(both.removed).toEqual({ 'subject.registered': 1, 'sale.recorded': 1 });
  });
});

describe('a crash in the middle', () => {
  it('leaves her suppressed, and a retry deletes the rest', async () => {
    const person = newPerson();
    await accept(...permitted(person), sale(person, 'heide-sale-4'), sale(person, 'heide-sale-5'));
    const { tables } = home.gate;
    const write = tables.write;
    let deleted = 0;
    tables.write = async (each) => {
      if (each.kind !== 'delete-if-version' || each.table !== 'ledger') return write(each);
      deleted++;
      if (deleted > 1) throw new Error('the process ended');
      return write(each);
    };
    const key = { 'idempotency-key': 'erasure-1' };
    const failed = await home.call('dpo', 'POST', '/v1/erasures', erasure(person), key);
    tables.write = write;
    expect(failed.status).toBe(500);
    expect(codesOf(await decide(person))).toContain('D_ERASED');
    expect((await eventsAbout(person)).length).toBeGreaterThan(2);
    const erased = await erase(person, key);
    expect(erased.removed).toEqual({ 'subject.registered': 1, 'sale.recorded': 2 });
    const types = (await eventsAbout(person)).map(({ type }) => type);
    expect(types.sort()).toEqual(['consent.confirmed', 'subject.erased']);
    expect(await erase(person, key)).toEqual(erased);
  });
});

describe('events that come at the same time', () => {
  it('resurrect nothing', async () => {
    const person = newPerson();
    await accept(...permitted(person));
    const earlier = { occurredAt: formatInstant(Date.now() - MINUTE_MS) };
    const late = Array.from({ length: 12 }, (_, number) => ({
      ...sale(person, `heide-sale-late-${number}`),
      ...earlier,
    }));
    const [erased] = await Promise.all([erase(person), ...late.map((each) => post(each))]);
    expect(erased.contactPoints).toBe(3);
    const states = await readStates(home.gate, CONTROLLER, [keyOf({ email: person.email })]);
    const [state] = [...states.values()].map((each) => each.state);
    expect(state).toMatchObject({ sales: [], consents: [], recipientType: null });
    expect(state?.erased).not.toBeNull();
  });
});

describe('the data folder', () => {
  it('has no trace of whom it has forgotten', async () => {
    const person = {
      id: 'grau-id-77123',
      email: 'grau.mustermann@graustadt.example',
      phone: '+49 30 23125 999',
      postal: { ...postal, name: 'Grau Mustermann', street: 'Graugasse 99', city: 'Graustadt' },
    };
    const own = { consentId: 'grau-consent', purposes: ['grau.newsletter'] };
    await accept(
      registered(person),
      consent(person, own),
      { ...sale(person, 'grau-sale'), id: 'grau-event', source: 'grau-shop' },
      event('interest.documented', person, { fact: 'graue Schuhe', channel: 'PHONE_HUMAN' }),
    );
    const audience = campaignFor([person], { purpose: 'grau.newsletter' });
    await home.call('marketing-tool', 'POST', '/v1/campaigns', audience);
    const erased = await erase({ id: person.id });
    expect(erased.contactPoints).toBe(4);
    const last = await home.gate.tables.lastChange('contact-points');
    await home.gate.tables.forgetChanges('contact-points', last ?? '');
    const database = new DatabaseSync(join(home.dataFolder, 'gate.sqlite'));
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    database.close();
    const words = ['grau-id', 'grau.muster', 'graustadt', '493023125999', '23125 999'];
    const facts = ['graugasse', 'grau-sale', 'grau-consent', 'grau-event', 'grau-shop', 'graue'];
    const traces = storedFiles().flatMap(({ path, text }) =>
      [...words, ...facts].filter((word) => text.includes(word)).map((word) => [path, word]),
    );
    expect(traces).toEqual([]);
  });
});

/** Every file of the data folder, byte for byte, in lower case. */
function storedFiles(): readonly { readonly path: string; readonly text: string }[] {
  return readdirSync(home.dataFolder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(home.dataFolder, path)).isFile())
    .map((path) => {
      const bytes = readFileSync(join(home.dataFolder, path));
      return { path, text: bytes.toString('latin1').toLowerCase() };
    });
}

describe('what is no erasure', () => {
  it('an event of a source', async () => {
    const said = { ...event('objection.raised', newPerson()), type: 'subject.erased' };
    expect((await post(said)).status).toBe(422);
  });

  it.each<readonly [string, Submission, number, string?]>([
    ['nobody is named', erasure({}), 422, '/recipient'],
    ['no reason', { recipient: { email: 'a@example.org' } }, 422, '/reason'],
    ['an identifier that is none', erasure({ email: 'nobody' }), 422, '/recipient/email'],
    ['a controller of nobody', erasure({ email: 'a@example.org' }, { controller: 'x' }), 404],
  ])('%s', async (_, body, status, pointer) => {
    const reply = await home.call('dpo', 'POST', '/v1/erasures', body);
    expect(reply.status).toBe(status);
    if (pointer !== undefined) {
      expect(Object(reply.body).errors).toMatchObject([{ pointer }]);
    }
  });

  it('the controller is named where several of the token know the person, or none', async () => {
    const path = '/v1/controllers/other';
    expect((await home.call('admin', 'PUT', path, controllerSettings())).status).toBe(200);
    const [both, one] = [newPerson(), newPerson()];
    await accept(registered(both), registered(one));
    await accept({ ...registered(both), controller: 'other' });
    const ask = (recipient: unknown) =>
      home.call('dpo', 'POST', '/v1/erasures', { recipient, reason: 'asked' });
    for (const recipient of [both, { email: 'a@example.org' }]) {
      const reply = await ask(recipient);
      expect(reply).toMatchObject({ status: 422, body: { errors: [{ pointer: '/controller' }] } });
    }
    expect(await ask(one)).toMatchObject({ status: 201, body: { controller: CONTROLLER } });
  });
});
