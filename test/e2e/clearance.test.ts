import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CampaignView } from '../../shared/contract/campaigns.ts';
import { Clearance, type ResultKind } from '../../shared/contract/clearances.ts';
import { DecisionPage } from '../../shared/contract/decisions.ts';
import { ProblemDocument } from '../../shared/contract/problems.ts';
import { formatInstant, HOUR_MS } from '../../shared/kernel/instant.ts';
import {
  clearanceClient,
  downloaded,
  verifyClearance,
  type ClearanceClient,
} from '../support/clearance-client.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import {
  campaignFor,
  controllerSettings,
  permitted,
  type Submission,
} from '../support/submissions.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'gate-clearance-'));

let home: InProcessGate;
let client: ClearanceClient;

beforeAll(async () => {
  home = await startGateInProcess({ workers: true });
  client = clearanceClient(home.call);
  const asking = controllerSettings({ review: { channels: ['EMAIL'] } });
  await home.call('admin', 'PUT', '/v1/controllers/acme', controllerSettings());
  await home.call('admin', 'PUT', '/v1/controllers/asking', asking);
  const events = known.flatMap((email) => permitted({ email }));
  const reply = await home.call('consent-source', 'POST', '/v1/events', { events });
  expect(reply.body).toMatchObject({ accepted: events.length });
});

afterAll(async () => {
  await home.close();
  rmSync(folder, { recursive: true });
});

const known = ['anna@example.org', 'boris@example.org', 'carla@example.org'];

/** Three who may be written to, two strangers, one of them twice, and one without an address. */
const people = [
  { ref: 'row-1', email: 'anna@example.org' },
  { ref: 'row-2', email: 'nobody@example.org' },
  { ref: 'row-3', id: 'crm-3', email: 'boris@example.org' },
  { ref: 'row-4', email: 'NOBODY@example.org' },
  { ref: 'row-5', email: 'no address' },
  { ref: '=row-6', email: 'carla@example.org' },
  { ref: 'row-7', email: 'other@example.org' },
];

async function submit(body: Submission): Promise<CampaignView> {
  const reply = await home.call('marketing-tool', 'POST', '/v1/campaigns', body);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 201 });
  return CampaignView.parse(reply.body);
}

const names = (rows: readonly Readonly<Record<string, unknown>>[]) =>
  rows.map(({ ref }) => ref).toSorted();

