import * as z from 'zod';
import {
  DeliverySource,
  DeliverySourceList,
  DeliverySourceParams,
  DeliverySourceSubmission,
} from '../deliveries.ts';
import { ControllerId } from '../primitives.ts';
import type { RouteDefinition } from './route.ts';

export const deliverySourcesRoutes = {
  listDeliverySources: {
    group: 'delivery-sources',
    method: 'GET',
    path: '/v1/controllers/{id}/delivery-sources',
    summary: 'the mail services whose reports a controller takes, without their secrets',
    scopes: ['admin:write'],
    params: z.strictObject({ id: ControllerId }),
    success: { status: 200, body: DeliverySourceList },
    idempotent: false,
    problems: ['not-found'],
  },
  putDeliverySource: {
    group: 'delivery-sources',
    method: 'PUT',
    path: '/v1/controllers/{id}/delivery-sources/{vendor}',
    summary: 'take the reports of a mail service, or replace what it signs with',
    scopes: ['admin:write'],
    params: DeliverySourceParams,
    body: DeliverySourceSubmission,
    success: { status: 200, body: DeliverySource },
    idempotent: false,
    problems: ['not-found'],
  },
  deleteDeliverySource: {
    group: 'delivery-sources',
    method: 'DELETE',
    path: '/v1/controllers/{id}/delivery-sources/{vendor}',
    summary: 'take no more reports of a mail service; answers those that are left',
    scopes: ['admin:write'],
    params: DeliverySourceParams,
    success: { status: 200, body: DeliverySourceList },
    idempotent: false,
    problems: ['not-found'],
  },
} as const satisfies Record<string, RouteDefinition>;
