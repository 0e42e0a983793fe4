import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { checkClearance } from '../../functions/embedded/clearance-check.ts';
import {
  readAside,
  readAudienceIndex,
  readShardRows,
} from '../../functions/shell/campaigns/audience-files.ts';
import { sweepLiveCampaigns } from '../../functions/shell/campaigns/sweep-live.ts';
import { readCampaign } from '../../functions/shell/stores/campaign-store.ts';
import { uploadFile } from '../../functions/shell/stores/import-store.ts';
import { CampaignView } from '../../shared/contract/campaigns.ts';
import { Clearance } from '../../shared/contract/clearances.ts';
import { DecisionList } from '../../shared/contract/decisions.ts';
import { ProblemDocument } from '../../shared/contract/problems.ts';
import { Jwks } from '../../shared/contract/proofs.ts';
import { assert } from '../../shared/kernel/assert.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { ndjson } from '../support/import-client.ts';
import {
  campaign,
  checkOf,
  CONTROLLER,
  controllerSettings,
  event,
  permitted,
  type Submission,
} from '../support/submissions.ts';
import { uploadClient, type UploadClient } from '../support/upload-client.ts';

/* Audiences that come as files, as marketing tools see them: over HTTP, with their workers. */

let home: InProcessGate;
let client: UploadClient;

/** Allowed, allowed, refused, and somebody whom nobody knows. */
const people = ['anna', 'bert', 'carla', 'dora'] as const;
const emailOf = (name: string) => `${name}@upload.example`;

beforeAll(async () => {
  home = await startGateInProcess({ workers: true });
  client = uploadClient(home.call);
  await home.call('admin', 'PUT', `/v1/controllers/${CONTROLLER}`, controllerSettings());
  const review = { maxRecipients: 2 };
  await home.call('admin', 'PUT', '/v1/controllers/careful', controllerSettings({ review }));
  const events = [
    ...['anna', 'bert', 'carla'].flatMap((name) => permitted({ email: emailOf(name) })),
    event('consent.withdrawn', { email: emailOf('carla') }),
  ];
  await record(events);
  await record(events.map((each) => ({ ...each, controller: 'careful' })));
});

afterAll(() => home.close());

async function record(events: readonly Submission[]): Promise<void> {
  const reply = await home.call('consent-source', 'POST', '/v1/events', { events });
  expect(reply.body).toMatchObject({ accepted: events.length, rejected: [] });
}

const csv = { format: 'csv' } as const;
const lines = { format: 'ndjson' } as const;

const plain = ['ref;email;size', ...people.map((name) => `r-${name};${emailOf(name)};M`)];

function counts(more: Partial<CampaignView['counts']>): CampaignView['counts'] {
  const none = { allowed: 0, denied: 0, duplicates: 0, invalid: 0, ...more };
  return {
    ...none,
    submitted: none.allowed + none.denied + none.duplicates + none.invalid,
  };
}

const asExpected = { state: 'cleared', counts: counts({ allowed: 2, denied: 2 }), problem: null };

/** The caller's lines as they are kept for the results: those of the pages, and those aside. */
async function keptOf(id: string) {
  const stored = await readCampaign(home.gate, id);
  assert(stored !== null, 'the campaign is there');
  const { run, audience } = stored.value;
  const index = await readAudienceIndex(home.gate, audience ?? run);
  assert(index !== null, 'its audience is there');
  const kept: { number: number; text: string }[] = [];
  for (let shard = 0; shard < index.shards; shard++) {
    for await (const { rows } of readShardRows(home.gate, index, shard)) kept.push(...rows);
  }
  const aside: Awaited<ReturnType<typeof first>>[] = [];
  for await (const some of readAside(home.gate, index)) aside.push(...some);
  return { index, kept: kept.sort((a, b) => a.number - b.number), aside };
  async function first() {
    for await (const [row] of readAside(home.gate, index ?? fail())) return row ?? fail();
    return fail();
  }
}

function fail(): never {
  throw new Error('there is none');
}

