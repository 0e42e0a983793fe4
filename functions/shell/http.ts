import middy from '@middy/core';
import type {
  APIGatewayEventRequestContextJWTAuthorizer,
  APIGatewayEventRequestContextV2,
  APIGatewayProxyEventV2WithRequestContext,
  Context,
} from 'aws-lambda';
import * as z from 'zod';
import { limits } from '../../shared/contract/limits.ts';
import { problemDocument, problemErrors, problems } from '../../shared/contract/problems.ts';
import {
  mayBeLeftOut,
  type MediaType,
  type RouteDefinition,
  type RouteGroup,
} from '../../shared/contract/routes/route.ts';
// Of the whole table its type alone: a function carries the rows, and schemas, of its own routes.
import type { OperationId, routes } from '../../shared/contract/routes.ts';
import { parseStrictJson } from '../../shared/contract/strict-json.ts';
import { newId } from '../../shared/kernel/ids.ts';
import type { EpochMs } from '../../shared/kernel/instant.ts';
import { actorOf, type Actor } from './actor.ts';
import type { Gate } from './gate.ts';
import { readForm } from './form.ts';
import { answerOnce } from './idempotency.ts';
import { errorFields } from './log.ts';
import { Unavailable } from './ports/unavailable.ts';
import { Problem } from './problem.ts';

/** A public route has no authorizer; every other one has a JWT authorizer. */
export type GatewayEvent = APIGatewayProxyEventV2WithRequestContext<
  APIGatewayEventRequestContextV2 & {
    readonly authorizer?: APIGatewayEventRequestContextJWTAuthorizer;
  }
>;

export interface GatewayResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** API Gateway decodes it: what is no text travels as base64. */
  readonly isBase64Encoded?: boolean;
}

type Routes = typeof routes;

/** The rows of some routes; a table that has others beside them will do. */
export type RoutesOf<Operation extends OperationId> = {
  readonly [Each in Operation]: Routes[Each];
};

type Part = 'params' | 'query' | 'body';

type Parsed<Operation extends OperationId, Which extends Part> =
  Routes[Operation] extends Readonly<Record<Which, infer Schema extends z.ZodType>>
    ? z.infer<Schema>
    : undefined;

/** One request, parsed: what a handler gets to see. */
export interface Call<Operation extends OperationId> {
  readonly operation: Operation;
  readonly params: Parsed<Operation, 'params'>;
  readonly query: Parsed<Operation, 'query'>;
  readonly body: Parsed<Operation, 'body'>;
  readonly actor: Actor;
  readonly now: EpochMs;
  /** `req_…`; the same for a retry with the same Idempotency-Key, so what it makes is the same. */
  readonly requestId: string;
  /** The path, for the `instance` of problems. */
  readonly instance: string;
  /** As it came, with lower-case names; a signature of the bytes may stand in them. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The bytes of a body that the route takes raw; none otherwise. */
  readonly bytes: Uint8Array;
  /** Where the request came from, as evidence; personal data, never to be logged. */
  readonly client: { readonly ip: string; readonly userAgent: string };
  /** `https://host` under which the caller reached the gate, for links back to it. */
  readonly origin: string;
}

/** What is no JSON: a page, a table, a document. */
export interface Content {
  readonly type: MediaType;
  readonly bytes: Uint8Array;
  /** A name to save it under. */
  readonly fileName?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** Sent instead of the body. An answer that is kept for a retry is JSON and has none. */
  readonly content?: Content;
}

export type Handle<Operation extends OperationId> = (
  call: Call<Operation>,
  gate: Gate,
) => Promise<Answer>;

export type OperationOf<Group extends RouteGroup> = {
  [Operation in OperationId]: Routes[Operation]['group'] extends Group ? Operation : never;
}[OperationId];

/** Exactly the handlers of a group: one that is missing or strange does not compile. */
export type GroupHandles<Group extends RouteGroup> = {
  readonly [Operation in OperationOf<Group>]: Handle<Operation>;
};

/** What middy carries between its phases for one request. */
interface Internal extends Record<string, unknown> {
  startedAt?: EpochMs;
}

/**
 * The HTTP stack: every API function is this around the rows and the handlers of its group, in both
 * homes. A handler without its row does not compile.
 */
