import { generateKeyPairSync } from 'node:crypto';
import { connect } from 'node:net';
import { SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AUDIENCE, LOCAL_ISSUER } from '../../functions/embedded/tokens.ts';
import { DecisionList } from '../../shared/contract/decisions.ts';
import { limits } from '../../shared/contract/limits.ts';
import { ProblemDocument, problems } from '../../shared/contract/problems.ts';
import { operationIds, routeOf } from '../../shared/contract/routes.ts';
import { roles, type RoleName } from '../../shared/contract/scopes.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { sendRaw, type Reply } from '../support/http-client.ts';
import { countStored } from '../support/stored.ts';
import {
  campaignFor,
  checkOf,
  controllerSettings,
  event,
  permitted,
  registered,
} from '../support/submissions.ts';
import {
  campaignRows,
  checkRows,
  controllerRows,
  eventRows,
  idempotencyRows,
  importRows,
  MARKER,
  pathRows,
  policyRows,
  queryRows,
  reviewRows,
  searchRows,
  transportRows,
  type BadRequest,
  type BadRow,
} from './bad-requests.ts';
import { uploadRows } from './bad-campaign-requests.ts';
import { breachRows } from './bad-breach-requests.ts';
import { deliveryRows } from './bad-delivery-requests.ts';
import { permissionRows } from './bad-permission-requests.ts';
import { retentionRows } from './bad-retention-requests.ts';
import { auditRows, proofRows } from './bad-proof-requests.ts';
import { conflictRows, subjectRows } from './bad-subject-requests.ts';
import { recallRows } from './bad-recall-requests.ts';
import { webhookRows } from './bad-webhook-requests.ts';

const address = { name: 'A', street: 'B 1', postalCode: '1', city: 'C', country: 'DE' };
const someone = { id: 'crm-1', email: 'someone@example.org' };

let home: InProcessGate;

beforeAll(async () => {
  home = await startGateInProcess();
  for (const id of ['acme', 'other']) {
    await home.call('admin', 'PUT', `/v1/controllers/${id}`, controllerSettings());
  }
  await home.call('consent-source', 'POST', '/v1/events', { events: permitted(someone) });
  await home.call('marketing-tool', 'POST', '/v1/campaigns', campaignFor([someone]));
});

afterAll(() => home.close());

/** The role that a request is made with unless it says another one: the first that may. */
function roleFor({ method, path }: BadRequest): RoleName | null {
  const operation = operationIds().find((id) => {
    const route = routeOf(id);
    const pattern = route.path.replace(/\{\w+\}/g, '[^/?]*');
    return route.method === method && new RegExp(`^${pattern}(\\?|$)`).test(path);
  });
  if (operation === undefined) return null;
  const { scopes } = routeOf(operation);
  const holders = ['marketing-tool', 'consent-source', 'dpo', 'admin'] as const;
  return holders.find((role) => scopes.some((scope) => roles[role].includes(scope))) ?? null;
}

async function send(request: BadRequest): Promise<Reply> {
  const { method, path, role = roleFor(request), json, body, headers = {}, chunked } = request;
  const authorization = role === null ? {} : { authorization: await tokenOf(role) };
  const typed = json === undefined ? {} : { 'content-type': 'application/json' };
  return sendRaw(home.url, {
    method,
    path,
    headers: { ...authorization, ...typed, ...headers },
    body: json === undefined ? body : JSON.stringify(json),
    ...(chunked === undefined ? {} : { chunked }),
  });
}

async function tokenOf(role: RoleName): Promise<string> {
  const token = await home.token({ scope: roles[role].join(' '), controllers: ['*'] });
  return `Bearer ${token}`;
}

/** A problem document of this status and nothing else, that repeats nothing that was sent. */
function expectProblem(reply: Reply, status: number): ProblemDocument {
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status });
  expect(reply.headers['content-type']).toBe('application/problem+json');
  const problem = ProblemDocument.parse(reply.body);
  const known = Object.entries(problems).find(([type]) => problem.type === `/problems/${type}`);
  expect(known?.[1]).toMatchObject({ status, title: problem.title });
  expect(problem.status).toBe(status);
  expect(problem.detail).not.toBe('');
  expect(problem.instance).toMatch(/^\//);
  expect(reply.text).not.toContain(MARKER);
  expect(reply.text).not.toMatch(/\bat .*:\d+:\d+|node:|\.ts\b/);
  return problem;
}

