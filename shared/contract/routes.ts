import type { RouteDefinition } from './routes/route.ts';
import { breachesRoutes } from './routes/breaches.ts';
import { campaignsRoutes } from './routes/campaigns.ts';
import { checksRoutes } from './routes/checks.ts';
import { clearancesRoutes } from './routes/clearances.ts';
import { deliveriesRoutes } from './routes/deliveries.ts';
import { deliverySourcesRoutes } from './routes/delivery-sources.ts';
import { evidenceRoutes } from './routes/evidence.ts';
import { factsRoutes } from './routes/facts.ts';
import { importsRoutes } from './routes/imports.ts';
import { operationRoutes } from './routes/operation.ts';
import { permissionsRoutes } from './routes/permissions.ts';
import { policiesRoutes } from './routes/policies.ts';
import { proofsRoutes } from './routes/proofs.ts';
import { retentionRoutes } from './routes/retention.ts';
import { subjectsRoutes } from './routes/subjects.ts';
import { webhooksRoutes } from './routes/webhooks.ts';

export {
  mediaTypes,
  mayBeLeftOut,
  routeGroups,
  type BodyForm,
  type MediaType,
  type RouteDefinition,
  type RouteGroup,
} from './routes/route.ts';

/** Every route, once: handlers, validation, OpenAPI, gateway and local server derive from it. */
export const routes = Object.freeze({
  ...factsRoutes,
  ...importsRoutes,
  ...permissionsRoutes,
  ...campaignsRoutes,
  ...clearancesRoutes,
  ...checksRoutes,
  ...evidenceRoutes,
  ...subjectsRoutes,
  ...proofsRoutes,
  ...retentionRoutes,
  ...policiesRoutes,
  ...breachesRoutes,
  ...deliveriesRoutes,
  ...deliverySourcesRoutes,
  ...webhooksRoutes,
  ...operationRoutes,
} satisfies Record<string, RouteDefinition>);

export type OperationId = keyof typeof routes;

export function operationIds(): readonly OperationId[] {
  return Object.keys(routes).filter(isOperationId);
}

export function isOperationId(name: string): name is OperationId {
  return Object.hasOwn(routes, name);
}

export function routeOf(operation: OperationId): RouteDefinition {
  return routes[operation];
}