export function createHttpHandler<Operation extends OperationId>(
  table: NoInfer<RoutesOf<Operation>>,
  handles: { readonly [Each in Operation]: Handle<Each> },
  getGate: () => Promise<Gate>,
) {
  return middy<GatewayEvent, GatewayResponse, Error, Context, Internal>()
    .use({
      before: async (request) => {
        request.internal.startedAt = (await getGate()).clock.now();
      },
      after: async (request) => {
        await logRequest(
          request.event,
          request.response?.statusCode ?? 0,
          request.internal,
          getGate,
        );
      },
      onError: async (request) => {
        const response = problemResponse(request.error, request.event.rawPath);
        if (response.statusCode >= 500) {
          const gate = await getGate();
          gate.log.write('error', 'request failed', errorFields(request.error));
        }
        request.response = response;
        await logRequest(request.event, response.statusCode, request.internal, getGate);
      },
    })
    .handler(async (event: GatewayEvent) => {
      const operation = findOperation(table, handles, event.routeKey);
      const gate = await getGate();
      return runOperation(operation, table[operation], handles[operation], event, gate);
    });
}

async function runOperation<Operation extends OperationId>(
  operation: Operation,
  route: RouteDefinition,
  handle: Handle<Operation>,
  event: GatewayEvent,
  gate: Gate,
): Promise<GatewayResponse> {
  const actor = authorize(route, event);
  const input = readBody(route, event);
  const now = gate.clock.now();
  const call = (requestId: string): Call<Operation> => ({
    operation,
    params: parsePart<Operation, 'params'>(route, 'params', event.pathParameters ?? {}),
    query: parsePart<Operation, 'query'>(route, 'query', event.queryStringParameters ?? {}),
    body: parsePart<Operation, 'body'>(route, 'body', input.value),
    actor,
    now,
    requestId,
    instance: event.rawPath,
    headers: event.headers,
    bytes: input.bytes,
    client: {
      ip: event.requestContext.http.sourceIp,
      userAgent: event.requestContext.http.userAgent,
    },
    origin: originOf(event),
  });
  const run = (requestId: string) => handle(call(requestId), gate);
  const key = idempotencyKey(route, event);
  if (key === null) {
    return responseOf(await run(newId('req', now, gate.randomBytes(10))));
  }
  call('req_validation');
  return responseOf(
    await answerOnce(
      gate,
      { actor, operation, key, path: event.rawPath, bodyText: input.text, now },
      run,
    ),
  );
}

function findOperation<Operation extends OperationId>(
  table: RoutesOf<Operation>,
  handles: { readonly [Each in Operation]: Handle<Each> },
  routeKey: string,
): Operation {
  for (const operation in handles) {
    const route: RouteDefinition = table[operation];
    if (`${route.method} ${route.path}` === routeKey) return operation;
  }
  throw new Problem('not-found', 'no route answers this path');
}

/** The gateway verified the token; what it may do is checked here, the same in both homes. */
function authorize(route: RouteDefinition, event: GatewayEvent): Actor {
  const claims = event.requestContext.authorizer?.jwt.claims;
  if (route.scopes.length === 0) return actorOf({});
  if (claims === undefined) throw new Problem('unauthenticated', 'there is no valid bearer token');
  const actor = actorOf(claims);
  if (!route.scopes.some((scope) => actor.scopes.has(scope))) {
    throw new Problem(
      'missing-scope',
      `the token lacks the scope \`${route.scopes.join('` or `')}\``,
    );
  }
  return actor;
}

/** API Gateway serves https alone; the embedded gate says itself what it serves. */
function originOf({ headers, requestContext }: GatewayEvent): string {
  return `${headers['x-forwarded-proto'] ?? 'https'}://${requestContext.domainName}`;
}

interface BodyInput {
  readonly text: string;
  readonly value: unknown;
  readonly bytes: Uint8Array;
}

const NO_BODY: BodyInput = Object.freeze({ text: '', value: undefined, bytes: new Uint8Array(0) });

/** JSON is UTF-8 (RFC 8259, 8.1); a parameter that says so is one that nobody needs. */
const JSON_TYPE = /^\s*application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?;?\s*$/i;

