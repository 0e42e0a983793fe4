import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { operationIds, routeOf } from '../../shared/contract/routes.ts';
import { ofType, spell, synthesise, type Resource } from './synthesis.ts';

const { resources } = synthesise('https://issuer.example');
const routes = ofType(resources, 'AWS::ApiGatewayV2::Route');

function only(type: string): Resource {
  const [found] = ofType(resources, type);
  if (found === undefined) throw new Error(`there is no ${type}`);
  return found[1];
}

describe.each(operationIds())('the route of %s', (operation) => {
  const { method, path, scopes, group } = routeOf(operation);
  const [id, route] = routes.find(([, { Properties }]) => {
    return Properties['RouteKey'] === `${method} ${path}`;
  }) ?? ['', { Type: '', Properties: {} }];

  it('is there, open to nobody without one of its scopes', () => {
    expect(id).not.toBe('');
    expect(route.Properties['AuthorizationType']).toBe(scopes.length === 0 ? 'NONE' : 'JWT');
    expect(route.Properties['AuthorizationScopes'] ?? []).toEqual(scopes);
  });

  it('leads to the function of its group', () => {
    const integration = /^integrations\/<(\w+)>$/.exec(spell(route.Properties['Target']))?.[1];
    const target = spell(resources[integration ?? '']?.Properties['IntegrationUri']);
    expect(target).toMatch(new RegExp(`^<Functions${group.replace('-', '')}Function[0-9A-F]{8}>$`));
  });
});

describe('the API', () => {
  it('has no route beside those of the contract', () => {
    expect(routes).toHaveLength(operationIds().length);
  });

  it('trusts the tokens of one issuer for one audience', () => {
    expect(only('AWS::ApiGatewayV2::Authorizer').Properties).toMatchObject({
      AuthorizerType: 'JWT',
      JwtConfiguration: {
        Issuer: 'https://issuer.example',
        Audience: ['campaign-compliance-gate'],
      },
    });
  });

  it('can be synthesised without an issuer, but then says that it opens to none', () => {
    const without = synthesise();
    const [authorizer] = ofType(without.resources, 'AWS::ApiGatewayV2::Authorizer');
    expect(authorizer?.[1].Properties['JwtConfiguration']).toMatchObject({
      Issuer: 'https://issuer.invalid',
    });
    const warnings = without.stack.node.metadata.map(({ data }) => String(data));
    expect(warnings.join()).toContain('no token issuer is set');
  });

  it('slows down who calls too often', () => {
    expect(only('AWS::ApiGatewayV2::Stage').Properties['DefaultRouteSettings']).toMatchObject({
      ThrottlingRateLimit: expect.any(Number),
      ThrottlingBurstLimit: expect.any(Number),
    });
  });

  it('logs each request by its route and nothing that could name anybody', () => {
    const settings = z
      .object({ Format: z.string() })
      .parse(only('AWS::ApiGatewayV2::Stage').Properties['AccessLogSettings']);
    const logged = [...settings.Format.matchAll(/\$context\.([\w.]+)/g)].map(([, name]) => name);
    expect(logged).toEqual([
      'requestTime',
      'requestId',
      'routeKey',
      'status',
      'error.responseType',
      'responseLatency',
      'integrationLatency',
      'responseLength',
    ]);
  });
});