describe('the clearance of an inline audience', () => {
  it('has exactly those who are allowed, by the refs that were sent', async () => {
    const { id, state, clearance: summary } = await submit(campaignFor(people));
    expect(state).toBe('cleared');
    const clearance = await client.clearance(id);
    expect(clearance).toMatchObject({
      ...{ campaignId: id, controller: 'acme', format: 'ndjson', submitted: 7 },
      ...{ allowedCount: 3, deniedCount: 2, duplicatesCount: 1, invalidCount: 1 },
    });
    const { issuedAt, notAfter, merkleRoot } = clearance;
    expect(summary).toEqual({ issuedAt, notAfter, merkleRoot });
    const allowed = await client.rows(clearance, 'allowed');
    expect(names(allowed)).toEqual(['=row-6', 'row-1', 'row-3']);
    const boris = allowed.find(({ ref }) => ref === 'row-3');
    // Whoever has a ref needs nothing else at rest.
    expect(Object.keys(boris ?? {})).toEqual(['ref', 'gate']);
    expect(boris).toMatchObject({
      gate: { outcome: 'allow', basis: 'A_CONSENT_VALID', codes: [], reasons: [], notAfter },
    });
  });

  it('says of everybody else why not', async () => {
    const { id } = await submit(campaignFor(people));
    const clearance = await client.clearance(id);
    const denied = await client.rows(clearance, 'denied');
    expect(names(denied)).toEqual(['row-2', 'row-7']);
    for (const row of denied) {
      expect(row['gate']).toMatchObject({ outcome: 'deny', basis: null });
      expect(row).toMatchObject({
        gate: {
          codes: expect.arrayContaining(['D_CONSENT_MISSING']),
          reasons: expect.arrayContaining([
            expect.objectContaining({
              code: 'D_CONSENT_MISSING',
              text: { de: 'Keine Einwilligung', en: 'no consent' },
            }),
          ]),
        },
      });
    }
    const [invalid] = await client.rows(clearance, 'invalid');
    expect(invalid).toMatchObject({ row: 5, ref: 'row-5', code: 'invalid-identifier' });
    expect(JSON.parse(String(invalid?.['line']))).toEqual({ ref: 'row-5' });
    const [duplicate] = await client.rows(clearance, 'duplicates');
    expect(duplicate).toMatchObject({ row: 4, ref: 'row-4', code: 'duplicate', repeats: 2 });
  });

  it('names the decisions that are in the log', async () => {
    const { id } = await submit(campaignFor(people));
    const clearance = await client.clearance(id);
    const reply = await home.call('dpo', 'POST', '/v1/decisions/search', { campaignId: id });
    const logged = new Map(
      DecisionPage.parse(reply.body).items.map((each) => [each.id, each.outcome]),
    );
    expect(logged.size).toBe(5);
    for (const [kind, outcome] of [
      ['allowed', 'allow'],
      ['denied', 'deny'],
    ] as const) {
      for (const row of await client.rows(clearance, kind)) {
        const { decisionId } = gateOf(row);
        expect(logged.get(String(decisionId))).toBe(outcome);
      }
    }
  });

  it('comes as CSV as well, with the understood columns', async () => {
    const { id } = await submit(campaignFor(people));
    const [csv, ndjson] = [await client.clearance(id, 'csv'), await client.clearance(id, 'ndjson')];
    expect(csv.signature).toBe(ndjson.signature);
    const allowed = await client.rows(csv, 'allowed');
    expect(names(allowed)).toEqual(['=row-6', 'row-1', 'row-3']);
    expect(allowed.find(({ ref }) => ref === 'row-3')).toMatchObject({
      ...{ id: '', email: '', phone: '', more: '' },
      ...{ gate_outcome: 'allow', gate_basis: 'A_CONSENT_VALID', gate_codes: '' },
    });
    const ids = (rows: readonly Readonly<Record<string, unknown>>[]) =>
      rows.map((row) => row['gate_decision_id'] ?? gateOf(row)['decisionId']);
    expect(ids(allowed)).toEqual(ids(await client.rows(ndjson, 'allowed')));
    expect(names(await client.rows(csv, 'denied'))).toEqual(['row-2', 'row-7']);
    const [invalid] = await client.rows(csv, 'invalid');
    expect(invalid).toMatchObject({ gate_row: '5', gate_ref: 'row-5' });
  });

  it('of whom nobody is allowed has no allowed file', async () => {
    const { id } = await submit(campaignFor([people[1]]));
    const clearance = await client.clearance(id);
    expect(clearance).toMatchObject({ allowedCount: 0, deniedCount: 1, files: { allowed: [] } });
    expect((await verified(clearance)).status).toBe(0);
  });

  it('of nobody who can be contacted is empty, and verifies', async () => {
    const { id } = await submit(campaignFor([people[4]]));
    const clearance = await client.clearance(id);
    expect(clearance).toMatchObject({ submitted: 1, invalidCount: 1, files: { pages: [] } });
    expect((await verified(clearance)).status).toBe(0);
  });

  it('is not valid for longer than the campaign, nor for longer than a day', async () => {
    const inDays = (days: number) => formatInstant(Date.now() + days * 24 * HOUR_MS);
    const short = await submit(campaignFor([people[0]]));
    const schedule = { sendFrom: inDays(0), sendUntil: inDays(3) };
    const long = await submit(campaignFor([people[0]], { schedule }));
    const clearance = await client.clearance(long.id);
    const lasts = Date.parse(clearance.notAfter) - Date.parse(clearance.issuedAt);
    expect(lasts).toBeLessThanOrEqual(24 * HOUR_MS);
    expect(lasts).toBeGreaterThan(23 * HOUR_MS);
    const { notAfter } = await client.clearance(short.id);
    expect(Date.parse(notAfter) - Date.now()).toBeLessThanOrEqual(HOUR_MS);
  });
});

function gateOf(row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { gate } = row;
  return typeof gate === 'object' && gate !== null ? { ...gate } : {};
}

let saved = 0;

