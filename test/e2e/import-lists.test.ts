import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DecisionList, type Decision } from '../../shared/contract/decisions.ts';
import { limits } from '../../shared/contract/limits.ts';
import { DAY_MS, formatInstant } from '../../shared/kernel/instant.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { importClient, ndjson, type ImportClient } from '../support/import-client.ts';
import {
  checkOf,
  controllerSettings,
  event,
  permitted,
  registered,
  type Submission,
} from '../support/submissions.ts';

/* Block lists and registers, in clear text and as the owners of lists hash them. */

let home: InProcessGate;
let client: ImportClient;

beforeAll(async () => {
  home = await startGateInProcess({ workers: true });
  client = importClient(home.call);
});

afterAll(() => home.close());

let controllers = 0;

/** A controller of its own, so that no list of another test is in the way. */
async function newController(): Promise<string> {
  controllers++;
  const id = `lists-${controllers}`;
  await home.call('admin', 'PUT', `/v1/controllers/${id}`, controllerSettings());
  return id;
}

async function know(controller: string, ...subjects: readonly Submission[]): Promise<void> {
  const events = subjects.flatMap((subject) =>
    permitted(subject).map((each) => ({ ...each, controller })),
  );
  const reply = await home.call('consent-source', 'POST', '/v1/events', { events });
  expect(reply.body).toMatchObject({ rejected: [] });
}

/** Somebody who has bought and consented to nothing: a listing takes that ground away. */
async function sell(controller: string, ...emails: readonly string[]): Promise<void> {
  const data = {
    saleId: 's-1',
    productCategory: 'running.socks',
    contactDataObtainedHere: true,
    noticeAtCollectionRef: 'n-1',
    status: 'contract',
  };
  const events = emails.flatMap((email) =>
    [registered({ email }), event('sale.recorded', { email }, data)].map((each) => ({
      ...each,
      controller,
    })),
  );
  const reply = await home.call('consent-source', 'POST', '/v1/events', { events });
  expect(reply.body).toMatchObject({ rejected: [] });
  for (const email of emails) expect(await codes(controller, { email })).toEqual([]);
}

async function decide(
  controller: string,
  recipient: Submission,
  more: Submission = {},
): Promise<Decision> {
  const body = checkOf([recipient], { controller, advertiser: controller, ...more });
  const reply = await home.call('marketing-tool', 'POST', '/v1/checks', body);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  const [decision] = DecisionList.parse(reply.body).decisions;
  if (decision === undefined) throw new Error('a check of one answers one decision');
  return decision;
}

async function codes(controller: string, recipient: Submission, more: Submission = {}) {
  return (await decide(controller, recipient, more)).reasons.map(({ code }) => code);
}

const blocklist = { kind: 'blocklist', format: 'csv' } as const;
const register = { kind: 'register', format: 'csv' } as const;
const sms = { channel: 'SMS' };

