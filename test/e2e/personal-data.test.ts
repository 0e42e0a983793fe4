import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DoubleOptInView } from '../../shared/contract/double-opt-ins.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { sendRaw } from '../support/http-client.ts';
import {
  campaignFor,
  checkOf,
  consent,
  controllerSettings,
  event,
  registered,
  type Submission,
} from '../support/submissions.ts';

/*
 * "No clear-text identifier at rest outside the uploaded audience and result files, none in logs"
 * (DESIGN, 7): everything is done once to a person whose every word can be recognised, and then the
 * bytes of all files and all log lines are searched for these words.
 */

const erika = {
  id: 'crm-id-8817263',
  email: 'Erika.Mustermann@Heidehof.example',
  phone: '+49 30 901820-77',
  postal: {
    name: 'Erika Mustermann',
    street: 'Heidehofgasse 17',
    postalCode: '51147',
    city: 'Heidehofstadt',
    country: 'DE',
  },
};
const evidence = {
  method: 'doi_email',
  url: 'https://shop.example/optin/erika-8817263',
  ip: '203.0.113.77',
  userAgent: 'Heidebrowser/17',
  ref: 'proof-8817263',
};
const ref = 'ref-8817263-of-the-caller';

/** Lower case; what is normalised is looked for in the form in which it is keyed, too. */
const words = [
  'crm-id-8817263',
  'erika.mustermann',
  'heidehof',
  'mustermann',
  '901820-77',
  '4930901820',
  '51147',
  '203.0.113.77',
  'shop.example/optin',
  'heidebrowser',
  'proof-8817263',
];

let home: InProcessGate;

beforeAll(async () => {
  home = await startGateInProcess({ workers: true });
  await home.call('admin', 'PUT', '/v1/controllers/acme', controllerSettings());
  const everything: readonly Submission[] = [
    registered(erika),
    consent(erika, { evidence }),
    event('sale.recorded', erika, {
      saleId: 's-1',
      productCategory: 'running.shoes',
      contactDataObtainedHere: true,
      status: 'contract',
    }),
    event('interest.documented', erika, { fact: 'Erika Mustermann asked', channel: 'PHONE_HUMAN' }),
    event('restriction.set', erika, { ground: 'Erika Mustermann said so' }),
    event('restriction.lifted', erika, { ground: 'Erika Mustermann said so' }),
    event('blocklist.entered', { domain: 'heidehof.example' }, { list: 'hosts' }),
    event('consent.withdrawn', { email: erika.email }),
    // Refused: it must not be kept or logged either.
    event('consent.confirmed', { ...erika, phone: '030 901820-77' }, { evidence }),
    { ...registered(erika), 'erika.mustermann@heidehof.example': true },
  ];
  const keyed = { 'idempotency-key': 'k-1' };
  await home.call('consent-source', 'POST', '/v1/events', { events: everything }, keyed);
  const recipients = [
    { ref, ...erika },
    { ref: `${ref}-2`, email: erika.email.toUpperCase() },
  ];
  for (const channel of ['EMAIL', 'SMS', 'POST', 'PUSH_APP']) {
    const key = { 'idempotency-key': channel };
    const body = campaignFor(recipients, { channel });
    await home.call('marketing-tool', 'POST', '/v1/campaigns', body, key);
    const check = checkOf(recipients, { channel });
    await home.call('marketing-tool', 'POST', '/v1/checks', check, key);
  }
  await confirmAndLeave();
  await home.call('dpo', 'POST', '/v1/decisions/search', { recipient: erika });
  for (const format of ['json', 'csv', 'pdf']) {
    const report = { recipient: erika, format };
    expect((await home.call('dpo', 'POST', '/v1/subject-reports', report)).status).toBe(200);
  }
  const question = { recipient: erika, channel: 'EMAIL', purpose: 'newsletter.fashion' };
  expect((await home.call('dpo', 'POST', '/v1/consent-proofs', question)).status).toBe(200);
  await home.call('dpo', 'POST', '/v1/decisions/search', {
    recipient: { email: erika.postal.name },
  });
  await home.call('marketing-tool', 'POST', '/v1/checks', { [erika.email]: erika });
  await home.call('marketing-tool', 'POST', '/v1/checks', '{"erika.mustermann"', keyed);
  await home.call('dpo', 'GET', `/v1/campaigns?${new URLSearchParams(erika.postal).toString()}`);
});

