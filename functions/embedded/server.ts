import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { limits } from '../../shared/contract/limits.ts';
import { routeOf } from '../../shared/contract/routes.ts';
import { breaches } from '../api/groups/breaches.ts';
import { campaigns } from '../api/groups/campaigns.ts';
import { checks } from '../api/groups/checks.ts';
import { evidence } from '../api/groups/evidence.ts';
import { facts } from '../api/groups/facts.ts';
import { operation } from '../api/groups/operation.ts';
import { policies } from '../api/groups/policies.ts';
import type { EmbeddedGate } from '../shell/embedded.ts';
import { createHttpHandler, problemResponse, type GatewayResponse } from '../shell/http.ts';
import { errorFields } from '../shell/log.ts';
import { Problem } from '../shell/problem.ts';
import { gatewayEvent, localContext } from './gateway-event.ts';
import { matchRoute } from './router.ts';
import type { VerifyToken } from './tokens.ts';

/** How long a client may take to send its headers and its whole request. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 60_000;

/** Speaks HTTP to the outside and API Gateway to the handlers: the same ones as on AWS. */
export function createGateServer(gate: EmbeddedGate, verifyToken: VerifyToken): Server {
  const handler = createHttpHandler(
    { ...facts, ...campaigns, ...checks, ...evidence, ...policies, ...breaches, ...operation },
    () => Promise.resolve(gate),
  );
  const answer = async (message: IncomingMessage): Promise<GatewayResponse> => {
    const { path, query } = requestTarget(message);
    const match = matchRoute(message.method ?? 'GET', path);
    if (!match.found) throw unroutable(match.allowed);
    const route = routeOf(match.operation);
    const claims = route.scopes.length === 0 ? null : await claimsOf(message, verifyToken);
    const body = await readBody(message);
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
    if (!message.complete) response.setHeader('connection', 'close');
    send(response, problemResponse(error, path.slice(0, 200)));
  }
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
  for await (const chunk of message) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > limits.requestBodyBytes) throw tooLarge;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
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
    await gate.files.put(key, message);
    return void response.writeHead(200).end();
  }
  const content = await gate.files.get(key);
  if (content === null) throw new Problem('not-found', 'the file is gone');
  response.writeHead(200, { 'content-type': 'application/octet-stream' });
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