function readBody(route: RouteDefinition, event: GatewayEvent): BodyInput {
  const { body: schema, bodyForm = 'json' } = route;
  if (schema === undefined) return NO_BODY;
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > limits.requestBodyBytes) {
    throw new Problem('too-large', `the body has more than ${limits.requestBodyBytes} bytes`);
  }
  if (bodyForm === 'raw') return { ...NO_BODY, bytes };
  if (bytes.length === 0 && mayBeLeftOut(schema)) return NO_BODY;
  if (!/^(identity)?$/i.test(event.headers['content-encoding'] ?? '')) {
    throw new Problem('unsupported-media-type', 'the body must not be compressed');
  }
  const type = event.headers['content-type'] ?? '';
  if (bodyForm === 'form') {
    const fields = readForm(type, bytes);
    if (fields !== null) return { ...NO_BODY, text: bytes.toString('latin1'), value: fields };
    throw new Problem('unsupported-media-type', 'the body must be a form (urlencoded)');
  }
  if (!JSON_TYPE.test(type)) {
    throw new Problem('unsupported-media-type', 'the `content-type` must be `application/json`');
  }
  return readJson(bytes);
}

function readJson(bytes: Uint8Array): BodyInput {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Problem('malformed-json', 'the body is not UTF-8', { cause });
  }
  const json = parseStrictJson(text);
  if (!json.ok) throw new Problem('malformed-json', json.detail);
  return { text, value: json.value, bytes };
}

function parsePart<Operation extends OperationId, Which extends Part>(
  route: RouteDefinition,
  part: Which,
  value: unknown,
): Parsed<Operation, Which>;
function parsePart(route: RouteDefinition, part: Part, value: unknown) {
  const schema = route[part];
  if (schema === undefined) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const base = part === 'body' ? [] : [part];
  throw new Problem('invalid-input', `the ${part} does not fit the contract`, {
    errors: problemErrors(result.error.issues, base),
  });
}

function idempotencyKey(route: RouteDefinition, event: GatewayEvent): string | null {
  const key = event.headers['idempotency-key'];
  if (!route.idempotent || key === undefined) return null;
  const plain = /^[\x21-\x7e]+$/.test(key) && key.length <= limits.idempotencyKeyCharacters;
  if (plain) return key;
  throw new Problem('invalid-input', 'the `Idempotency-Key` cannot be used', {
    errors: [
      {
        pointer: '/headers/idempotency-key',
        code: 'invalid-format',
        message: `is not 1 to ${limits.idempotencyKeyCharacters} visible ASCII characters`,
      },
    ],
  });
}

function responseOf({ status, body, content }: Answer): GatewayResponse {
  if (content === undefined) {
    return {
      statusCode: status,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
      body: JSON.stringify(body),
    };
  }
  const { type, bytes, fileName, headers } = content;
  const isText = type !== 'application/pdf';
  return {
    statusCode: status,
    headers: {
      'content-type': isText ? `${type}; charset=utf-8` : type,
      'cache-control': 'no-store',
      ...(fileName === undefined
        ? {}
        : { 'content-disposition': `attachment; filename="${fileName}"` }),
      ...headers,
    },
    body: Buffer.from(bytes).toString(isText ? 'utf8' : 'base64'),
    isBase64Encoded: !isText,
  };
}

/** Never the error itself: a problem says what the caller may know, all else is a plain 500. */
export function problemResponse(error: unknown, instance: string): GatewayResponse {
  const problem = asProblem(error);
  const { status, retry } = problems[problem.type];
  const retryAfter = problem.retryAfterSeconds ?? (retry ? 1 : undefined);
  return {
    statusCode: status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
      ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
      ...(problem.allowed === undefined ? {} : { allow: problem.allowed.join(', ') }),
    },
    body: JSON.stringify(
      problemDocument(problem.type, {
        detail: problem.message,
        instance,
        ...(problem.errors === undefined
          ? {}
          : { errors: problem.errors.slice(0, limits.problemErrors) }),
        ...(problem.extra === undefined ? {} : { extra: problem.extra }),
      }),
    ),
  };
}

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof Unavailable) {
    return new Problem('unavailable', 'a store did not answer; nothing was allowed');
  }
  return new Problem('internal', 'the gate failed; nothing was allowed');
}

async function logRequest(
  event: GatewayEvent,
  status: number,
  internal: Internal,
  getGate: () => Promise<Gate>,
): Promise<void> {
  const gate = await getGate();
  gate.log.write('info', 'request', {
    route: event.routeKey,
    status,
    durationMs: gate.clock.now() - (internal.startedAt ?? gate.clock.now()),
  });
}
