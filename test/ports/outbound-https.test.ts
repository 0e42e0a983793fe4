import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHttpsOutbound } from '../../functions/shell/ports/outbound-https.ts';
import type { OutboundRequest } from '../../functions/shell/ports/outbound.ts';
import { isPublicAddress } from '../../functions/shell/ports/public-address.ts';
import { DAY_MS } from '../../shared/kernel/instant.ts';
import { createCertificate } from '../support/certificate.ts';

const open: Server[] = [];

async function listen(server: Server): Promise<number> {
  open.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('it listens on a port');
  return address.port;
}

/** What the server saw, last first. */
const seen: { readonly method: string; readonly path: string; readonly body: string }[] = [];

const answer: RequestListener = (message, response) => {
  let body = '';
  message.setEncoding('utf8');
  message.on('data', (chunk) => (body += String(chunk)));
  message.on('end', () => {
    seen.unshift({ method: message.method ?? '', path: message.url ?? '', body });
    const path = message.url ?? '';
    if (path === '/redirect') return response.writeHead(302, { location: '/elsewhere' }).end();
    if (path === '/large') return response.end('x'.repeat(1001));
    if (path === '/endless') return response.write('and so on');
    if (path === '/silent') return undefined;
    return response
      .writeHead(201, { 'x-given': message.headers['x-asked'] ?? '' })
      .end(`${message.headers['content-length'] ?? 'none'}`);
  });
};

let http: string;
let httpsPort: number;
const now = Date.now();
const certificate = createCertificate({
  ...{ host: 'localhost', from: now - DAY_MS, to: now + DAY_MS },
});

beforeAll(async () => {
  http = `http://127.0.0.1:${await listen(createHttpServer(answer))}`;
  const { privateKey, pem: cert } = certificate;
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' });
  httpsPort = await listen(createHttpsServer({ key, cert }, answer));
});

afterAll(async () => {
  for (const server of open) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
});

const bounds = { timeoutMs: 5000, maxBytes: 1000 } as const;
const get = (url: string, more: Partial<OutboundRequest> = {}): OutboundRequest => ({
  ...{ method: 'GET', url, ...bounds, ...more },
});

describe('a call to others', () => {
  const outbound = createHttpsOutbound({ allowPrivate: true });

  it('sends method, headers and body, and hands back status, headers and body', async () => {
    const headers = { 'x-asked': 'yes', 'content-type': 'text/plain' };
    const request = { ...get(`${http}/path?a=b`), method: 'POST', headers, body: 'grüße' } as const;
    expect(await outbound.send(request)).toMatchObject({
      ok: true,
      status: 201,
      headers: { 'x-given': 'yes' },
      body: Buffer.from('7'),
    });
    expect(seen[0]).toEqual({ method: 'POST', path: '/path?a=b', body: 'grüße' });
  });

  it('takes a redirect as the answer', async () => {
    const reply = await outbound.send(get(`${http}/redirect`));
    expect(reply).toMatchObject({ ok: true, status: 302, headers: { location: '/elsewhere' } });
    expect(seen[0]?.path).toBe('/redirect');
  });

  it('reads no more than it may', async () => {
    const large = await outbound.send(get(`${http}/large`));
    expect(large).toEqual({ ok: false, failure: 'too-large' });
    const enough = await outbound.send(get(`${http}/large`, { maxBytes: 1001 }));
    expect(enough).toMatchObject({ ok: true, status: 200 });
  });

  it.each(['/large', '/endless'])(
    'reads no body where only the status counts: %s',
    async (path) => {
      const reply = await outbound.send(get(`${http}${path}`, { maxBytes: null }));
      expect(reply).toMatchObject({ ok: true, status: 200, body: new Uint8Array() });
    },
  );

  it('takes http and addresses of our own where it may', () => {
    const urls = ['http://127.0.0.1/', 'https://localhost/', 'https://example.org/'];
    expect(urls.map((url) => outbound.accepts(url))).toEqual([true, true, true]);
    const others = ['ftp://example.org/', 'https://user@example.org/', 'no address'];
    expect(others.map((url) => outbound.accepts(url))).toEqual([false, false, false]);
  });

  it.each(['/silent', '/endless'])('does not wait longer than told: %s', async (path) => {
    const reply = await outbound.send(get(`${http}${path}`, { timeoutMs: 150 }));
    expect(reply).toEqual({ ok: false, failure: 'timeout' });
  });

  it('says when nobody answers', async () => {
    const server = createHttpServer(answer);
    const port = await listen(server);
    await new Promise((done) => server.close(done));
    open.pop();
    const reply = await outbound.send(get(`http://127.0.0.1:${port}/`));
    expect(reply).toEqual({ ok: false, failure: 'unreachable' });
  });

  it('speaks TLS with whom Node trusts, and with nobody else', async () => {
    const request = get(`https://localhost:${httpsPort}/tls`);
    expect(await outbound.send(request)).toEqual({ ok: false, failure: 'unreachable' });
    const trusted = getCACertificates('default');
    setDefaultCACertificates([...trusted, certificate.pem]);
    try {
      expect(await outbound.send(request)).toMatchObject({ ok: true, status: 201 });
      const other = get(`https://127.0.0.1:${httpsPort}/tls`);
      expect(await outbound.send(other)).toEqual({ ok: false, failure: 'unreachable' });
    } finally {
      setDefaultCACertificates(trusted);
    }
  });
});