describe('an upload', () => {
  it('is a draft until its file came and its evaluation is asked for', async () => {
    const created = await client.create(csv);
    expect(created).toMatchObject({
      state: 'draft',
      evaluatedAt: null,
      policy: null,
      progress: { stage: null, pagesDecided: 0, pages: 0, percent: 0, estimatedEnd: null },
      counts: counts({}),
    });
    expect(created.upload).toMatchObject({ method: 'PUT' });
    const early = await client.start(created.id);
    expect(early.status).toBe(409);
    expect(ProblemDocument.parse(early.body).detail).toContain('no file has been uploaded');
    expect((await client.upload(created, plain.join('\n'))).status).toBe(200);
    const started = await client.start(created.id);
    expect(started.status).toBe(202);
    expect(started.body).toMatchObject({ id: created.id, state: 'evaluating' });
    const view = await client.ended(created.id);
    expect(view).toMatchObject({
      ...asExpected,
      progress: { stage: null, pagesDecided: 1, pages: 1, percent: 100 },
    });
    expect(view.reasons).toMatchObject({ D_CONSENT_WITHDRAWN: 1 });
    expect((await client.start(created.id)).status).toBe(409);
    // Clear text that has served its end.
    await expect.poll(() => home.gate.files.size(uploadFile(created.id))).toBeNull();
  });

  it('cannot be replaced once its evaluation has begun', async () => {
    const created = await client.create(csv);
    expect((await client.upload(created, 'email\nnobody\n')).status).toBe(200);
    expect((await client.upload(created, plain.join('\n'))).status).toBe(200);
    expect((await client.start(created.id)).status).toBe(202);
    const late = await client.upload(created, 'email\nmallory@upload.example\n');
    expect(late.status).toBe(409);
    expect(ProblemDocument.parse(late.body).detail).toContain('its file cannot be replaced');
    expect(await client.ended(created.id)).toMatchObject(asExpected);
    expect((await client.upload(created, plain.join('\n'))).status).toBe(409);
    expect(await home.gate.files.size(uploadFile(created.id))).toBeNull();
  });

  it('is started once by a request that is repeated', async () => {
    const created = await client.create(csv);
    await client.upload(created, plain.join('\n'));
    const path = `/v1/campaigns/${created.id}/evaluation`;
    const start = () =>
      home.call(
        'marketing-tool',
        'POST',
        path,
        { mode: 'enforce' },
        { 'idempotency-key': 'start-once' },
      );
    const [one, two] = [await start(), await start()];
    expect([one.status, two.status]).toEqual([202, 202]);
    expect(two.body).toEqual(one.body);
    expect(await client.ended(created.id)).toMatchObject(asExpected);
  });

  it.each([
    ['semicolons', csv, plain.join('\n')],
    ['commas and a byte order mark', csv, `\ufeff${plain.join('\r\n').replaceAll(';', ',')}\r\n`],
    ['tabs', csv, plain.join('\n').replaceAll(';', '\t')],
    ['gzip', csv, gzipSync(plain.join('\n'))],
    ['empty lines and blank records', csv, `\n${plain.join('\n\n')}\n;;\n\n`],
    [
      'quotes and line breaks within them',
      csv,
      plain.join('\n').replaceAll(/;M/g, ';"a ""large""\nsize; or so"'),
    ],
    [
      'lines of JSON',
      lines,
      ndjson(people.map((name) => ({ ref: name, email: emailOf(name), size: { of: 'M' } }))),
    ],
    [
      'packed lines of JSON with blank ones between',
      lines,
      gzipSync(people.map((name) => `{ "email": "${emailOf(name)}" }\r\n\r\n`).join('')),
    ],
  ])('is read with %s', async (_name, audience, content) => {
    expect(await client.run(audience, content)).toMatchObject(asExpected);
  });

  it.each([
    ['with a byte order mark, which its results have as well', '\ufeff', [0xef, 0xbb, 0xbf]],
    ['without one, as its results', '', [...Buffer.from('ref')]],
  ])('is read %s', async (_name, mark, begins) => {
    const text = `${mark}${plain.join('\n')}\nr-5;nobody;größer\n`;
    const { id } = await client.run(csv, text);
    const reply = await home.call(
      'marketing-tool',
      'GET',
      `/v1/campaigns/${id}/clearance?format=csv`,
    );
    const clearance = Clearance.parse(reply.body);
    const [allowed, invalid] = await Promise.all(
      [clearance.files.allowed, clearance.files.invalid].map(async ([file]) => {
        const { url } = file ?? fail();
        return Buffer.from(await (await fetch(url)).arrayBuffer());
      }),
    );
    expect([...(allowed ?? fail()).subarray(0, 3)]).toEqual(begins);
    const own = mark === '' ? [...Buffer.from('gate')].slice(0, 3) : begins;
    expect([...(invalid ?? fail()).subarray(0, 3)]).toEqual(own);
    const keys = Jwks.parse((await home.call(null, 'GET', '/.well-known/jwks.json')).body);
    const checked = await checkClearance(
      clearance,
      keys,
      async ({ url }) => (await fetch(url)).body,
    );
    expect(checked).toMatchObject({ ok: true, rows: 5 });
  });

  it('is read by the columns that a mapping names', async () => {
    const table = ['Kunde,E-Mail-Adresse,email', ...people.map((name) => `1,${emailOf(name)},x`)];
    const mapping = { ref: 'Kunde', email: 'E-Mail-Adresse' };
    expect(await client.run({ ...csv, mapping }, table.join('\n'))).toMatchObject(asExpected);
    const rows = people.map((name) => ({ 'E-Mail-Adresse': emailOf(name), Kunde: 7, email: 'x' }));
    expect(await client.run({ ...lines, mapping }, ndjson(rows))).toMatchObject(asExpected);
  });

  it('reads Windows-1252 where it is told so, and keeps the lines as UTF-8', async () => {
    const table = ['name;email', ...people.map((name) => `Jürgen ${name} €;${emailOf(name)}`)];
    const bytes = Buffer.from(table.join('\n').replaceAll('€', '\x80'), 'latin1');
    const encoding = 'windows-1252';
    const view = await client.run({ ...csv, encoding }, bytes);
    expect(view).toMatchObject(asExpected);
    const { kept } = await keptOf(view.id);
    expect(kept[0]).toEqual({ number: 1, text: `Jürgen anna €;${emailOf('anna')}` });
    const refused = await client.run(csv, bytes);
    expect(refused.problem?.detail).toMatch(/byte 12 \(0xfc\) .*"ü" in Windows-1252/);
    const utf8 = await client.run({ ...csv, encoding }, table.join('\n'));
    expect(utf8).toMatchObject({ state: 'failed' });
    expect(utf8.problem?.detail).toContain('the file is UTF-8');
  });

  it('keeps the lines of the caller as they were written, with what is on no page', async () => {
    const rows = [
      'ref;email;note',
      `r-1;${emailOf('anna')};"two\r\nlines; and ""quotes"""`,
      'r-2;nobody;x',
      `r-3; ${emailOf('anna').toUpperCase()} ;y`,
      `r-4;${emailOf('bert')}`,
      'r-5;;z',
      `r-6;${emailOf('bert')};`,
    ];
    const view = await client.run(csv, rows.join('\r\n'));
    expect(view).toMatchObject({
      state: 'cleared',
      counts: counts({ allowed: 2, duplicates: 1, invalid: 3 }),
    });
    const { index, kept, aside } = await keptOf(view.id);
    expect(index).toMatchObject({ columns: ['ref', 'email', 'note'], delimiter: ';' });
    expect(kept).toEqual([
      { number: 1, text: rows[1] },
      { number: 6, text: rows[6] },
    ]);
    expect(aside).toMatchObject([
      { kind: 'invalid', number: 2, ref: 'r-2', code: 'invalid-identifier', text: rows[2] },
      { kind: 'duplicate', number: 3, ref: 'r-3', code: 'duplicate', repeats: 1, text: rows[3] },
      { kind: 'invalid', number: 4, ref: 'r-4', code: 'wrong-length', text: rows[4] },
      { kind: 'invalid', number: 5, ref: 'r-5', code: 'no-identifier', text: rows[5] },
    ]);
  });

  it('sets aside lines of JSON that name nobody for sure', async () => {
    const anna = emailOf('anna');
    const rows = [
      `{"email":"${anna}","phone":{"of":"somebody"}}`,
      `{"email":"${anna}","email":"${emailOf('carla')}"}`,
      `{"email":"${anna}","\\u0065mail":"${emailOf('carla')}"}`,
      '{"email":',
      '["a@b.example"]',
      `{"ref":"${'x'.repeat(201)}","email":"${anna}"}`,
      `{"email":"${anna}","note":"email"}`,
      `{"email":"${emailOf('bert')}","note":"${'x'.repeat(300_000)}"}`,
    ];
    const view = await client.run(lines, rows.join('\n'));
    expect(view).toMatchObject({ counts: counts({ allowed: 1, invalid: 7 }) });
    const { aside, kept } = await keptOf(view.id);
    expect(kept.map(({ number }) => number)).toEqual([7]);
    expect(aside.map(({ code }) => code)).toEqual([
      'invalid-field',
      'ambiguous-field',
      'ambiguous-field',
      'malformed-row',
      'malformed-row',
      'invalid-field',
      'too-long',
    ]);
  });

  it('is read as addresses, flat or nested', async () => {
    const postal = {
      ...{ name: 'Anna Muster', street: 'Hauptstraße 1', postalCode: '10115' },
      ...{ city: 'Berlin', country: 'DE' },
    };
    const more = { channel: 'POST' };
    const nested = await client.run(lines, ndjson([{ postal }]), { more });
    const flat = await client.run(lines, ndjson([postal, { ...postal, country: 'Germany' }]), {
      more,
    });
    const table = 'name;street;postalCode;city;country\nAnna Muster;Hauptstr. 1;10115;Berlin;de';
    const tabled = await client.run(csv, table, { more });
    expect(flat.counts.invalid).toBe(1);
    const keysOf = async ({ id }: CampaignView) =>
      (await keptOf(id)).index.pages.map(({ firstKey }) => firstKey);
    expect(await keysOf(flat)).toEqual(await keysOf(nested));
    expect(await keysOf(tabled)).toEqual(await keysOf(nested));
  });
});

