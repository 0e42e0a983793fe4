import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DecisionList } from '../../shared/contract/decisions.ts';
import type { ImportView } from '../../shared/contract/imports.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { importClient, ndjson, type ImportClient } from '../support/import-client.ts';
import { checkOf, controllerSettings, type Submission } from '../support/submissions.ts';

/* Events from tables: by a mapping of their columns, and as CRM systems export them. */

let home: InProcessGate;
let client: ImportClient;

beforeAll(async () => {
  home = await startGateInProcess({ workers: true });
  client = importClient(home.call);
});

afterAll(() => home.close());

let controllers = 0;

async function newController(): Promise<string> {
  controllers++;
  const id = `tables-${controllers}`;
  await home.call('admin', 'PUT', `/v1/controllers/${id}`, controllerSettings());
  return id;
}

async function codes(controller: string, recipient: Submission, more: Submission = {}) {
  const body = checkOf([recipient], { controller, advertiser: controller, ...more });
  const reply = await home.call('marketing-tool', 'POST', '/v1/checks', body);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  const [decision] = DecisionList.parse(reply.body).decisions;
  return decision?.reasons.map(({ code }) => code) ?? ['nothing'];
}

const table = { kind: 'events', format: 'csv' } as const;
const sha256 = 'a'.repeat(64);

describe('a table with a mapping', () => {
  const consents = {
    type: { value: 'consent.confirmed' },
    occurredAt: { column: 'Bestätigt am', timeZone: 'Europe/Berlin' },
    id: 'Nr.',
    source: { value: 'crm' },
    'subject.email': 'E-Mail',
    'subject.id': 'Nr.',
    'data.consentId': 'Nr.',
    'data.channels': { column: 'Wege', values: { Mail: 'EMAIL' } },
    'data.purposes': { value: ['newsletter.fashion'] },
    'data.form': { value: 'active' },
    'data.wording.id': { value: 'w-1' },
    'data.wording.version': { value: '1' },
    'data.wording.sha256': { value: sha256 },
    'data.evidence.method': { column: 'Art', values: { DOI: 'doi_email', '': 'import' } },
    'data.evidence.ref': 'Beleg',
  };

  it('reads columns, values, lists, flags and local times', async () => {
    const controller = await newController();
    const people = {
      type: { value: 'subject.registered' },
      occurredAt: { column: 'Angelegt', timeZone: 'Europe/Berlin' },
      'subject.email': 'E-Mail',
      'data.recipientType': { value: 'CONSUMER' },
      'data.residence': { value: 'DE' },
      'data.origin.kind': { value: 'own' },
      'data.origin.source': 'Quelle',
      'data.origin.obtainedAt': { column: 'Angelegt', timeZone: 'Europe/Berlin' },
    };
    const mapping = { ...consents, 'data.channels': 'Wege' };
    const first = await client.run(
      { ...table, controller, mapping: people },
      '\ufeff"E-Mail";"Angelegt";"Quelle"\r\n' +
        '"a@example.org";"2026-08-01 10:00";"Laden; Mitte\r\nBerlin"\r\n',
    );
    // A line break is no text of a source: the row says so, and its quotes were read all the same.
    expect(first.counts).toMatchObject({ rows: 1, rejected: 1 });
    const again = await client.run(
      { ...table, controller, mapping: people },
      'E-Mail\tAngelegt\tQuelle\na@example.org\t2026-08-01 10:00\t"Laden ""Mitte"""\n\t\t\n',
    );
    expect([again.counts, await client.receipts(again)]).toMatchObject([
      { rows: 1, applied: 1 },
      [],
    ]);
    const rows = [
      'Nr.;E-Mail;Bestätigt am;Wege;Art;Beleg',
      '1;a@example.org;2026-09-01 12:00;EMAIL|SMS;DOI;mail-1',
      '2;b@example.org;gestern;EMAIL;DOI;mail-2',
      '3;c@example.org;2026-09-01 12:00;EMAIL;Handschlag;mail-3',
      '4;d@example.org;2026-09-01 12:00',
      '5;e@example.org;2026-09-01 12:00;EMAIL;;mail-5',
    ];
    const view = await client.run({ ...table, controller, mapping }, rows.join('\n'));
    expect(view.counts).toMatchObject({ rows: 5, applied: 2, rejected: 3 });
    const receipts = await client.receipts(view);
    expect(receipts.map(({ row, code, errors }) => [row, code, errors?.[0]?.pointer])).toEqual([
      [2, 'VALUE_UNKNOWN', '/occurredAt'],
      [3, 'VALUE_UNKNOWN', '/data/evidence/method'],
      [4, 'COLUMN_COUNT', undefined],
    ]);
    expect(JSON.stringify(receipts)).not.toMatch(/example\.org|Handschlag|gestern/);
    expect(await codes(controller, { email: 'a@example.org' })).toEqual([]);
    expect(await codes(controller, { email: 'e@example.org' })).toContain(
      'D_CONSENT_EVIDENCE_MISSING',
    );
  });

  it('has the paths of an event for columns where nothing is mapped', async () => {
    const controller = await newController();
    const rows = [
      'type,occurredAt,subject.email,data.scope,data.channels,colour',
      'objection.raised,2026-10-01T00:00:00Z,a@example.org,channel,"EMAIL,SMS",red',
      'objection.raised,2026-10-01T00:00:00Z,b@example.org,all,,blue',
    ];
    const body = { ...table, controller };
    const view = await client.run(body, rows.join('\n'));
    expect(view.counts).toMatchObject({ applied: 2 });
    expect(await codes(controller, { email: 'a@example.org' })).toContain('D_OBJECTION_ART21');
    // The same rows of another file are the same events.
    const again = await client.run(body, [rows[0], rows[2], rows[1]].join('\n'));
    expect(again.counts).toMatchObject({ duplicates: 2 });
  });

  it('that lacks a column fails before a row is read', async () => {
    const controller = await newController();
    const view = await client.run(
      { ...table, controller, mapping: consents },
      'Nr.,E-Mail\n1,a@example.org\n',
    );
    expect(view).toMatchObject({ state: 'failed', counts: { rows: 0 } });
    expect(view.problem?.detail).toContain('`Bestätigt am`, `Wege`, `Art`, `Beleg`');
  });
});