const tables: readonly (readonly [string, readonly BadRow[]])[] = [
  ['what is no proper request', transportRows],
  ['paths', pathRows],
  ['queries', queryRows],
  ['campaigns', campaignRows],
  ['checks', checkRows],
  ['events', eventRows],
  ['imports', importRows],
  ['searches', searchRows],
  ['controllers', controllerRows],
  ['the log and its proofs', proofRows],
  ['the audit trail', auditRows],
  ['the word on a held campaign', reviewRows],
  ['drafts and releases of policies', policyRows],
  ['reports of mail services', deliveryRows],
  ['webhooks', webhookRows],
  ['recalls, rechecks and cancellations', recallRows],
  ['files of recipients', uploadRows],
  ['double opt-in and leaving', permissionRows],
  ['reports and proofs', subjectRows],
  ['conflicts of identities', conflictRows],
  ['erasures and sweeps', retentionRows],
  ['scopes, letters and links of breaches', breachRows],
  ['idempotency keys', idempotencyRows],
];

describe.each(tables)('bad input: %s', (_, rows) => {
  const cases = rows.map(([name, request, status, pointer]) => ({
    name,
    request,
    status,
    pointer,
  }));

  it.each(cases)('$name', async ({ request, status, pointer }) => {
    const stored = countStored(home.dataFolder);
    const reply = await send(request);
    if (request.method === 'HEAD') {
      expect(reply.status).toBe(status);
      expect(reply.headers['content-type']).toBe('application/problem+json');
    } else {
      const problem = expectProblem(reply, status);
      if (pointer !== undefined) {
        expect(problem.errors?.map((error) => error.pointer)).toContain(pointer);
      }
    }
    if (status === 405) expect(reply.headers['allow']).toMatch(/^(GET|POST|PUT)/);
    expect(countStored(home.dataFolder)).toEqual(stored);
  });
});

it('no two rows have a name in common', () => {
  const names = tables.flatMap(([table, rows]) => rows.map(([name]) => `${table}: ${name}`));
  expect(new Set(names).size).toBe(names.length);
});