function save(content: unknown): string {
  const path = join(folder, `${++saved}.json`);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

const kinds: readonly ResultKind[] = ['allowed', 'denied', 'invalid', 'duplicates', 'pages'];

/** Every file of a manifest in a folder, under its name. */
async function kept(clearance: Clearance): Promise<string> {
  const into = join(folder, `files-${++saved}`);
  for (const file of kinds.flatMap((kind) => clearance.files[kind])) {
    const path = join(into, file.name);
    mkdirSync(dirname(path), { recursive: true });
    const answer = await fetch(file.url);
    writeFileSync(path, Buffer.from(await answer.arrayBuffer()));
  }
  return into;
}

const jwks = () => `${home.url}/.well-known/jwks.json`;

function verified(clearance: unknown, files?: string) {
  const more = files === undefined ? [] : ['--files', files];
  return verifyClearance(root, '--manifest', save(clearance), '--jwks', jwks(), ...more);
}

describe('somebody outside', () => {
  it('verifies it by the published keys and the files, downloaded or kept', async () => {
    const { id } = await submit(campaignFor(people));
    for (const format of ['ndjson', 'csv'] as const) {
      const clearance = await client.clearance(id, format);
      const online = await verified(clearance);
      expect(online).toMatchObject({
        status: 0,
        said: expect.stringMatching(/^ok: the clearance/),
      });
      expect(online.said).toContain('allowed     3 of 7; denied 2');
      expect((await verified(clearance, await kept(clearance))).status).toBe(0);
    }
  });

  const oneLetter = (text: string) => text.replace('row-1', 'row-9');
  const tampered: readonly (readonly [
    name: string,
    kind: ResultKind,
    change: (text: string) => string,
    fault: RegExp,
  ])[] = [
    ['a changed letter', 'allowed', oneLetter, /is not the file that was signed/],
    ['a row less', 'allowed', (text) => text.slice(text.indexOf('\n') + 1), /bytes, and/],
    ['a row twice', 'allowed', (text) => text + text, /another row names/],
    ['a row of nobody', 'allowed', (text) => `${text}{"ref":"x"}\n`, /no decision of this run/],
    ['a changed page', 'pages', (text) => text.replace('acme', 'acne'), /Merkle|signed/],
    ['a reason struck out', 'denied', (text) => text.replace('D_CONSENT', 'D_CONSENS'), /signed/],
  ];

  it.each(tampered)('is told of %s in a file of `%s`', async (_, kind, change, fault) => {
    const { id } = await submit(campaignFor(people));
    const clearance = await client.clearance(id);
    const files = await kept(clearance);
    const path = join(files, clearance.files[kind][0]?.name ?? '');
    const before = readFileSync(path, 'latin1');
    expect(change(before)).not.toBe(before);
    writeFileSync(path, Buffer.from(change(before), 'latin1'));
    const { status, said } = await verified(clearance, files);
    expect(said).toMatch(/^failed: /);
    expect(said).toMatch(fault);
    expect(status).toBe(1);
  });

  it('is told when somebody who was denied stands among the allowed', async () => {
    const { id } = await submit(campaignFor(people));
    const clearance = await client.clearance(id);
    const files = await kept(clearance);
    const [to, from] = [clearance.files.allowed[0], clearance.files.denied[0]];
    const moved = readFileSync(join(files, from?.name ?? ''));
    writeFileSync(join(files, to?.name ?? ''), moved);
    expect((await verified(clearance, files)).said).toMatch(/is of somebody who was denied/);
  });

  it('is told of a missing file, other counts, another key and options that are none', async () => {
    const { id } = await submit(campaignFor(people));
    const clearance = await client.clearance(id);
    expect((await verified(clearance, folder)).said).toMatch(/is not there/);
    const more = { ...clearance, allowedCount: 4 };
    expect(await verified(more)).toMatchObject({
      status: 1,
      said: expect.stringMatching(/signed/),
    });
    const noKeys = save({ keys: [] });
    const manifest = save(clearance);
    const args = ['--manifest', manifest, '--jwks', noKeys];
    expect((await verifyClearance(root, ...args)).said).toMatch(/not among the published keys/);
    expect((await verifyClearance(root, '--manifest', manifest)).status).toBe(2);
    expect((await verifyClearance(root, '--nothing')).status).toBe(2);
    const nowhere = ['--manifest', join(folder, 'none.json'), '--jwks', noKeys];
    expect((await verifyClearance(root, ...nowhere)).status).toBe(1);
  });
});

describe('a campaign that is not cleared has none', () => {
  const refusal = async (id: string) => {
    const reply = await client.ask(id);
    return { status: reply.status, detail: ProblemDocument.parse(reply.body).detail };
  };

  it('while it is held, and once it is rejected', async () => {
    const own = { controller: 'asking', advertiser: 'asking' };
    const held = await submit(campaignFor([people[0]], own));
    expect(await refusal(held.id)).toMatchObject({ status: 409, detail: /`held`/ });
    const path = `/v1/campaigns/${held.id}/rejection`;
    await home.call('dpo', 'POST', path, { reason: 'no' });
    expect(await refusal(held.id)).toMatchObject({ status: 409, detail: /`rejected`/ });
  });

  it('and has one as soon as the officer releases it', async () => {
    const own = { controller: 'asking', advertiser: 'asking' };
    const events = permitted({ email: 'dora@example.org' });
    await home.call('consent-source', 'POST', '/v1/events', {
      events: events.map((each) => ({ ...each, ...{ controller: 'asking' } })),
    });
    const dora = { ref: 'd', email: 'dora@example.org' };
    const { id } = await submit(campaignFor([dora, people[1]], own));
    const reply = await home.call('dpo', 'POST', `/v1/campaigns/${id}/release`, { reason: 'yes' });
    expect(reply.body).toMatchObject({ state: 'cleared', counts: { allowed: 1, denied: 1 } });
    const clearance = await client.clearance(id);
    expect(names(await client.rows(clearance, 'allowed'))).toEqual(['d']);
    expect((await verified(clearance)).status).toBe(0);
  });

  it('where it breaks a rule itself', async () => {
    const message = { senderIdentified: false, imprint: false, optOutNotice: true };
    const more = { oneClickUnsubscribe: true, art14Notice: false, callerIdShown: true };
    const broken = campaignFor([people[0]], { message: { ...message, ...more } });
    const { id, state } = await submit(broken);
    expect(state).toBe('rejected');
    expect(await refusal(id)).toMatchObject({ status: 409, detail: /`rejected`: nobody of it/ });
  });

  it('once it is cancelled', async () => {
    const { id } = await submit(campaignFor([people[0]]));
    await home.call('marketing-tool', 'POST', `/v1/campaigns/${id}/cancellation`, {});
    expect(await refusal(id)).toMatchObject({ status: 409, detail: /`cancelled`.* void/ });
  });

  it('where there is no such campaign, or it is somebody else’s', async () => {
    expect((await client.ask('cmp_00000000000000000000000000')).status).toBe(404);
    expect((await client.ask('nothing')).status).toBe(404);
    const { id } = await submit(campaignFor([people[0]]));
    const token = await home.token({ scope: 'campaigns:read', controllers: ['asking'] });
    const headers = { authorization: `Bearer ${token}` };
    const path = `/v1/campaigns/${id}/clearance`;
    expect((await home.call(null, 'GET', path, undefined, headers)).status).toBe(404);
    expect((await home.call('dpo', 'GET', `${path}?format=pdf`)).status).toBe(422);
  });
});

describe('the clearance of an upload', () => {
  const lines = [
    'ref;E-Mail;Anrede;"Notiz ""x"""',
    'a-1;anna@example.org;"Liebe; Anna";"zwei\nZeilen"',
    'a-2;nobody@example.org;;',
    '"a-3";boris@example.org;Größe 5;=1+1',
    'a-4;;;',
    'a-5;NOBODY@example.org;;noch einmal',
  ];
  const audience = { format: 'csv', mapping: { email: 'E-Mail' } };

  it('gives every column of a CSV back as it was written', async () => {
    const { id, counts } = await client.upload(audience, lines.join('\r\n'));
    expect(counts).toEqual({ submitted: 5, allowed: 2, denied: 1, duplicates: 1, invalid: 1 });
    const clearance = await client.clearance(id);
    expect(clearance.format).toBe('csv');
    const text = await downloaded(clearance.files.allowed[0]?.url ?? '');
    expect(text).toContain('"a-3";boris@example.org;Größe 5;=1+1;allow;A_CONSENT_VALID;;');
    const allowed = await client.rows(clearance, 'allowed');
    expect(allowed).toContainEqual(
      expect.objectContaining({ Anrede: 'Liebe; Anna', 'Notiz "x"': 'zwei\nZeilen' }),
    );
    const [invalid] = await client.rows(clearance, 'invalid');
    expect(invalid).toMatchObject({ gate_row: '4', gate_code: 'no-identifier', ref: 'a-4' });
    const [duplicate] = await client.rows(clearance, 'duplicates');
    expect(duplicate).toMatchObject({ gate_repeats: '2', 'Notiz "x"': 'noch einmal' });
    expect((await verified(clearance)).said).toMatch(/^ok/);
  });

  it('gives it as NDJSON as well', async () => {
    const { id } = await client.upload(audience, lines.join('\n'));
    const clearance = await client.clearance(id, 'ndjson');
    const allowed = await client.rows(clearance, 'allowed');
    expect(allowed).toContainEqual({
      ...{ ref: 'a-1', 'E-Mail': 'anna@example.org', Anrede: 'Liebe; Anna' },
      'Notiz "x"': 'zwei\nZeilen',
      gate: expect.objectContaining({ outcome: 'allow' }),
    });
    expect((await verified(clearance)).said).toMatch(/^ok/);
  });

  it('gives every member of NDJSON back', async () => {
    const rows = [
      '{"email":"anna@example.org", "n":1.50,"gate":"mine"}',
      '{"email":"x@example.org"}',
    ];
    const { id } = await client.upload({ format: 'ndjson' }, rows.join('\n'));
    const clearance = await client.clearance(id);
    const text = await downloaded(clearance.files.allowed[0]?.url ?? '');
    expect(text).toMatch(/^\{"email":"anna@example.org", "n":1.50,"caller_gate":"mine","gate":\{/);
    const sha256 = createHash('sha256').update(text).digest('hex');
    expect(clearance.files.allowed).toMatchObject([{ sha256, rows: 1, bytes: text.length }]);
    const csv = await client.rows(await client.clearance(id, 'csv'), 'allowed');
    expect(csv).toMatchObject([{ email: 'anna@example.org', more: '{"n":1.50,"gate":"mine"}' }]);
  });
});