describe('a block list in clear text', () => {
  it('blocks addresses, numbers, people by their key, letters and whole domains', async () => {
    const controller = await newController();
    const postal = { name: 'Erika Muster', street: 'Weg 1', postalCode: '10115', city: 'Berlin' };
    await know(
      controller,
      { email: 'erika@example.org' },
      { email: 'max@firm.example' },
      { id: 'crm-1', email: 'third@example.org' },
      { email: 'fourth@example.org', phone: '+49 30 23125 001' },
      { email: 'free@example.org' },
    );
    const table = [
      'email;phone;id;domain;name;street;postalCode;city;country;channels',
      ' Erika@EXAMPLE.org ;;;;;;;;;',
      ';;;firm.example;;;;;;',
      ';;crm-1;;;;;;;',
      ';+49 30 23125 001;;;;;;;;SMS|EMAIL',
      `;;;;${postal.name};${postal.street};${postal.postalCode};${postal.city};DE;`,
      'no address;;;;;;;;;',
      ';;;;;;;;;EMAIL',
    ];
    const view = await client.run({ ...blocklist, controller }, table.join('\r\n'));
    expect(view.counts).toMatchObject({ rows: 7, applied: 5, rejected: 2 });
    const receipts = await client.receipts(view);
    expect(receipts.map(({ row, code }) => [row, code])).toEqual([
      [6, 'INVALID_IDENTIFIER'],
      [7, 'INVALID'],
    ]);
    const blocked = 'D_BLOCKLIST_INTERNAL';
    expect(await codes(controller, { email: 'erika@example.org' })).toContain(blocked);
    expect(await codes(controller, { email: 'max@firm.example' })).toContain(blocked);
    expect(await codes(controller, { email: 'third@example.org' })).toContain(blocked);
    expect(await codes(controller, { phone: '+493023125001' }, sms)).toContain(blocked);
    const letter = { postal: { ...postal, country: 'DE' } };
    expect(await codes(controller, letter, { channel: 'POST' })).toContain(blocked);
    expect(await codes(controller, { email: 'free@example.org' })).toEqual([]);
  });

  it('comes as NDJSON too, with a list, a date and channels of its own', async () => {
    const controller = await newController();
    await know(controller, { email: 'a@example.org', phone: '+493023125002' });
    const rows = [
      { email: 'a@example.org', list: 'agency', channels: ['SMS'], since: '2026-10-01' },
      { subject: { email: 'b@example.org' } },
      { email: 'c@example.org', since: 'yesterday' },
      { email: 'd@example.org', colour: 'red' },
    ];
    const body = { ...blocklist, format: 'ndjson', controller };
    const view = await client.run({ ...body, mapping: { list: 'own' } }, ndjson(rows));
    expect(view.counts).toMatchObject({ applied: 3, rejected: 1 });
    expect(await client.receipts(view)).toMatchObject([
      { row: 3, code: 'DATE_ASSUMED' },
      { row: 4, code: 'INVALID', errors: [{ pointer: '/colour' }] },
    ]);
    expect(await codes(controller, { email: 'a@example.org' })).toEqual([]);
    const text = await decide(controller, { phone: '+493023125002' }, sms);
    const block = text.reasons.find(({ code }) => code === 'D_BLOCKLIST_INTERNAL');
    expect(block?.since).toBe('2026-09-30T22:00:00Z');
  });

  it('again the next day adds only what is new', async () => {
    const controller = await newController();
    const one = 'email\na@example.org\nb@example.org\n';
    await client.run({ ...blocklist, controller }, one);
    const again = await client.run({ ...blocklist, controller }, `${one}c@example.org\n`);
    expect(again.counts).toMatchObject({ rows: 3, applied: 1, duplicates: 2 });
    const twice = await client.run(
      { ...blocklist, controller },
      'email\nd@a.example\nD@A.example\n',
    );
    expect(twice.counts).toMatchObject({ applied: 1, duplicates: 1 });
    // What was taken off the list is put on it again.
    const removed = event('blocklist.removed', { email: 'a@example.org' }, { list: 'import' });
    const events = [{ ...removed, controller }];
    await home.call('consent-source', 'POST', '/v1/events', { events });
    const back = await client.run({ ...blocklist, controller }, one);
    expect(back.counts).toMatchObject({ applied: 1, duplicates: 1 });
  });

  it('of many controllers names one in each row', async () => {
    const [one, two] = [await newController(), await newController()];
    const rows = `email,controller\nx@example.org,${one}\nx@example.org,${two}\nx@example.org,\n`;
    const view = await client.run(blocklist, rows);
    expect(view.counts).toMatchObject({ applied: 2, rejected: 1 });
    for (const controller of [one, two]) {
      expect(await codes(controller, { email: 'x@example.org' })).toContain('D_BLOCKLIST_INTERNAL');
    }
  });
});

