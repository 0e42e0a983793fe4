import { gzipSync } from 'node:zlib';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { DecisionList } from '../../shared/contract/decisions.ts';
import { ImportView } from '../../shared/contract/imports.ts';
import { limits } from '../../shared/contract/limits.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { sendRaw } from '../support/http-client.ts';
import { importClient, ndjson, type ImportClient } from '../support/import-client.ts';
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

/* Imports as their callers see them: over HTTP, with the worker that applies them. */

let home: InProcessGate;
let client: ImportClient;

beforeAll(async () => {
  home = await startGateInProcess({ workers: true });
  client = importClient(home.call);
  for (const id of [CONTROLLER, 'other']) {
    await home.call('admin', 'PUT', `/v1/controllers/${id}`, controllerSettings());
  }
});

afterAll(() => home.close());

let people = 0;

function newPerson(): { readonly id: string; readonly email: string } {
  people++;
  return { id: `imported-${people}`, email: `imported-${people}@example.org` };
}

const events = { kind: 'events', format: 'ndjson' } as const;
const OLDER = '2026-09-01T10:00:00Z';

async function post(...submissions: readonly Submission[]): Promise<void> {
  const reply = await home.call('consent-source', 'POST', '/v1/events', { events: submissions });
  expect(reply.body).toMatchObject({ accepted: submissions.length });
}

/** The codes against writing to somebody; none: they may be written to. */
async function refusals(who: Identifiers, more: Submission = {}): Promise<readonly string[]> {
  const reply = await home.call('marketing-tool', 'POST', '/v1/checks', checkOf([who], more));
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  const [decision] = DecisionList.parse(reply.body).decisions;
  return decision?.reasons.map(({ code }) => code) ?? ['nothing'];
}

function counts(more: Partial<ImportView['counts']>): ImportView['counts'] {
  const none = { applied: 0, duplicates: 0, rejected: 0, conflicts: 0, ...more };
  return { ...none, rows: none.applied + none.duplicates + none.rejected + none.conflicts };
}

