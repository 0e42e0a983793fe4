import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { limits } from '../../shared/contract/limits.ts';
import { routeOf, routes, type OperationId } from '../../shared/contract/routes.ts';
import { HOUR_MS } from '../../shared/kernel/instant.ts';
import { breaches } from '../api/groups/breaches.ts';
import { campaigns } from '../api/groups/campaigns.ts';
import { clearances } from '../api/groups/clearances.ts';
import { checks } from '../api/groups/checks.ts';
import { deliveries } from '../api/groups/deliveries.ts';
import { deliverySources } from '../api/groups/delivery-sources.ts';
import { evidence } from '../api/groups/evidence.ts';
import { facts } from '../api/groups/facts.ts';
import { imports } from '../api/groups/imports.ts';
import { operation } from '../api/groups/operation.ts';
import { permissions } from '../api/groups/permissions.ts';
import { policies } from '../api/groups/policies.ts';
import { proofs } from '../api/groups/proofs.ts';
import { retention } from '../api/groups/retention.ts';
import { subjects } from '../api/groups/subjects.ts';
import { webhooks } from '../api/groups/webhooks.ts';
import type { EmbeddedGate } from '../shell/embedded.ts';
import { createHttpHandler, problemResponse, type GatewayResponse } from '../shell/http.ts';
import { errorFields } from '../shell/log.ts';
import { requireOpenUpload } from '../shell/flows/open-upload.ts';
import { contentTypeOf } from '../shell/ports/file-names.ts';
import type { FileKey } from '../shell/ports/files.ts';
import { Problem } from '../shell/problem.ts';
import { gatewayEvent, localContext } from './gateway-event.ts';
import { matchRoute } from './router.ts';
import type { VerifyToken } from './tokens.ts';

/** How long a client may take to send its headers, and the body of a request. */
const HEADERS_TIMEOUT_MS = 10_000;
const BODY_TIMEOUT_MS = 60_000;
/** A file takes as long as it takes; only silence ends it. */
const FILE_SILENCE_MS = 60_000;
/** Node knows one time for every request: that of 5 GB over a line of 2 Mbit/s. */
const REQUEST_TIMEOUT_MS = 6 * HOUR_MS;

/** Speaks HTTP to the outside and API Gateway to the handlers: the same ones as on AWS. */
export function createGateServer(gate: EmbeddedGate, verifyToken: VerifyToken): Server {
  const handler = createHttpHandler<OperationId>(
    routes,
    {
      ...facts,
      ...imports,
      ...permissions,
      ...campaigns,
      ...clearances,
      ...checks,
      ...evidence,
      ...subjects,
      ...proofs,
      ...retention,
      ...policies,
      ...breaches,
      ...deliveries,
      ...deliverySources,
      ...webhooks,
      ...operation,
    },
    () => Promise.resolve(gate),
  );
  const answer = async (message: IncomingMessage): Promise<GatewayResponse> => {
    const { path, query } = requestTarget(message);
    const match = matchRoute(message.method ?? 'GET', path);
    if (!match.found) throw unroutable(match.allowed);
    const route = routeOf(match.operation);
    const claims = route.scopes.length === 0 ? null : await claimsOf(message, verifyToken);
    const body = await inTime(readBody(message));
    const event = gatewayEvent({
      message,
      path,
      query,
      routeKey: `${route.method} ${route.path}`,
      params: match.params,
      body,
      claims,
      now: gate.clock.now(),
      baseUrl: gate.baseUrl(),
    });
    return handler(event, localContext);
  };
  const server = createServer({ maxHeaderSize: limits.headerBytes }, (message, response) => {
    void serve(gate, message, response, answer);
  });
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable) return socket.destroy();
    const tooLarge = error.code === 'HPE_HEADER_OVERFLOW';
    const problem = tooLarge
      ? new Problem('headers-too-large', `the headers have more than ${limits.headerBytes} bytes`)
      : new Problem('malformed-request', 'this is not a valid HTTP request');
    return socket.end(rawResponse(problemResponse(problem, '/')));
  });
  return server;
}

/** As it was sent: a path is matched, never resolved, so that it cannot lead somewhere else. */
function requestTarget(message: IncomingMessage): {
  readonly path: string;
  readonly query: string;
} {
  // A proxy may send the absolute form (RFC 9112, 3.2.2).
  const target = (message.url ?? '/').replace(/^https?:\/\/[^/?]*/i, '');
  const [path = '', ...query] = target.split('?');
  return { path: path.startsWith('/') ? path : `/${path}`, query: query.join('?') };
}

function unroutable(allowed: readonly string[]): Problem {
  if (allowed.length === 0) return new Problem('not-found', 'no route answers this path');
  return new Problem('method-not-allowed', `this path takes ${allowed.join(', ')}`, { allowed });
}