describe('tokens that are not good', () => {
  const now = () => Math.floor(Date.now() / 1000);
  const claims = () => ({
    iss: LOCAL_ISSUER,
    aud: AUDIENCE,
    sub: 'somebody',
    exp: now() + 3600,
    scope: 'checks:write',
    controllers: ['*'],
  });
  const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const signed = (key: Parameters<SignJWT['sign']>[0], alg: string) =>
    new SignJWT(claims()).setProtectedHeader({ alg }).sign(key);
  const good = () => home.token(claims());
  const bearer = async (token: Promise<string>) => `Bearer ${await token}`;
  const altered = async (change: (payload: string) => string) => {
    const [head = '', payload = '', signature = ''] = (await good()).split('.');
    const text = Buffer.from(payload, 'base64url').toString('utf8');
    return `${head}.${Buffer.from(change(text)).toString('base64url')}.${signature}`;
  };
  const withoutSignature = async () => `${(await good()).split('.').slice(0, 2).join('.')}.`;

  const rows: readonly (readonly [name: string, authorization: () => Promise<string> | string])[] =
    [
      ['none at all', () => ''],
      ['no scheme', good],
      ['another scheme', async () => `Basic ${await good()}`],
      ['no JWT', () => 'Bearer abc'],
      ['two tokens', async () => `Bearer ${await good()} ${await good()}`],
      ['one that has expired', () => bearer(home.token({ ...claims(), exp: now() - 1 }))],
      ['one that never expires', () => bearer(home.token({ ...claims(), exp: null }))],
      ['one of tomorrow', () => bearer(home.token({ ...claims(), nbf: now() + 86_400 }))],
      ['another issuer', () => bearer(home.token({ ...claims(), iss: 'urn:somebody' }))],
      ['another audience', () => bearer(home.token({ ...claims(), aud: 'somebody' }))],
      ['a key of somebody else', () => bearer(signed(foreign.privateKey, 'RS256'))],
      ['our key under another algorithm', () => bearer(signed(home.tokenPrivateKey, 'PS256'))],
      ['the public key as a secret', () => bearer(signed(publicKeyAsSecret(), 'HS256'))],
      ['no signature', () => bearer(Promise.resolve(new UnsecuredJWT(claims()).encode()))],
      ['its signature cut off', () => bearer(withoutSignature())],
      ['a scope written into it', () => bearer(altered((text) => text.replace('checks', 'admin')))],
      [
        'an expiry written into it',
        () => bearer(altered((text) => text.replace('"exp":1', '"exp":2'))),
      ],
    ];

  function publicKeyAsSecret(): Uint8Array {
    return Buffer.from(home.tokenPublicKey.export({ type: 'spki', format: 'pem' }));
  }

  it.each(rows)('%s', async (_, authorization) => {
    const headers = { authorization: await authorization(), 'content-type': 'application/json' };
    const body = JSON.stringify(checkOf([someone]));
    const reply = await sendRaw(home.url, { method: 'POST', path: '/v1/checks', headers, body });
    expectProblem(reply, 401);
    expect(reply.headers['www-authenticate']).toBe('Bearer');
  });

  it('and one that is good, to know that the others fail for their reason', async () => {
    const headers = { authorization: await bearer(good()), 'content-type': 'application/json' };
    const body = JSON.stringify(checkOf([someone]));
    const reply = await sendRaw(home.url, { method: 'POST', path: '/v1/checks', headers, body });
    expect(reply.status).toBe(200);
  });

  it('one without the scope is told which one is needed', async () => {
    const reply = await send({ method: 'GET', path: '/v1/policies', role: 'consent-source' });
    expect(expectProblem(reply, 403).detail).toContain('policies:read');
  });

  it('one for other controllers does not see that ours is there', async () => {
    const authorization = await bearer(home.token({ ...claims(), controllers: ['other'] }));
    const answers = [];
    for (const controller of ['acme', 'nobody']) {
      const body = JSON.stringify(checkOf([someone], { controller }));
      const headers = { authorization, 'content-type': 'application/json' };
      const reply = await sendRaw(home.url, { method: 'POST', path: '/v1/checks', headers, body });
      answers.push(expectProblem(reply, 404));
    }
    expect(answers[0]).toEqual(answers[1]);
  });
});

describe('an Idempotency-Key', () => {
  const headers = { 'idempotency-key': 'one-key' };
  const path = '/v1/campaigns';

  it('that came with another body is refused, and nothing is made of the other body', async () => {
    const first = await home.call('marketing-tool', 'POST', path, campaignFor([someone]), headers);
    expect(first.status).toBe(201);
    const stored = countStored(home.dataFolder);
    const other = campaignFor([someone, { email: `${MARKER}@example.org` }]);
    const second = await home.call('marketing-tool', 'POST', path, other, headers);
    const problem = expectProblem(second, 422);
    expect(problem.type).toBe('/problems/idempotency-key-reused');
    expect(problem.errors?.[0]?.pointer).toBe('/headers/idempotency-key');
    expect(countStored(home.dataFolder)).toEqual(stored);
  });

  it('of a request that was refused is free again', async () => {
    const retry = { 'idempotency-key': 'another-key' };
    const nobody = campaignFor([someone], { controller: 'nobody' });
    const refused = await home.call('marketing-tool', 'POST', path, nobody, retry);
    expectProblem(refused, 404);
    const taken = await home.call('marketing-tool', 'POST', path, campaignFor([someone]), retry);
    expect(taken.status).toBe(201);
  });
});

