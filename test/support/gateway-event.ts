import type { GatewayEvent } from '../../functions/shell/http.ts';
import { roles, type RoleName } from '../../shared/contract/scopes.ts';

/** A request as API Gateway hands it to a function, once it has verified the token. */
export function gatewayEvent(request: {
  readonly role: RoleName;
  /** Who it is; one person for each role unless said. */
  readonly subject?: string;
  /** Of the route table: `GET /v1/campaigns/{id}`. */
  readonly routeKey: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The text of a body that is signed as it is, instead of `body`. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly idempotencyKey?: string;
}): GatewayEvent {
  const { role, subject = role, routeKey, params = {}, query = {}, body, idempotencyKey } = request;
  const { text = body === undefined ? undefined : JSON.stringify(body), headers = {} } = request;
  const [method = '', template = ''] = routeKey.split(' ');
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '');
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: new URLSearchParams(query).toString(),
    headers: {
      'content-type': 'application/json',
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      ...headers,
    },
    queryStringParameters: { ...query },
    pathParameters: { ...params },
    requestContext: {
      accountId: '123456789012',
      apiId: 'api',
      authorizer: {
        principalId: '',
        integrationLatency: 0,
        jwt: {
          claims: { sub: subject, scope: roles[role].join(' '), controllers: '[*]' },
          scopes: [],
        },
      },
      domainName: 'api.example',
      domainPrefix: 'api',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      requestId: 'request',
      routeKey,
      stage: '$default',
      time: '01/Jan/2026:00:00:00 +0000',
      timeEpoch: 0,
    },
    isBase64Encoded: false,
    ...(text === undefined ? {} : { body: text }),
  };
}
