import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { openApiDocument } from '../../shared/contract/openapi.ts';
import { operationIds, routeOf } from '../../shared/contract/routes.ts';

const Document = z.object({
  openapi: z.literal('3.1.0'),
  paths: z.record(z.string(), z.record(z.string(), z.object({ operationId: z.string() }))),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});

describe('the OpenAPI document', () => {
  const document = Document.parse(openApiDocument());

  it('has every route of the route table, and no other', () => {
    const documented = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, { operationId }]) => [operationId, method, path]),
    );
    const routes = operationIds().map((operation) => {
      const { method, path } = routeOf(operation);
      return [operation, method.toLowerCase(), path];
    });
    expect(documented.sort()).toEqual(routes.sort());
  });

  it('refers only to schemas that it has', () => {
    const text = JSON.stringify(openApiDocument());
    const names = [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name);
    const missing = names.filter((name) => !Object.hasOwn(document.components.schemas, name ?? ''));
    expect(missing).toEqual([]);
    expect(names.length).toBeGreaterThan(20);
  });

  it('says of strict objects that they take no other property', () => {
    const schema = z
      .object({ additionalProperties: z.literal(false) })
      .safeParse(document.components.schemas['CampaignSubmission']);
    expect(schema.success).toBe(true);
  });
});