describe('a register in clear text', () => {
  it('lists who does not want advertising, as of its check', async () => {
    const controller = await newController();
    await sell(controller, 'a@example.org', 'b@example.org', 'd@example.org');
    const table = [
      'email,listed,listedSince,checkedAt',
      'a@example.org,yes,2026-01-05,2026-11-01T00:00:00Z',
      'b@example.org,no,,2026-11-01T00:00:00Z',
      'c@example.org,no,,',
      'd@example.org,,,',
      'e@example.org,perhaps,,',
      'f@example.org,yes,,2999-01-01T00:00:00Z',
    ];
    const mapping = { register: 'XX_ROBINSON' };
    const view = await client.run({ ...register, controller, mapping }, table.join('\n'));
    expect(view.counts).toMatchObject({ rows: 6, applied: 3, rejected: 3 });
    const receipts = await client.receipts(view);
    expect(receipts.map(({ row, code }) => [row, code])).toEqual([
      [3, 'FIELD_MISSING'],
      [5, 'VALUE_UNKNOWN'],
      [6, 'FUTURE'],
    ]);
    const [first] = (await decide(controller, { email: 'a@example.org' })).reasons.filter(
      ({ code }) => code === 'D_EXTERNAL_DNC_LIST',
    );
    expect(first?.since).toBe('2026-01-04T23:00:00Z');
    expect(await codes(controller, { email: 'b@example.org' })).not.toContain(
      'D_EXTERNAL_DNC_LIST',
    );
    expect(await codes(controller, { email: 'd@example.org' })).toContain('D_EXTERNAL_DNC_LIST');
  });

  it('an older result takes no listing back, and a newer one does', async () => {
    const controller = await newController();
    await sell(controller, 'a@example.org');
    const mapping = { register: 'XX_ROBINSON' };
    const load = (checkedAt: string, rows: string) =>
      client.run({ ...register, controller, mapping: { ...mapping, checkedAt } }, rows);
    await load('2026-11-10T00:00:00Z', 'email\na@example.org\n');
    const older = await load('2026-11-01T00:00:00Z', 'email,listed\na@example.org,no\n');
    expect(older.counts).toMatchObject({ conflicts: 1 });
    expect(await codes(controller, { email: 'a@example.org' })).toContain('D_EXTERNAL_DNC_LIST');
    const newer = await load('2026-11-12T00:00:00Z', 'email,listed\na@example.org,no\n');
    expect(newer.counts).toMatchObject({ applied: 1 });
    expect(await codes(controller, { email: 'a@example.org' })).not.toContain(
      'D_EXTERNAL_DNC_LIST',
    );
  });

  it('is of use for as long as the law has it, and then it is stale', async () => {
    const id = await newController();
    const settings = { ...controllerSettings(), establishment: { country: 'GB' } };
    await home.call('admin', 'PUT', `/v1/controllers/${id}`, settings);
    const phone = '+447700900123';
    const { data, ...known } = registered({ phone });
    const british = { ...known, data: { ...Object(data), residence: 'GB' }, controller: id };
    await home.call('consent-source', 'POST', '/v1/events', { events: [british] });
    const call = { channel: 'PHONE_HUMAN' };
    const checkedBefore = (days: number) => {
      const checkedAt = formatInstant(Date.now() - days * DAY_MS);
      const mapping = { register: 'GB_TPS', listed: false, checkedAt };
      return client.run({ ...register, controller: id, mapping }, `phone\n${phone}\n`);
    };
    expect((await checkedBefore(40)).counts).toMatchObject({ applied: 1 });
    expect(await codes(id, { phone }, call)).toContain('D_DNC_LIST_STALE');
    expect((await checkedBefore(5)).counts).toMatchObject({ applied: 1 });
    expect(await codes(id, { phone }, call)).not.toContain('D_DNC_LIST_STALE');
    // The same check again says nothing new, and an older one changes nothing.
    expect((await checkedBefore(20)).counts).toMatchObject({ duplicates: 1 });
  });

  it('needs to be named', async () => {
    const controller = await newController();
    const view = await client.run({ ...register, controller }, 'email\na@example.org\n');
    expect(view.counts).toMatchObject({ rejected: 1 });
    expect(await client.receipts(view)).toMatchObject([
      { code: 'FIELD_MISSING', errors: [{ pointer: '/register' }] },
    ]);
  });
});

function digest(algorithm: string, text: string, encoding: 'hex' | 'base64' = 'hex'): string {
  return createHash(algorithm).update(text).digest(encoding);
}