describe('a large upload', () => {
  it('loses nobody, and decides as single checks do', async () => {
    const names = Array.from({ length: 5000 }, (_, index) => `many-${index}`);
    const some = names.filter((_, index) => index % 50 === 0);
    await record(some.flatMap((name) => permitted({ email: emailOf(name) })));
    const rows = names.flatMap((name, index) => {
      const row = { ref: name, email: emailOf(name) };
      if (index % 100 === 99)
        return [row, { ...row, ref: `again-${name}` }, { ref: `bad-${name}` }];
      return [row];
    });
    const view = await client.run(lines, ndjson(rows));
    expect(view.counts).toEqual(
      counts({ allowed: some.length, denied: 5000 - some.length, duplicates: 50, invalid: 50 }),
    );
    expect(view.progress).toMatchObject({ pagesDecided: 2, pages: 2 });
    const asked = names.filter((_, index) => index % 25 === 0);
    const body = checkOf(asked.map((name) => ({ ref: name, email: emailOf(name) })));
    const reply = await home.call('marketing-tool', 'POST', '/v1/checks', body);
    const allowed = DecisionList.parse(reply.body).decisions.filter(
      ({ outcome }) => outcome === 'allow',
    );
    expect(allowed.map(({ ref }) => ref)).toEqual(some);
    const found = await home.call('dpo', 'POST', '/v1/decisions/search', {
      campaignId: view.id,
      outcome: 'allow',
      limit: 200,
    });
    const { items } = z.object({ items: z.array(z.unknown()) }).parse(found.body);
    expect(items).toHaveLength(some.length);
  });

  it('is held by its counted rows, and a release decides them again', async () => {
    const more = { controller: 'careful', advertiser: 'careful' };
    const view = await client.run(csv, plain.join('\n'), { more });
    expect(view).toMatchObject({ state: 'held', findings: [{ code: 'R_MAX_RECIPIENTS' }] });
    const events = [{ ...event('consent.withdrawn', { email: emailOf('bert') }), ...more }];
    const { advertiser: _, ...withdrawn } = events[0] ?? fail();
    await record([withdrawn]);
    const path = `/v1/campaigns/${view.id}/release`;
    const released = await home.call('dpo', 'POST', path, { reason: 'looks fine' });
    expect(released.body).toMatchObject({
      state: 'cleared',
      counts: counts({ allowed: 1, denied: 3 }),
    });
  });

  it('that is rejected is counted, and nobody is looked at', async () => {
    const more = { assessments: { liaRef: null, dpiaRef: null }, profiling: undefined };
    const level = { level: 'P3', attributes: [], specialCategories: true };
    const profiling = { ...level, significantEffect: true, political: false };
    const view = await client.run(csv, plain.join('\n'), { more: { ...more, profiling } });
    expect(view).toMatchObject({ state: 'rejected', counts: counts({ denied: 4 }) });
    expect(view.findings.length).toBeGreaterThan(0);
  });
});