async function serve(
  gate: EmbeddedGate,
  message: IncomingMessage,
  response: ServerResponse,
  answer: (message: IncomingMessage) => Promise<GatewayResponse>,
): Promise<void> {
  const { path } = requestTarget(message);
  try {
    if (path.startsWith('/files/')) return await serveFile(gate, message, response);
    send(response, await answer(message));
  } catch (error) {
    if (!(error instanceof Problem)) gate.log.write('error', 'request failed', errorFields(error));
    if (response.headersSent) return void response.destroy();
    if (!message.complete) await drain(message);
    if (!message.complete) response.setHeader('connection', 'close');
    send(response, problemResponse(error, path.slice(0, 200)));
  }
}

/** Of a body that nobody wants so much is taken and thrown away. */
const DRAINED_BYTES = 64 * 1024 ** 2;
const DRAIN_MS = 10_000;
/** Whoever sends a head alone waits for the answer to it. */
const DRAIN_SILENCE_MS = 500;

/**
 * Takes the rest of a body that nobody wants: closed at once, the connection would break under a
 * client that is still sending, and it would never read why it was refused (RFC 9112, 9.6).
 */
async function drain(message: IncomingMessage): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const whole = setTimeout(resolve, DRAIN_MS);
  const silence = setTimeout(resolve, DRAIN_SILENCE_MS);
  let left = DRAINED_BYTES;
  message.on('data', (bytes: Buffer) => {
    silence.refresh();
    left -= bytes.length;
    if (left < 0) resolve();
  });
  message.once('end', resolve).once('close', resolve);
  await promise;
  clearTimeout(whole);
  clearTimeout(silence);
}

function send(response: ServerResponse, answer: GatewayResponse): void {
  const bytes = Buffer.from(answer.body, answer.isBase64Encoded === true ? 'base64' : 'utf8');
  response.writeHead(answer.statusCode, { ...answer.headers, 'content-length': bytes.length });
  response.end(bytes);
}

/** Verified by what API Gateway verifies, or 401; what the token may do is checked behind it. */
async function claimsOf(message: IncomingMessage, verifyToken: VerifyToken) {
  const token = /^Bearer ([\w.~+/=-]+)$/i.exec(message.headers.authorization ?? '')?.[1];
  const claims = token === undefined ? null : await verifyToken(token);
  if (claims === null) throw new Problem('unauthenticated', 'there is no valid bearer token');
  return claims;
}

/** Never more than the limit in memory, whatever the client says the length is. */
async function readBody(message: IncomingMessage): Promise<Buffer> {
  const tooLarge = new Problem(
    'too-large',
    `the body has more than ${limits.requestBodyBytes} bytes`,
  );
  if (Number(message.headers['content-length'] ?? 0) > limits.requestBodyBytes) throw tooLarge;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message.iterator({ destroyOnReturn: false })) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > limits.requestBodyBytes) throw tooLarge;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** A body that comes in drops would hold its connection for hours. */
async function inTime<Body>(reading: Promise<Body>): Promise<Body> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const problem = new Problem('malformed-request', 'the body did not come in time');
    timer = setTimeout(() => reject(problem), BODY_TIMEOUT_MS);
  });
  try {
    return await Promise.race([reading, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What S3 would not take in one PUT is not taken here either. */
async function* bounded(message: IncomingMessage): AsyncGenerator<Uint8Array> {
  const tooLarge = new Problem('too-large', `the file has more than ${limits.uploadBytes} bytes`);
  if (Number(message.headers['content-length'] ?? 0) > limits.uploadBytes) throw tooLarge;
  let length = 0;
  for await (const chunk of message) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > limits.uploadBytes) throw tooLarge;
    yield bytes;
  }
}

/** An evaluation may begin while a file comes: then it is not seen by anybody. */
async function* whileOpen(
  gate: EmbeddedGate,
  key: FileKey,
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* content;
  await requireOpenUpload(gate, key);
}

/** Time-limited links: the signature in the URL is the credential. */
async function serveFile(
  gate: EmbeddedGate,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const method = message.method ?? 'GET';
  const key = gate.files.verifyLink({ method, url: message.url ?? '' });
  if (key === null) throw new Problem('not-found', 'the link does not hold (any more)');
  if (method === 'PUT') {
    message.setTimeout(FILE_SILENCE_MS, () => message.destroy());
    await requireOpenUpload(gate, key);
    await gate.files.put(key, whileOpen(gate, key, bounded(message)));
    return void response.writeHead(200).end();
  }
  const content = await gate.files.get(key);
  if (content === null) throw new Problem('not-found', 'the file is gone');
  response.writeHead(200, { 'content-type': contentTypeOf(key) });
  await pipeline(content, response);
}

function rawResponse({ statusCode, headers, body }: GatewayResponse): string {
  const lines = Object.entries({
    ...headers,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}`);
  return `HTTP/1.1 ${statusCode} Problem\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
}
