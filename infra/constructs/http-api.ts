import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import {
  operationIds,
  routeGroups,
  routeOf,
  type RouteGroup,
} from '../../shared/contract/routes.ts';
import { throttle } from '../sizes.ts';
import { acknowledge } from './acknowledge.ts';
import { LOG_RETENTION } from './gate-function.ts';

/**
 * One line a request. The route stands in it with its `{id}`, not the path with the id; no query,
 * no body, no address and no claim of the token.
 */
const accessLog = JSON.stringify({
  at: '$context.requestTime',
  requestId: '$context.requestId',
  route: '$context.routeKey',
  status: '$context.status',
  problem: '$context.error.responseType',
  durationMs: '$context.responseLatency',
  functionMs: '$context.integrationLatency',
  bytes: '$context.responseLength',
});

export interface GateHttpApiProps {
  /** Who signs the tokens: an OpenID Connect issuer that API Gateway can reach. */
  readonly issuer: string;
  readonly audience: string;
  readonly functions: (group: RouteGroup) => IFunction;
}

/**
 * The HTTP API, from the route table. API Gateway checks signature, issuer, audience, expiry and
 * scope before a function runs; the function checks scope and controller again. A route that says
 * nothing else takes the authorizer: forgetting one closes it.
 */
export class GateHttpApi extends Construct {
  readonly api: apigateway.HttpApi;
  readonly stage: apigateway.HttpStage;

  constructor(scope: Construct, id: string, props: GateHttpApiProps) {
    super(scope, id);
    this.api = new apigateway.HttpApi(this, 'Api', {
      createDefaultStage: false,
      defaultAuthorizer: new HttpJwtAuthorizer('Token', props.issuer, {
        jwtAudience: [props.audience],
      }),
    });
    this.stage = new apigateway.HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle,
      detailedMetricsEnabled: true,
      accessLogSettings: {
        destination: new apigateway.LogGroupLogDestination(
          new logs.LogGroup(this, 'AccessLog', { retention: LOG_RETENTION }),
        ),
        format: AccessLogFormat.custom(accessLog),
      },
    });
    for (const group of routeGroups) this.#addRoutes(group, props.functions(group));
  }

  #addRoutes(group: RouteGroup, target: IFunction): void {
    // One permission for the API, not one for each route: a stack has 500 resources at most.
    const integration = new HttpLambdaIntegration(group, target, { scopePermissionToRoute: false });
    for (const operation of operationIds()) {
      const route = routeOf(operation);
      if (route.group !== group) continue;
      const isPublic = route.scopes.length === 0;
      const added = this.api.addRoutes({
        path: route.path,
        methods: [apigateway.HttpMethod[route.method]],
        integration,
        ...(isPublic
          ? { authorizer: new apigateway.HttpNoneAuthorizer() }
          : { authorizationScopes: [...route.scopes] }),
      });
      if (!isPublic) continue;
      for (const each of added) {
        acknowledge(each, {
          'AwsSolutions-APIG4':
            'public in the route table: an answer for everybody, or a request that proves itself',
        });
      }
    }
  }
}