describe('a dry run', () => {
  it('ends as a draft with its counts, logs nothing, and the campaign may follow', async () => {
    const created = await client.create(csv);
    await client.upload(created, plain.join('\n'));
    expect((await client.start(created.id, { mode: 'dry_run' })).status).toBe(202);
    const tried = await client.ended(created.id);
    expect(tried).toMatchObject({ ...asExpected, state: 'draft', clearance: null });
    expect(tried.reasons).toMatchObject({ D_CONSENT_WITHDRAWN: 1 });
    const search = { campaignId: created.id };
    const found = await home.call('dpo', 'POST', '/v1/decisions/search', search);
    expect(found.body).toMatchObject({ items: [] });
    expect((await client.start(created.id)).status).toBe(202);
    expect(await client.ended(created.id)).toMatchObject(asExpected);
  });

  it('decides as of an instant and under a policy, for few', async () => {
    const body = { mode: 'dry_run', asOf: '2026-08-01T00:00:00Z' };
    const past = await client.run(csv, plain.join('\n'), { start: body });
    expect(past).toMatchObject({ state: 'draft', counts: counts({ denied: 4 }) });
    const many = Array.from({ length: 101 }, (_, index) => `${index}@upload.example`);
    const refused = await client.run(csv, ['email', ...many].join('\n'), { start: body });
    expect(refused).toMatchObject({ state: 'draft' });
    expect(refused.problem?.detail).toContain('more than the 100 rows that `asOf` allows');
    const revision = past.policy?.revision;
    const same = await client.run(csv, plain.join('\n'), {
      start: { mode: 'dry_run', policy: revision },
    });
    expect(same).toMatchObject({ ...asExpected, state: 'draft' });
  });

  it.each([
    [{ mode: 'enforce', asOf: '2026-08-01T00:00:00Z' }, '/asOf'],
    [{ mode: 'enforce', policy: `sha256:${'0'.repeat(64)}` }, '/policy'],
    [{ mode: 'dry_run', policy: `sha256:${'0'.repeat(64)}` }, '/policy'],
    [{ mode: 'dry_run', asOf: 'yesterday' }, '/asOf'],
    [{}, '/mode'],
  ])('is refused with %j', async (body, pointer) => {
    const created = await client.create(csv);
    await client.upload(created, plain.join('\n'));
    const reply = await client.start(created.id, body);
    expect(reply.status).toBe(422);
    const { errors } = ProblemDocument.parse(reply.body);
    expect(errors?.map((error) => error.pointer)).toEqual([pointer]);
  });
});