describe('a list of hashes', () => {
  interface HashCase {
    readonly name: string;
    readonly hash: Submission;
    /** What the owner of the list hashed. */
    readonly hashed: string;
    /** What somebody wants to contact. */
    readonly recipient: Submission;
    readonly channel?: string;
    readonly stranger: Submission;
  }
  const cases: readonly HashCase[] = [
    {
      name: 'MD5 of addresses in lower case, as German mail lists have it',
      hash: { algorithm: 'md5', of: 'email' },
      hashed: 'erika@example.org',
      recipient: { email: ' Erika@Example.ORG ' },
      stranger: { email: 'max@example.org' },
    },
    {
      name: 'SHA-1 of numbers without a plus, as German phone lists have it',
      hash: { algorithm: 'sha1', of: 'phone', normalisation: { plus: false } },
      hashed: '493023125003',
      recipient: { phone: '0049 30 23125-003' },
      channel: 'SMS',
      stranger: { phone: '+49 30 23125 004' },
    },
    {
      name: 'SHA-256 of numbers as E.164, in base64',
      hash: { algorithm: 'sha256', of: 'phone', encoding: 'base64' },
      hashed: '+493023125003',
      recipient: { phone: '+493023125003' },
      channel: 'SMS',
      stranger: { phone: '+493023125004' },
    },
    {
      name: 'SHA-1 of whole domains with an @, as the Austrian list has it',
      hash: { algorithm: 'sha1', of: 'domain', normalisation: { at: true } },
      hashed: '@firm.example',
      recipient: { email: 'anybody@mail.firm.example' },
      stranger: { email: 'anybody@other.example' },
    },
    {
      name: 'SHA-512 with a salt behind',
      hash: { algorithm: 'sha512', of: 'email', salt: 'pepper', saltPlace: 'after' },
      hashed: 'erika@example.orgpepper',
      recipient: { email: 'erika@example.org' },
      stranger: { email: 'max@example.org' },
    },
    {
      name: 'SHA-256 of addresses whose capitals were left alone',
      hash: { algorithm: 'sha256', of: 'email', normalisation: { lowerCase: false } },
      hashed: 'Erika@example.org',
      recipient: { email: 'Erika@example.org' },
      stranger: { email: 'max@example.org' },
    },
  ];

  it.each(cases)('$name', async ({ hash, hashed, recipient, channel = 'EMAIL', stranger }) => {
    const controller = await newController();
    await know(controller, recipient, stranger);
    const where = { channel };
    // Texts are not sent on a Sunday; that is another matter.
    const blocked = 'D_BLOCKLIST_INTERNAL';
    expect(await codes(controller, recipient, where)).not.toContain(blocked);
    const encoding = hash['encoding'] === 'base64' ? 'base64' : 'hex';
    const entry = digest(String(hash['algorithm']), hashed, encoding);
    const body = { ...blocklist, controller, mapping: { list: 'robinson', hash } };
    const view = await client.run(body, `hash\n${entry}\n`);
    expect(view.counts).toMatchObject({ rows: 1, applied: 1 });
    expect(await codes(controller, recipient, where)).toContain(blocked);
    expect(await codes(controller, stranger, where)).not.toContain(blocked);
    const decision = await decide(controller, { id: 'crm-9', ...recipient }, where);
    expect(decision.outcome).toBe('deny');
    const shown = await home.call('dpo', 'GET', `/v1/decisions/${decision.id}`);
    expect(shown.body).toMatchObject({ outcome: 'deny', explanation: 'derived' });
    const again = await client.run(body, `hash\n${entry.toUpperCase()}\n`);
    if (encoding === 'hex') expect(again.counts).toMatchObject({ duplicates: 1 });
  });

  it('of a register bars what the register bars, and shows since when', async () => {
    const controller = await newController();
    await sell(controller, 'a@example.org', 'b@example.org');
    const mapping = {
      ...{ register: 'XX_ROBINSON', checkedAt: '2026-11-01T00:00:00Z', hashColumn: 'sha1' },
      hash: { algorithm: 'sha1', of: 'email' },
    };
    const table = `sha1;listedSince\n${digest('sha1', 'a@example.org')};2025-03-01\n`;
    const view = await client.run({ ...register, controller, mapping }, table);
    expect(view.counts).toMatchObject({ applied: 1 });
    const { reasons } = await decide(controller, { email: 'a@example.org' });
    expect(reasons.find(({ code }) => code === 'D_EXTERNAL_DNC_LIST')?.since).toBe(
      '2025-02-28T23:00:00Z',
    );
    expect(await codes(controller, { email: 'b@example.org' })).not.toContain(
      'D_EXTERNAL_DNC_LIST',
    );
    // A newer list that has the address no more says so by a row of its own.
    const gone = { ...mapping, checkedAt: '2026-11-15T00:00:00Z', listed: false };
    const rows = `sha1\n${digest('sha1', 'a@example.org')}\n`;
    expect(
      (await client.run({ ...register, controller, mapping: gone }, rows)).counts,
    ).toMatchObject({ applied: 1 });
    expect(await codes(controller, { email: 'a@example.org' })).not.toContain(
      'D_EXTERNAL_DNC_LIST',
    );
  });

  it('receipts what is no hash of that kind, and what has no hash', async () => {
    const controller = await newController();
    const mapping = { hash: { algorithm: 'sha256', of: 'email' } };
    const rows = ['hash', digest('md5', 'a@example.org'), 'x'.repeat(64), '""', 'a@example.org'];
    const view = await client.run({ ...blocklist, controller, mapping }, rows.join('\n'));
    expect(view.counts).toMatchObject({ rows: 3, rejected: 3 });
    const receipts = await client.receipts(view);
    expect(receipts.every(({ code }) => code === 'HASH_MALFORMED')).toBe(true);
    const unexplained = await client.run(
      { ...blocklist, format: 'ndjson', controller },
      ndjson([{ hash: digest('md5', 'a@example.org') }]),
    );
    expect(await client.receipts(unexplained)).toMatchObject([{ code: 'HASH_UNEXPLAINED' }]);
  });

  it('may stand beside entries in clear text', async () => {
    const controller = await newController();
    const mapping = { hash: { algorithm: 'md5', of: 'email' } };
    const rows = [{ hash: digest('md5', 'a@example.org') }, { email: 'b@example.org' }];
    const body = { ...blocklist, format: 'ndjson', controller, mapping };
    expect((await client.run(body, ndjson(rows))).counts).toMatchObject({ applied: 2 });
    for (const email of ['a@example.org', 'b@example.org']) {
      expect(await codes(controller, { email })).toContain('D_BLOCKLIST_INTERNAL');
    }
  });

  it('tried out leaves the controller as it is', async () => {
    const controller = await newController();
    await know(controller, { email: 'a@example.org' });
    const mapping = { hash: { algorithm: 'md5', of: 'email' } };
    const rows = `hash\n${digest('md5', 'a@example.org')}\n`;
    const view = await client.run({ ...blocklist, controller, mapping }, rows, { dryRun: true });
    expect(view.counts).toMatchObject({ applied: 1 });
    expect(await codes(controller, { email: 'a@example.org' })).toEqual([]);
  });

  it('has so many ways of hashing that a check stays fast', async () => {
    const controller = await newController();
    for (let salt = 0; salt <= limits.hashListsPerController; salt++) {
      const hash = { algorithm: 'md5', of: 'email', salt: `s${salt}` };
      const rows = `hash\n${digest('md5', `s${salt}a@example.org`)}\n`;
      const view = await client.run({ ...blocklist, controller, mapping: { hash } }, rows);
      const last = salt === limits.hashListsPerController;
      expect(view.state).toBe(last ? 'failed' : 'finished');
    }
    await know(controller, { email: 'a@example.org' });
    expect(await codes(controller, { email: 'a@example.org' })).toEqual(['D_BLOCKLIST_INTERNAL']);
    // Settings are put as before, and the lists stay.
    await home.call('admin', 'PUT', `/v1/controllers/${controller}`, controllerSettings());
    expect(await codes(controller, { email: 'a@example.org' })).toEqual(['D_BLOCKLIST_INTERNAL']);
  });

  it('needs a controller', async () => {
    const mapping = { hash: { algorithm: 'md5', of: 'email' } };
    const reply = await home.call('consent-source', 'POST', '/v1/imports', {
      ...blocklist,
      mapping,
    });
    expect(reply.status).toBe(422);
    expect(reply.body).toMatchObject({ errors: [{ pointer: '/controller' }] });
  });
});