describe('an import of events', () => {
  it('waits, runs and finishes, and its people may be written to', async () => {
    const one = newPerson();
    const created = await client.create({ ...events });
    expect(created).toMatchObject({ state: 'waiting', counts: counts({}), receipts: null });
    expect(created.upload.url).toMatch(/^http:\/\/127\.0\.0\.1/);
    expect((await client.upload(created, ndjson(permitted(one)))).status).toBe(200);
    expect(await refusals(one)).toContain('D_CONSENT_MISSING');
    const started = await client.start(created.id);
    expect(started).toMatchObject({ id: created.id, state: 'running', dryRun: false });
    const view = await client.ended(created.id);
    expect(view).toMatchObject({
      state: 'finished',
      counts: counts({ applied: 2 }),
      progress: { percent: 100, estimatedEnd: null },
      problem: null,
    });
    expect(await client.receipts(view)).toEqual([]);
    expect(await refusals(one)).toEqual([]);
  });

  it('deletes the upload when it has ended', async () => {
    const files = () => readdirSync(join(home.dataFolder, 'files', 'upload'));
    const before = files();
    await client.run(events, ndjson(permitted(newPerson())));
    expect(files()).toEqual(before);
  });

  it('keeps nothing of the address at rest, in no row and in no log line', async () => {
    const one = { id: 'secret-id-77817781', email: 'secret.person.77817781@example.org' };
    const view = await client.run(events, ndjson([...permitted(one), { no: one.email }]));
    expect(view.counts).toEqual(counts({ applied: 2, rejected: 1 }));
    expect(JSON.stringify(await client.receipts(view))).not.toContain('77817781');
    expect(home.lines.join('')).not.toContain('77817781');
    for (const entry of readdirSync(home.dataFolder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const content = readFileSync(join(entry.parentPath, entry.name));
      expect(`${entry.name}: ${content.includes('77817781')}`).toBe(`${entry.name}: false`);
    }
  });

  it('receipts each row that is wrong, by its line, and takes its neighbours', async () => {
    const one = newPerson();
    const [first, second] = permitted(one);
    const future = consent(one, {}, { occurredAt: '2999-01-01T00:00:00Z' });
    const lines = [
      JSON.stringify(first),
      '',
      '{"id": 7',
      '[1]',
      JSON.stringify({ ...second, data: { consentId: 'c', surprise: 1 } }),
      JSON.stringify(future),
      JSON.stringify(registered({ email: 'no address' })),
      '{"id":"a","id":"b"}',
      JSON.stringify(second),
    ];
    const view = await client.run(events, lines.join('\n'));
    expect(view.counts).toEqual(counts({ applied: 2, rejected: 6 }));
    const receipts = await client.receipts(view);
    expect(receipts.map(({ row, code }) => [row, code])).toEqual([
      [3, 'MALFORMED_JSON'],
      [4, 'MALFORMED_JSON'],
      [5, 'INVALID'],
      [6, 'FUTURE'],
      [7, 'INVALID_IDENTIFIER'],
      [8, 'MALFORMED_JSON'],
    ]);
    expect(receipts[2]?.errors).toMatchObject([{ pointer: '/data/surprise' }]);
    expect(await refusals(one)).toEqual([]);
  });

  it('of rows that were seen, here or before, counts duplicates', async () => {
    const one = newPerson();
    const rows = permitted(one);
    await post(...rows.slice(0, 1));
    const view = await client.run(events, ndjson([...rows, ...rows]));
    expect(view.counts).toEqual(counts({ applied: 1, duplicates: 3 }));
    const again = await client.run(events, ndjson(rows));
    expect(again.counts).toEqual(counts({ duplicates: 2 }));
    const receipts = await client.receipts(again);
    expect(receipts.map(({ row, code }) => [row, code])).toEqual([
      [1, 'DUPLICATE'],
      [2, 'DUPLICATE'],
    ]);
  });

  it('is unpacked where it is packed, whatever it is called', async () => {
    const some = Array.from({ length: 1200 }, newPerson);
    const view = await client.run(events, gzipSync(ndjson(some.flatMap(permitted))));
    expect(view.counts).toEqual(counts({ applied: 2400 }));
    expect(await refusals(some[1199] ?? {})).toEqual([]);
  });

  it('of nothing is finished at once', async () => {
    expect(await client.run(events, '')).toMatchObject({ state: 'finished', counts: counts({}) });
    expect(await client.run(events, '\n\n')).toMatchObject({ counts: counts({}) });
  });

  it('of a line that is too long goes on behind it', async () => {
    const one = newPerson();
    const long = JSON.stringify({ id: 'x'.repeat(limits.importRowBytes) });
    const [first, second] = permitted(one).map((row) => JSON.stringify(row));
    const view = await client.run(events, `${first}\n${long}\n${second}`);
    expect(view.counts).toEqual(counts({ applied: 2, rejected: 1 }));
    expect(await client.receipts(view)).toMatchObject([{ row: 2, code: 'ROW_TOO_LONG' }]);
  });

  it('begins with a byte order mark and ends lines as Windows does', async () => {
    const one = newPerson();
    const text = permitted(one).map((row) => `${JSON.stringify(row)}\r\n`);
    const view = await client.run(events, `\ufeff${text.join('')}`);
    expect(view.counts).toEqual(counts({ applied: 2 }));
  });
});

describe('an import never widens', () => {
  it('a consent that is older than a refusal is a conflict, and nothing changes', async () => {
    const one = newPerson();
    await post(...permitted(one));
    await post(event('consent.withdrawn', one));
    const before = await refusals(one);
    const stored = countStored(home.dataFolder)['table_ledger'];
    const again = consent(one, { consentId: 'c-2' });
    const view = await client.run(events, ndjson([again]));
    expect(view.counts).toEqual(counts({ conflicts: 1 }));
    expect(countStored(home.dataFolder)['table_ledger']).toBe(stored);
    const [receipt] = await client.receipts(view);
    expect(receipt).toMatchObject({ row: 1, code: 'CONFLICT_NEWER_REFUSAL' });
    expect(receipt?.message).toMatch(/^an? (withdrawal|objection) since 2026-\S+Z is not older/);
    expect(await refusals(one)).toEqual(before);
  });

  it('a newer consent lifts with evidence of its own, and not as an import', async () => {
    const [one, two] = [newPerson(), newPerson()];
    for (const each of [one, two]) {
      await post(registered(each), event('consent.withdrawn', each, {}, { occurredAt: OLDER }));
    }
    const at = { occurredAt: '2026-10-20T10:00:00Z' };
    const view = await client.run(
      events,
      ndjson([
        consent(one, {}, at),
        consent(two, { evidence: { method: 'import', ref: 'crm' } }, at),
      ]),
    );
    expect(view.counts).toEqual(counts({ applied: 1, conflicts: 1 }));
    expect(await client.receipts(view)).toMatchObject([{ row: 2, code: 'CONFLICT_NEWER_REFUSAL' }]);
    expect(await refusals(one)).toEqual([]);
    expect(await refusals(two)).toContain('D_OBJECTION_ART21');
  });

  it('a refusal further up in the file counts for the rows behind it', async () => {
    const one = newPerson();
    const withdrawn = event('consent.withdrawn', one, {}, { occurredAt: '2026-10-01T00:00:00Z' });
    const rows = [registered(one), withdrawn, consent(one)];
    const view = await client.run(events, ndjson(rows));
    expect(view.counts).toEqual(counts({ applied: 2, conflicts: 1 }));
    // The same event may come once more behind one that was refused.
    const other = newPerson();
    const refused = { ...consent(one), id: 'shared-id' };
    const taken = { ...consent(other), id: 'shared-id' };
    const second = await client.run(events, ndjson([refused, taken]));
    expect(second.counts).toEqual(counts({ applied: 1, conflicts: 1 }));
  });

  it('and a whole domain that is blocked is one too', async () => {
    await post(event('blocklist.entered', { domain: 'blocked.example' }, { list: 'own' }));
    const one = { email: 'somebody@mail.blocked.example' };
    const view = await client.run(events, ndjson([consent(one)]));
    expect(view.counts).toEqual(counts({ conflicts: 1 }));
  });
});

describe('a dry run', () => {
  it('judges and receipts everything, and writes nothing', async () => {
    const [one, two] = [newPerson(), newPerson()];
    await post(event('objection.raised', two, { scope: 'all' }));
    const own = permitted(one);
    const rows = [...own, ...own, consent(two), { id: 1 }];
    const whole = () => {
      const { table_ledger, table_contact_points, table_controllers } = countStored(
        home.dataFolder,
      );
      return { table_ledger, table_contact_points, table_controllers };
    };
    const stored = whole();
    const created = await client.create(events);
    await client.upload(created, ndjson(rows));
    await client.start(created.id, { dryRun: true });
    const tried = await client.ended(created.id);
    const expected = counts({ applied: 2, duplicates: 2, conflicts: 1, rejected: 1 });
    expect(tried).toMatchObject({ state: 'finished', dryRun: true, counts: expected });
    expect(whole()).toEqual(stored);
    expect(await refusals(one)).toContain('D_CONSENT_MISSING');
    const receipts = await client.receipts(tried);
    // What was tried out is started for good without another upload, and comes out the same.
    await client.start(created.id);
    const applied = await client.ended(created.id);
    expect(applied).toMatchObject({ state: 'finished', dryRun: false, counts: expected });
    expect(await client.receipts(applied)).toEqual(receipts);
    expect(await refusals(one)).toEqual([]);
    const again = await home.call('consent-source', 'POST', `/v1/imports/${created.id}/start`);
    expect(again.status).toBe(409);
  });
});

describe('a file that cannot be read as a whole fails, and changes nothing', () => {
  const one = newPerson();
  const good = ndjson(permitted(one));
  const latin1 = Buffer.from(`${good}{"id":"Müller"}\n`, 'latin1');
  const umlaut = latin1.indexOf(0xfc);
  const bomb = gzipSync(Buffer.alloc(limits.inflateFreeBytes + 1024 * 1024, 0x20));
  const csv = { kind: 'blocklist', format: 'csv', controller: CONTROLLER } as const;

  it.each<readonly [string, Submission, string | Uint8Array, RegExp]>([
    ['Windows-1252', events, latin1, new RegExp(`byte ${umlaut} \\(0xfc\\).*Windows-1252`)],
    ['UTF-16 with its mark', events, Buffer.from(`\ufeff${good}`, 'utf16le'), /byte 0 .*UTF-16/],
    ['UTF-16 without', events, Buffer.from(good, 'utf16le'), /byte 1 is zero.*UTF-16/],
    ['a character that is cut off', events, Buffer.from([0x7b, 0x7d, 0xc3]), /byte 2 \(0xc3\)/],
    ['a gzip file that is cut off', events, gzipSync(good).subarray(0, -12), /gzip file is broken/],
    ['a gzip file that was changed', events, spoiled(gzipSync(good)), /gzip file is broken/],
    ['a bomb', events, bomb, /times as long/],
    ['an Excel workbook', events, Buffer.from('PK\u0003\u0004rest'), /Excel workbook/],
    ['a quote that is not closed', csv, 'email\n"a@example.org\nb@example.org\n', /line/],
    ['a table without a header', csv, '', /no header/],
    [
      'a table without a column',
      { ...csv, mapping: { email: 'E-Mail' } },
      'Mail\na@example.org\n',
      /no column `E-Mail`/,
    ],
  ])('%s', async (_, body, content, detail) => {
    const stored = countStored(home.dataFolder)['table_ledger'];
    const view = await client.run(body, content);
    expect(view).toMatchObject({ state: 'failed', counts: counts({}) });
    expect(view.problem?.title).toBe('the file cannot be read');
    expect(view.problem?.detail).toMatch(detail);
    expect(countStored(home.dataFolder)['table_ledger']).toBe(stored);
    expect(readdirSync(join(home.dataFolder, 'files', 'upload'))).toEqual([]);
    expect(await client.receipts(view)).toEqual([]);
  });

  function spoiled(bytes: Uint8Array): Uint8Array {
    const copy = Uint8Array.from(bytes);
    const middle = Math.floor(copy.length / 2);
    copy[middle] = (copy[middle] ?? 0) ^ 0xff;
    return copy;
  }

  it('a file that packs well and is no bomb is taken', async () => {
    const rows = Array.from({ length: 50 }, newPerson).flatMap(permitted);
    const view = await client.run(events, gzipSync(`${ndjson(rows)}${'\n'.repeat(100_000)}`));
    expect(view.counts).toEqual(counts({ applied: 100 }));
  });
});

describe('controllers', () => {
  it('the one of the import fills in, and no row may name another one', async () => {
    const [one, two] = [newPerson(), newPerson()];
    const { controller: _, ...without } = registered(one);
    const rows = [without, { ...registered(two), controller: 'other' }];
    const view = await client.run({ ...events, controller: CONTROLLER }, ndjson(rows));
    expect(view).toMatchObject({ controller: CONTROLLER, counts: { applied: 1, rejected: 1 } });
    const [receipt] = await client.receipts(view);
    expect(receipt).toMatchObject({ row: 2, code: 'OTHER_CONTROLLER' });
    expect(receipt?.errors).toMatchObject([{ pointer: '/controller' }]);
  });

  it('that the token may not act for are a 404 when it is made, and rejected in rows', async () => {
    const token = await home.token({ scope: 'ledger:write', controllers: ['other'] });
    const headers = { authorization: `Bearer ${token}` };
    for (const controller of [CONTROLLER, 'nobody']) {
      const body = { ...events, controller };
      const reply = await home.call(null, 'POST', '/v1/imports', body, headers);
      expect(reply.status).toBe(404);
    }
    const call = (method: string, path: string, body?: unknown) =>
      home.call(null, method, path, body, headers);
    const foreign = importClient((_, method, path, body) => call(method, path, body));
    const rows = [registered(newPerson()), { ...registered(newPerson()), controller: 'other' }];
    const view = await foreign.run(events, ndjson(rows));
    expect(view.counts).toEqual(counts({ applied: 1, rejected: 1 }));
    expect(await foreign.receipts(view)).toMatchObject([{ row: 1, code: 'UNKNOWN_CONTROLLER' }]);
    // Others do not see it, and it sees none of theirs.
    const ours = await client.create({ ...events, controller: CONTROLLER });
    expect((await call('GET', `/v1/imports/${ours.id}`)).status).toBe(404);
    expect((await call('POST', `/v1/imports/${ours.id}/start`)).status).toBe(404);
    expect((await call('GET', `/v1/imports?controller=${CONTROLLER}`)).status).toBe(404);
    const Items = z.object({ items: z.array(ImportView) });
    const listed = Items.parse((await call('GET', '/v1/imports')).body);
    expect(listed.items.map(({ id }) => id)).toEqual([view.id]);
    expect((await client.view(view.id)).id).toBe(view.id);
  });

  it('imports are listed newest first, page by page', async () => {
    const made: string[] = [];
    for (let count = 0; count < 3; count++) {
      made.unshift((await client.create({ ...events, controller: 'other' })).id);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const Page = z.object({ items: z.array(ImportView), nextCursor: z.string().nullable() });
    const path = '/v1/imports?controller=other&limit=2';
    const first = Page.parse((await home.call('consent-source', 'GET', path)).body);
    const next = `${path}&cursor=${first.nextCursor}`;
    const second = Page.parse((await home.call('consent-source', 'GET', next)).body);
    const listed = [...first.items, ...second.items].map(({ id }) => id);
    expect(listed.slice(0, 3)).toEqual(made);
  });
});

describe('steps in another order', () => {
  it('a start without a file is a conflict', async () => {
    const { id } = await client.create(events);
    const path = `/v1/imports/${id}/start`;
    const reply = await home.call('consent-source', 'POST', path, { dryRun: false });
    expect(reply.status).toBe(409);
    expect(await client.view(id)).toMatchObject({ state: 'waiting' });
  });

  it('a start may come without a body, and comes once', async () => {
    const created = await client.create(events);
    await client.upload(created, ndjson([registered(newPerson())]));
    const path = `/v1/imports/${created.id}/start`;
    const replies = await Promise.all(
      [1, 2, 3].map(() => home.call('consent-source', 'POST', path)),
    );
    expect(replies.map(({ status }) => status).toSorted()).toEqual([202, 409, 409]);
    expect((await client.ended(created.id)).counts).toEqual(counts({ applied: 1 }));
  });

  it('a file may come again before the start: the last one counts', async () => {
    const one = newPerson();
    const created = await client.create(events);
    await client.upload(created, 'nonsense');
    await client.upload(created, ndjson([registered(one)]));
    await client.start(created.id);
    expect((await client.ended(created.id)).counts).toEqual(counts({ applied: 1 }));
  });

  it('a link that was changed opens nothing', async () => {
    const { upload } = await client.create(events);
    const { pathname, search } = new URL(upload.url);
    for (const path of [
      `${pathname}${search.replace(/signature=./, 'signature=_')}`,
      `${pathname}x${search}`,
      pathname,
    ]) {
      const reply = await sendRaw(home.url, { method: 'PUT', path, body: 'x' });
      expect(reply.status).toBe(404);
    }
    const read = await sendRaw(home.url, { method: 'GET', path: `${pathname}${search}` });
    expect(read.status).toBe(404);
  });

  it('the same Idempotency-Key makes one import', async () => {
    const headers = { 'idempotency-key': 'import-1' };
    const make = () => home.call('consent-source', 'POST', '/v1/imports', events, headers);
    const first = await make();
    expect(first.status).toBe(201);
    expect((await make()).body).toEqual(first.body);
  });

  it('receipts come as a table too', async () => {
    const view = await client.run(events, '{"a":1}\n');
    const { receipts } = await client.view(view.id, '?format=csv');
    const response = await fetch(receipts?.url ?? '');
    const [head, row] = (await response.text()).split('\n');
    expect(head).toBe('row,code,message,errors');
    expect(row).toMatch(/^1,INVALID,".*","\/.*"$/);
  });
});