describe('a file that cannot be read', () => {
  const address = 'someone@upload.example';

  function* many(): Generator<string> {
    for (let index = 0; index < 5000; index++) yield `c${index}`;
  }

  it.each([
    ['is empty', csv, '', 'the file is empty'],
    ['is empty', lines, '', 'no row'],
    ['has a header alone', csv, 'ref;email\n', 'no row'],
    ['has one column that names nobody', csv, 'size\nM\n', 'no column that names anybody'],
    ['has 5,000 columns', csv, `${[...many()].join(';')}\n`, '5000 columns'],
    ['has a column twice', csv, `email;email\n${address};x`, 'twice'],
    ['ends within a quote', csv, `email;x\n${address};"open\n`, 'line 2: a quoted cell'],
    ['has a stray quote', csv, `email;x\n${address};5" wide\n`, 'line 2: a quote stands'],
    ['is UTF-16', csv, Buffer.from('\ufeffemail\n', 'utf16le'), 'UTF-16'],
    ['is a truncated gzip', csv, gzipSync(plain.join('\n')).subarray(0, 40), 'gzip file is broken'],
    [
      'mixes encodings',
      csv,
      Buffer.concat([
        Buffer.from(`email;name\n${address};Müller\n`),
        Buffer.from(`${address};Müller\n`, 'latin1'),
      ]),
      'byte 66 (0xfc) is not UTF-8',
    ],
    ['is a workbook', csv, Buffer.from([0x50, 0x4b, 3, 4, 0, 0]), 'Excel'],
  ])('%s', async (_name, audience, content, detail) => {
    const view = await client.run(audience, content);
    expect(view).toMatchObject({ state: 'failed', counts: counts({}) });
    expect(view.problem?.title).toBe('the file cannot be read');
    expect(view.problem?.detail).toContain(detail);
    await expect.poll(() => home.gate.files.size(uploadFile(view.id))).toBeNull();
  });

  it('has a line of 100 MB', async () => {
    const long = Buffer.concat([
      Buffer.from(`email;x\n${address};"`),
      Buffer.alloc(100 * 1024 ** 2, 'x'),
      Buffer.from('"\n'),
    ]);
    const view = await client.run(csv, long);
    expect(view).toMatchObject({ state: 'failed' });
    expect(view.problem?.detail).toContain('the record at line 2 has more than');
  });

  it('is a zip bomb', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 ** 2, `${'x'.repeat(2000)},b\n`));
    const view = await client.run(csv, Buffer.concat([gzipSync('email,b\n'), bomb]));
    expect(view).toMatchObject({ state: 'failed' });
    expect(view.problem?.detail).toContain('times as long');
  });
});

