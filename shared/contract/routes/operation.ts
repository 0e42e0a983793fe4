import * as z from 'zod';
import { ControllerSubmission, ControllerView } from '../controllers.ts';
import { ControllerId } from '../primitives.ts';
import type { RouteDefinition } from './route.ts';

const Health = z.object({ status: z.literal('ok'), version: z.string() }).meta({ id: 'Health' });
const Json = z.record(z.string(), z.unknown());

export const operationRoutes = {
  putController: {
    group: 'operation',
    method: 'PUT',
    path: '/v1/controllers/{id}',
    summary: 'create a controller or replace its settings',
    scopes: ['admin:write'],
    params: z.strictObject({ id: ControllerId }),
    body: ControllerSubmission,
    success: { status: 200, body: ControllerView },
    idempotent: false,
    problems: [],
  },
  getController: {
    group: 'operation',
    method: 'GET',
    path: '/v1/controllers/{id}',
    summary: 'the settings of a controller',
    scopes: ['admin:write'],
    params: z.strictObject({ id: ControllerId }),
    success: { status: 200, body: ControllerView },
    idempotent: false,
    problems: ['not-found'],
  },
  getHealth: {
    group: 'operation',
    method: 'GET',
    path: '/healthz',
    summary: 'answers when the gate serves',
    scopes: [],
    success: { status: 200, body: Health },
    idempotent: false,
    problems: [],
  },
  getOpenApi: {
    group: 'operation',
    method: 'GET',
    path: '/openapi.json',
    summary: 'this contract as OpenAPI 3.1',
    scopes: [],
    success: { status: 200, body: Json },
    idempotent: false,
    problems: [],
  },
} as const satisfies Record<string, RouteDefinition>;
