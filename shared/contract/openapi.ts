import * as z from 'zod';
import { ConsentEvent } from './events.ts';
import { ProblemDocument, problems, type ProblemType } from './problems.ts';
import {
  mayBeLeftOut,
  operationIds,
  routeOf,
  type BodyForm,
  type MediaType,
  type OperationId,
  type RouteDefinition,
} from './routes.ts';
import { contractVersion } from './version.ts';

type Json = Readonly<Record<string, unknown>>;

/** Schemas that the document names, in the registry's order; requests are read as input. */
function componentSchemas(io: 'input' | 'output'): Json {
  const { schemas } = z.toJSONSchema(z.globalRegistry, {
    io,
    unrepresentable: 'throw',
    uri: (id) => `#/components/schemas/${id}`,
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => {
      const { $schema: _schema, $id: _id, ...rest } = schema;
      return [name, rest];
    }),
  );
}

/** The contract as OpenAPI 3.1, made of the route table and the schemas; nothing is said twice. */
export function openApiDocument(): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const operation of operationIds()) {
    const route = routeOf(operation);
    const item = paths[route.path] ?? {};
    item[route.method.toLowerCase()] = operationObject(operation, route);
    paths[route.path] = item;
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Campaign compliance gate',
      version: contractVersion,
      description: 'Decides for each recipient of a campaign whether they may be contacted.',
    },
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: { ...componentSchemas('input'), ConsentEvent: inlineSchema(ConsentEvent) },
    },
  };
}

function operationObject(operation: OperationId, route: RouteDefinition): Json {
  return {
    operationId: operation,
    summary: route.summary,
    tags: [route.group],
    ...(route.scopes.length === 0 ? { security: [] } : { security: [{ bearer: [] }] }),
    ...(route.scopes.length === 0 ? {} : { 'x-any-of-scopes': route.scopes }),
    ...parameters(route),
    ...(route.body === undefined
      ? {}
      : {
          requestBody: {
            required: route.bodyForm === 'raw' || !mayBeLeftOut(route.body),
            content: { [bodyType(route)]: { schema: schemaReference(route.body) } },
          },
        }),
    responses: {
      [route.success.status]: {
        description: 'done',
        content: Object.fromEntries(
          (route.success.types ?? ['application/json']).map((type) => [
            type,
            contentOf(route, type),
          ]),
        ),
      },
      ...problemResponses(route),
    },
  };
}

const bodyTypes: Readonly<Record<BodyForm, string>> = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
  raw: '*/*',
};

function bodyType(route: RouteDefinition): string {
  return bodyTypes[route.bodyForm ?? 'json'];
}

/** Only JSON has a schema; a page, a table or a document is text or bytes. */
function contentOf(route: RouteDefinition, type: MediaType): Json {
  if (type === 'application/json') return { schema: schemaReference(route.success.body) };
  return { schema: { type: 'string' } };
}

function parameters(route: RouteDefinition): Json {
  const list = [
    ...fieldsOf(route.params, 'path'),
    ...fieldsOf(route.query, 'query'),
    ...(route.idempotent ? [idempotencyKey] : []),
  ];
  return list.length === 0 ? {} : { parameters: list };
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'the same key and body give the same answer for 24 hours',
  schema: { type: 'string', maxLength: 255 },
};

function fieldsOf(schema: z.ZodType | undefined, where: 'path' | 'query'): readonly Json[] {
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape).map(([name, field]) => ({
    name,
    in: where,
    required: where === 'path' || (field instanceof z.ZodType && !mayBeLeftOut(field)),
    schema: field instanceof z.ZodType ? inlineSchema(field) : {},
  }));
}

/** A schema with a name is referred to; any other stands where it is used. */
function schemaReference(schema: z.ZodType): Json {
  const id = z.globalRegistry.get(schema)?.id;
  return id === undefined ? inlineSchema(schema) : { $ref: `#/components/schemas/${id}` };
}

function inlineSchema(schema: z.ZodType): Json {
  const { $schema: _schema, ...rest } = z.toJSONSchema(schema, {
    io: 'input',
    reused: 'inline',
    unrepresentable: 'any',
  });
  return rest;
}

function problemResponses(route: RouteDefinition): Json {
  const types: ProblemType[] = [...route.problems];
  if (route.scopes.length > 0) types.push('unauthenticated', 'missing-scope');
  if (route.body !== undefined) {
    types.push('malformed-json', 'too-large', 'unsupported-media-type', 'invalid-input');
  }
  if (route.idempotent) types.push('request-in-progress');
  types.push('too-many-requests', 'internal', 'unavailable');
  const byStatus = new Map<number, string[]>();
  for (const type of types) {
    const { status, title } = problems[type];
    byStatus.set(status, [...new Set([...(byStatus.get(status) ?? []), title])]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, titles]) => [
      String(status),
      {
        description: titles.join('; '),
        content: { 'application/problem+json': { schema: schemaReference(ProblemDocument) } },
      },
    ]),
  );
}
