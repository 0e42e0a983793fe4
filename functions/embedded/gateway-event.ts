import type { IncomingMessage } from 'node:http';
import type { Context } from 'aws-lambda';
import type { JWTPayload } from 'jose';
import { SECOND_MS } from '../../shared/kernel/instant.ts';
import type { GatewayEvent } from '../shell/http.ts';

/** What a request is, once it is read and its token was looked at. */
export interface LocalRequest {
  readonly message: IncomingMessage;
  readonly path: string;
  readonly query: string;
  readonly routeKey: string;
  readonly params: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly claims: JWTPayload | null;
  readonly now: number;
  /** `http://host:port` under which the gate is reached. */
  readonly baseUrl: string;
}

/** The event that API Gateway would hand to the function (HTTP API, payload format 2.0). */
export function gatewayEvent(request: LocalRequest): GatewayEvent {
  const { message, path, routeKey, params, body, claims, now } = request;
  const { host, hostname, protocol } = new URL(request.baseUrl);
  const headers = Object.entries(message.headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(',') : value] as const],
  );
  const context = {
    accountId: 'local',
    apiId: 'local',
    domainName: host,
    domainPrefix: hostname,
    http: {
      method: message.method ?? 'GET',
      path,
      protocol: 'HTTP/1.1',
      sourceIp: message.socket.remoteAddress ?? '',
      userAgent: message.headers['user-agent'] ?? '',
    },
    requestId: '',
    routeKey,
    stage: '$default',
    time: new Date(now).toISOString(),
    timeEpoch: now,
  };
  const jwt = { claims: flatten(claims ?? {}), scopes: [] };
  const authorizer = { principalId: '', integrationLatency: 0, jwt };
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: request.query,
    // What a client claims of it does not count, as behind API Gateway.
    headers: { ...Object.fromEntries(headers), 'x-forwarded-proto': protocol.slice(0, -1) },
    queryStringParameters: queryParameters(request.query),
    pathParameters: { ...params },
    body: body.toString('base64'),
    isBase64Encoded: true,
    requestContext: claims === null ? context : { ...context, authorizer },
  };
}

/** A name that comes twice has its values joined, as API Gateway does it. */
function queryParameters(query: string): Record<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    const before = values.get(name);
    values.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(values);
}

/** The authorizer hands claims on as text, a list as `[a b]`. */
function flatten(claims: JWTPayload): Record<string, string> {
  return Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [
      name,
      Array.isArray(value) ? `[${value.join(' ')}]` : String(value),
    ]),
  );
}

/** The little that our handlers could ask of the Lambda context. */
export const localContext: Context = Object.freeze({
  callbackWaitsForEmptyEventLoop: true,
  functionName: 'embedded',
  functionVersion: '1',
  invokedFunctionArn: 'arn:aws:lambda:local',
  memoryLimitInMB: '0',
  awsRequestId: 'local',
  logGroupName: 'local',
  logStreamName: 'local',
  getRemainingTimeInMillis: () => 30_000,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
});

/** The same for a worker, which Lambda gives a time of its own. */
export function workerContext(seconds: number): Context {
  return { ...localContext, getRemainingTimeInMillis: () => seconds * SECOND_MS };
}