describe('a call into networks of our own', () => {
  const refused = { ok: false, failure: 'refused' };
  const outbound = createHttpsOutbound();

  it.each([
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://169.254.169.254/latest/meta-data/',
    'https://10.0.0.7/',
    'https://192.168.1.1/',
    'https://[fd00::1]/',
    'https://[fe80::1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://localhost/',
    'http://example.org/',
    'ftp://example.org/',
    'file:///etc/passwd',
    'https://user@example.org/',
    'https://user:secret@example.org/',
    'no address',
  ])('is refused: %s', async (url) => {
    const before = seen.length;
    expect(outbound.accepts(url)).toBe(false);
    expect(await outbound.send(get(url))).toEqual(refused);
    expect(seen).toHaveLength(before);
  });

  it.each([
    ['one address', ['127.0.0.1']],
    ['the second of two', ['198.41.0.4', '10.0.0.7']],
    ['none', []],
  ])('is refused under a name that leads there: %s', async (_, addresses) => {
    const asked: string[] = [];
    const named = createHttpsOutbound({
      resolve: async (name) => {
        asked.push(name);
        return addresses.map((address) => ({ address, family: 4 }));
      },
    });
    expect(named.accepts('https://rebound.example/')).toBe(true);
    expect(await named.send(get('https://rebound.example/'))).toEqual(refused);
    expect(asked).toEqual(['rebound.example']);
  });

  it('connects to the address that was looked at, and looks it up once', async () => {
    let count = 0;
    const named = createHttpsOutbound({
      allowPrivate: true,
      resolve: async () => {
        count++;
        return [{ address: '127.0.0.1', family: 4 }];
      },
    });
    const { port } = new URL(http);
    const reply = await named.send(get(`http://rebound.example:${port}/named`));
    expect(reply).toMatchObject({ ok: true, status: 201 });
    expect({ count, path: seen[0]?.path }).toEqual({ count: 1, path: '/named' });
  });

  it('says of a name that does not exist that nobody is there', async () => {
    const unknown = createHttpsOutbound({
      resolve: () => Promise.reject(new Error('ENOTFOUND')),
    });
    const reply = await unknown.send(get('https://nobody.example/'));
    expect(reply).toEqual({ ok: false, failure: 'unreachable' });
  });
});

describe('a call to this machine, from a gate that nobody else reaches', () => {
  const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
  const outbound = createHttpsOutbound({ allowLoopback: true, resolve });

  it.each(['127.0.0.1', 'localhost'])('goes out: %s', async (host) => {
    const url = `http://${host}:${new URL(http).port}/here`;
    expect(outbound.accepts(url)).toBe(true);
    expect(await outbound.send(get(url))).toMatchObject({ ok: true, status: 201 });
  });

  it.each([
    'http://example.org/',
    'https://10.0.0.7/',
    'http://192.168.1.1/',
    'https://[fd00::1]/',
  ])('opens nothing else: %s', async (url) => {
    expect(outbound.accepts(url)).toBe(false);
    expect(await outbound.send(get(url))).toEqual({ ok: false, failure: 'refused' });
  });

  it('and no other name that leads here', async () => {
    const reply = await outbound.send(get('https://rebound.example/'));
    expect(reply).toEqual({ ok: false, failure: 'refused' });
  });
});

describe('an address is public', () => {
  it.each(['1.1.1.1', '8.8.8.8', '172.15.0.1', '172.32.0.1', '100.63.0.1', '2606:4700::1111'])(
    '%s',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  it.each([
    ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.255.255.255', '169.254.0.1', '172.16.0.1'],
    ...['172.31.255.255', '192.0.0.1', '192.0.2.1', '192.168.0.1', '198.18.0.1', '198.51.100.1'],
    ...['203.0.113.1', '224.0.0.1', '240.0.0.1', '255.255.255.255'],
    ...['::', '::1', '::ffff:8.8.8.8', 'fc00::1', 'fe80::1', 'ff02::1', '64:ff9b::808:808'],
    ...['2001:db8::1', '2001::1', '2002:7f00:1::', '100::1', 'fe80::1%eth0', 'example.org', ''],
  ])('and this one is not: %s', (address) => expect(isPublicAddress(address)).toBe(false));
});