/** What a person saw on the pages of their links. */
const pages: string[] = [];

async function confirmAndLeave(): Promise<void> {
  const browser = { accept: 'text/html', 'user-agent': evidence.userAgent };
  const data = { consentId: 'c-2', channels: ['SMS'], purposes: ['news'], form: 'active' };
  const body = {
    ...{ controller: 'acme', method: 'doi_sms', subject: erika },
    data: { ...data, evidence: { ...evidence, method: 'doi_sms' } },
  };
  const headers = { 'idempotency-key': 'k-2' };
  const reply = await home.call('consent-source', 'POST', '/v1/double-opt-ins', body, headers);
  const { confirmUrl, unsubscribeUrl, code = '' } = DoubleOptInView.parse(reply.body);
  const [confirm, leave] = [new URL(confirmUrl).pathname, new URL(unsubscribeUrl).pathname];
  const form = { ...browser, 'content-type': 'application/x-www-form-urlencoded' };
  for (const [method, path, fields] of [
    ['GET', confirm, ''],
    ['POST', confirm, 'code=none'],
    ['POST', confirm, `code=${code}`],
    ['GET', leave, ''],
    ['POST', leave, 'form=preferences'],
    ['POST', leave, 'List-Unsubscribe=One-Click'],
    ['GET', `${leave}x`, ''],
  ] as const) {
    const raw = method === 'GET' ? { headers: browser } : { headers: form, body: fields };
    const answer = await sendRaw(home.url, { method, path, ...raw });
    pages.push(answer.text);
  }
  expect(pages[2]).toContain('Ihre Einwilligung ist bestätigt');
}

afterAll(() => home.close());

interface StoredFile {
  readonly path: string;
  readonly text: string;
}

/** Every file of the data folder, byte for byte, in lower case. */
function storedFiles(): readonly StoredFile[] {
  return readdirSync(home.dataFolder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(home.dataFolder, path)).isFile())
    .map((path) => {
      const bytes = readFileSync(join(home.dataFolder, path));
      return { path, text: bytes.toString('latin1').toLowerCase() };
    });
}

describe('personal data', () => {
  it('the files are those that are expected, the write-ahead log among them', () => {
    const paths = storedFiles().map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['gate.sqlite', 'gate.sqlite-wal', 'keys.json']));
    expect(paths.filter((path) => path.startsWith('files/audience/')).length).toBeGreaterThan(4);
  });

  it.each(words)('`%s` stands in no file', (word) => {
    const found = storedFiles().filter(({ text }) => text.includes(word));
    expect(found.map(({ path }) => path)).toEqual([]);
  });

  it('results of recipients in a request have their refs alone', () => {
    const results = storedFiles().filter(({ path }) => path.startsWith('files/result/'));
    expect(results.some(({ text }) => text.includes(ref))).toBe(true);
    expect(results.some(({ path }) => path.endsWith('pages.bin'))).toBe(true);
  });

  it('the ref of the caller stands only in files that their lifecycle deletes', () => {
    const found = storedFiles().filter(({ text }) => text.includes(ref));
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter(({ path }) => !/^files\/(audience|result)\//.test(path))).toEqual([]);
  });

  it('no log line has any of it, and none has a path with its parameters', () => {
    const log = home.lines.join('\n').toLowerCase();
    expect(home.lines.length).toBeGreaterThan(10);
    expect([...words, ref].filter((word) => log.includes(word))).toEqual([]);
    expect(log).toContain('get /v1/campaigns');
    expect(log).not.toContain('?');
  });

  it('no page that a link leads to has any of it', () => {
    expect(pages).toHaveLength(7);
    const text = pages.join('\n').toLowerCase();
    expect(words.filter((word) => text.includes(word))).toEqual([]);
  });

  it('a file of the data folder can be read by its owner alone', () => {
    const modes = storedFiles().map(({ path }) => {
      return [path, statSync(join(home.dataFolder, path)).mode & 0o077];
    });
    expect(modes.filter(([, others]) => others !== 0)).toEqual([]);
  });
});