describe('the lines of a file', () => {
  /** Names of stored files that have a word of the caller's. */
  const filesWith = (word: string) =>
    readdirSync(home.dataFolder, { recursive: true, encoding: 'utf8' }).filter((path) => {
      const whole = join(home.dataFolder, path);
      return statSync(whole).isFile() && readFileSync(whole).includes(word);
    });
  const text = ['ref;email;word', `1;${emailOf('anna')};graubart`, '2;nobody;graubart'].join('\n');

  it('are there while the clearance may be used, and go when it is void', async () => {
    const { id, state } = await client.run(csv, text);
    expect(state).toBe('cleared');
    expect(filesWith('graubart')).not.toEqual([]);
    await home.call('marketing-tool', 'POST', `/v1/campaigns/${id}/cancellation`);
    await sweepLiveCampaigns(home.gate);
    await expect.poll(() => filesWith('graubart')).toEqual([]);
    // The log is what it was.
    const found = await home.call('dpo', 'POST', '/v1/decisions/search', { campaignId: id });
    expect(found.body).toMatchObject({ items: [{ ref: '1', outcome: 'allow' }] });
  });

  it('go at once when the campaign is rejected', async () => {
    const message = { ...Object(campaign()['message']), imprint: false };
    const { state } = await client.run(csv, text, { more: { message } });
    expect(state).toBe('rejected');
    await expect.poll(() => filesWith('graubart')).toEqual([]);
  });
});