const scope = {
  channels: ['EMAIL'],
  purposes: ['newsletter.fashion'],
  wordings: [{ id: 'w-1', version: '1', sha256, usedFrom: '2020-01-01T00:00:00Z' }],
};

describe('an export of a CRM', () => {
  async function load(
    content: string,
    mapping: Submission,
    more: Submission = {},
  ): Promise<{ readonly view: ImportView; readonly controller: string }> {
    const controller = await newController();
    const view = await client.run({ ...table, controller, mapping, ...more }, content);
    expect(view).toMatchObject({ state: 'finished', problem: null });
    return { view, controller };
  }

  it('HubSpot: contacts with their opt-outs', async () => {
    const own = {
      flag: 'NL',
      scope,
      form: 'active',
      method: 'doi_email',
      confirmedAt: 'Bestätigt',
    };
    const rows = [
      'Record ID,Email,Unsubscribed from all email,Create Date,Original Source,NL,Bestätigt',
      '1,a@example.org,false,2026-05-01 10:00,Direct Traffic,yes,2026-05-01 10:05',
      '2,b@example.org,true,2026-05-01 10:00,Direct Traffic,yes,2026-05-01 10:05',
      '3,no address,true,2026-05-01 10:00,Direct Traffic,yes,2026-05-01 10:05',
    ];
    const mapping = { crm: 'hubspot', consentColumns: [own], timeZone: 'Europe/Berlin' };
    const { view, controller } = await load(rows.join('\n'), mapping);
    expect(view.counts).toMatchObject({ rows: 3, applied: 2, rejected: 1 });
    expect(await client.receipts(view)).toMatchObject(
      [
        { row: 2, code: 'DATE_ASSUMED' },
        { row: 3, code: 'EMAIL_MALFORMED' },
      ].filter(({ row }) => row === 3),
    );
    expect(await codes(controller, { email: 'a@example.org' })).toEqual([]);
    expect(await codes(controller, { email: 'b@example.org' })).toContain('D_OBJECTION_ART21');
    // A row with an error gives its refusals and nothing else.
    expect(await codes(controller, { id: 'hubspot:3' })).toContain('D_OBJECTION_ART21');
  });

  it('Mailchimp: its three files are told apart by their headers', async () => {
    const mapping = { crm: 'mailchimp', purposes: { audience: scope } };
    const head = 'Email Address,First Name,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP';
    const member =
      'a@example.org,Erika,2026-05-01 10:00:00,192.0.2.1,2026-05-01 10:05:00,192.0.2.1';
    const subscribed = await load(`${head},LAST_CHANGED\n${member},2026-05-01 10:05:00\n`, mapping);
    expect(subscribed.view.counts).toMatchObject({ applied: 1 });
    expect(await codes(subscribed.controller, { email: 'a@example.org' })).toEqual([]);
    const moved = 'moved,"cells, b@example.org"';
    const rows = `${head},UNSUB_TIME\n${member},2026-06-01 10:00:00\n${moved}\n`;
    const left = await load(rows, mapping);
    expect(left.view.counts).toMatchObject({ rows: 2, applied: 1, rejected: 1 });
    const objected = 'D_OBJECTION_ART21';
    expect(await codes(left.controller, { email: 'a@example.org' })).toContain(objected);
    const cleaned = await load(`${head},CLEAN_TIME\n${member},2026-06-01 10:00:00\n`, mapping);
    expect(await codes(cleaned.controller, { email: 'a@example.org' })).toContain(
      'D_CONTACT_UNDELIVERABLE',
    );
  });

  it('Mautic: contacts and the table of those who want no contact', async () => {
    const mapping = { crm: 'mautic' };
    const contacts = await load('id,email,country\n7,a@example.org,Germany\n', mapping);
    expect(contacts.view.counts).toMatchObject({ applied: 1 });
    const entries = 'lead_id,reason,channel,date_added,email\n7,1,email,2026-06-01,a@example.org\n';
    const refused = await load(entries, mapping);
    expect(refused.view.counts).toMatchObject({ applied: 1 });
    expect(await codes(refused.controller, { email: 'a@example.org' })).toContain(
      'D_OBJECTION_ART21',
    );
  });

  it('listmonk: subscribers as CSV, and with their lists as JSON', async () => {
    const mapping = { crm: 'listmonk', purposes: { News: scope } };
    const head = 'uuid,email,name,attributes,status,created_at,updated_at';
    const row = 'u-1,a@example.org,Erika,{},blocklisted,2026-05-01T10:00:00Z,2026-06-01T10:00:00Z';
    const blocked = await load(`${head}\n${row}\n`, mapping);
    expect(await codes(blocked.controller, { email: 'a@example.org' })).toContain(
      'D_BLOCKLIST_INTERNAL',
    );
    const subscriber = {
      uuid: 'u-1',
      email: 'a@example.org',
      name: 'Erika',
      attribs: { country: 'DE' },
      status: 'enabled',
      created_at: '2026-05-01T10:00:00Z',
      updated_at: '2026-05-01T10:05:00Z',
      lists: [
        {
          name: 'News',
          optin: 'double',
          subscription_status: 'confirmed',
          subscription_created_at: '2026-05-01T10:00:00Z',
          subscription_updated_at: '2026-05-01T10:05:00Z',
          subscription_meta: { optin_ip: '192.0.2.1' },
        },
      ],
    };
    const { view, controller } = await load(ndjson([subscriber]), mapping, { format: 'ndjson' });
    expect(view.counts).toMatchObject({ rows: 1, applied: 1 });
    expect(await codes(controller, { email: 'a@example.org' })).toEqual([]);
  });

  it('needs a controller, whose zone and country it falls back on', async () => {
    const body = { ...table, mapping: { crm: 'mautic' } };
    const reply = await home.call('consent-source', 'POST', '/v1/imports', body);
    expect(reply.status).toBe(422);
    expect(reply.body).toMatchObject({ errors: [{ pointer: '/controller' }] });
  });
});