describe('what never was HTTP', () => {
  const postTo = 'POST / HTTP/1.1\r\nhost: a\r\n';
  const rows: readonly (readonly [name: string, bytes: string, status: number])[] = [
    ['a line of nonsense', 'HELLO\r\n\r\n', 400],
    ['a header without a name', 'GET / HTTP/1.1\r\nhost: a\r\n: b\r\n\r\n', 400],
    ['two lengths', `${postTo}content-length: 1\r\ncontent-length: 2\r\n\r\nab`, 400],
    [
      'a length and chunks',
      `${postTo}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ['no host', 'GET /healthz HTTP/1.1\r\n\r\n', 400],
    ['an expectation', 'GET /healthz HTTP/1.1\r\nhost: a\r\nexpect: magic\r\n\r\n', 417],
  ];

  it.each(rows)('%s', async (_, bytes, status) => {
    const text = await talk(bytes);
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(text).not.toMatch(/ at .*:\d+:\d+|node:/);
  });
});

/** What comes back on a connection of its own, until the gate ends it. */
function talk(bytes: string): Promise<string> {
  const { port } = new URL(home.url);
  return new Promise((done, failed) => {
    let text = '';
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(bytes));
    socket.setTimeout(5000, () => socket.destroy());
    socket.on('data', (chunk) => {
      text += chunk.toString('utf8');
      if (text.includes('\r\n\r\n')) socket.end();
    });
    socket.on('close', () => done(text));
    socket.on('error', failed);
  });
}

describe('what looks wrong and is not', () => {
  const check = () => JSON.stringify(checkOf([someone]));
  const send = (body: string | Uint8Array, contentType = 'application/json', more = {}) =>
    tokenOf('marketing-tool').then((authorization) =>
      sendRaw(home.url, {
        method: 'POST',
        path: '/v1/checks',
        headers: { authorization, 'content-type': contentType, ...more },
        body,
      }),
    );

  // RFC 8259, 8.1 lets a reader ignore it, and a refusal must not fail by it.
  it('a byte order mark', async () => {
    expect((await send(`\ufeff${check()}`)).status).toBe(200);
  });

  it('a character set that JSON has anyway', async () => {
    expect((await send(check(), 'Application/JSON; charset="UTF-8"')).status).toBe(200);
  });

  it('the absolute form of a path, as a proxy sends it', async () => {
    const reply = await sendRaw(home.url, { method: 'GET', path: `${home.url}/healthz` });
    expect(reply.status).toBe(200);
  });

  it('goods and attributes that are called as a part of every object is', async () => {
    const buyer = { id: 'buyer', email: 'buyer@example.org' };
    const sale = event('sale.recorded', buyer, {
      saleId: 's-1',
      productCategory: 'constructor',
      contactDataObtainedHere: true,
      status: 'contract',
    });
    const events = [...permitted(buyer), sale];
    await home.call('consent-source', 'POST', '/v1/events', { events });
    const attribute = {
      name: 'a',
      category: 'constructor',
      collectedFor: ['advertising'],
      source: 'own',
    };
    const profiling = {
      level: 'P8',
      attributes: [attribute],
      specialCategories: false,
      significantEffect: false,
      political: false,
    };
    for (const more of [{ productCategory: 'constructor' }, { profiling }]) {
      const body = checkOf([buyer], more);
      const reply = await home.call('marketing-tool', 'POST', '/v1/checks', body);
      expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
      const outcome = 'profiling' in more ? 'deny' : 'allow';
      expect(reply.body).toMatchObject({ decisions: [{ outcome }] });
    }
  });

  it('a controller that is called as a table is', async () => {
    for (const id of ['controllers', 'settings', 'constructor', 'list']) {
      const put = await home.call('admin', 'PUT', `/v1/controllers/${id}`, controllerSettings());
      expect(put.status).toBe(200);
    }
    for (const id of ['controllers', 'settings', 'constructor', 'list']) {
      const got = await home.call('admin', 'GET', `/v1/controllers/${id}`);
      expect(got.body).toMatchObject({ id });
    }
    const list = await home.call('marketing-tool', 'GET', '/v1/campaigns');
    expect(list.status).toBe(200);
  });

  it.each(['0000-01-01T00:00:00Z', '1582-10-10T00:00:00Z', '9999-12-31T23:59:59.999Z'])(
    'a dry run as of %s',
    async (asOf) => {
      const body = checkOf([someone], { mode: 'dry_run', asOf });
      const reply = await home.call('marketing-tool', 'POST', '/v1/checks', body);
      expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
    },
  );

  it('a campaign of the year 9999', async () => {
    const schedule = { sendFrom: '9999-12-30T00:00:00Z', sendUntil: '9999-12-31T00:00:00Z' };
    const body = campaignFor([someone], { schedule });
    const reply = await home.call('marketing-tool', 'POST', '/v1/campaigns', body);
    expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 201 });
  });

  it('recipients whose identifiers are none: they count as invalid', async () => {
    const wrong = ['', 'x', '@', 'a@b', 'a b@example.org', '\ud800@example.org', 'a@exa mple.org'];
    const body = campaignFor(wrong.map((email) => ({ email })));
    const reply = await home.call('marketing-tool', 'POST', '/v1/campaigns', body);
    expect(reply.body).toMatchObject({
      state: 'cleared',
      counts: { submitted: 7, allowed: 0, denied: 0, duplicates: 0, invalid: 7 },
    });
    const checked = checkOf(wrong.map((email) => ({ email })));
    const answer = await home.call('marketing-tool', 'POST', '/v1/checks', checked);
    const reason = expect.objectContaining({ code: 'D_RECIPIENT_INVALID', kind: 'rule' });
    const denied = { outcome: 'deny', reasons: expect.arrayContaining([reason]) };
    expect(answer.body).toMatchObject({ decisions: wrong.map(() => denied) });
  });

  it.each([
    ['EMAIL', 'an address beyond all bounds', { email: `${'a'.repeat(5000)}@example.org` }],
    ['EMAIL', 'an empty id beside an address', { id: '', email: 'erika@example.org' }],
    ['EMAIL', 'an id beyond its bounds', { id: 'a'.repeat(201), email: 'erika@example.org' }],
    ['INAPP', 'an id with a control character', { id: 'crm\u0000' }],
    ['SMS', 'a number beyond all bounds', { phone: `+49${'1'.repeat(400)}` }],
    ['POST', 'an address without its lines', { postal: { name: 'Erika' } }],
    ['POST', 'a country by its name', { postal: { ...address, country: 'Germany' } }],
    ['POST', 'half a character', { postal: { ...address, postalCode: '\ud800' } }],
  ])('%s: %s is invalid, and refuses nobody else', async (channel, _, recipient) => {
    const body = checkOf([recipient, someone], { channel });
    const answer = await home.call('marketing-tool', 'POST', '/v1/checks', body);
    expect(answer.status, answer.text).toBe(200);
    const { decisions } = DecisionList.parse(answer.body);
    const codes = decisions.map(({ reasons }) => reasons.map(({ code }) => code));
    expect(codes[0]).toContain('D_RECIPIENT_INVALID');
    expect(codes[1]).not.toContain('D_RECIPIENT_INVALID');
    const campaign = campaignFor([recipient], { channel });
    const counted = await home.call('marketing-tool', 'POST', '/v1/campaigns', campaign);
    expect(counted.body).toMatchObject({ counts: { submitted: 1, invalid: 1 } });
  });
});

it('a flood of mistakes is answered with a hundred of them', async () => {
  const names = Array.from({ length: 9000 }, (_, number) => [`name-${number}`, number]);
  const flood = Object.fromEntries(names);
  const reply = await home.call('marketing-tool', 'POST', '/v1/checks', flood);
  expect(expectProblem(reply, 422).errors).toHaveLength(limits.problemErrors);
  const events = Array.from({ length: 20 }, () => ({ ...registered(someone), ...flood }));
  const rejected = await home.call('consent-source', 'POST', '/v1/events', { events });
  expect(expectProblem(rejected, 422).errors).toHaveLength(limits.problemErrors);
  expect(rejected.text.length).toBeLessThan(100_000);
});

it('a client that only then stops to send reads why its body was refused', async () => {
  for (const times of [2, 2, 5, 5, 12, 12]) {
    const body = Buffer.alloc(times * limits.requestBodyBytes, 0x20);
    const headers = { authorization: await tokenOf('marketing-tool'), ...jsonType };
    const response = await fetch(`${home.url}/v1/checks`, { method: 'POST', headers, body });
    expect(response.status).toBe(413);
  }
});

const jsonType = { 'content-type': 'application/json' };
