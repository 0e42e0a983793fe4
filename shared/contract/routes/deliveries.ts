import {
  DeliveryNotification,
  DeliveryParams,
  DeliveryQuery,
  DeliveryReceipt,
} from '../deliveries.ts';
import type { RouteDefinition } from './route.ts';

export const deliveriesRoutes = {
  receiveDeliveries: {
    group: 'deliveries',
    method: 'POST',
    path: '/v1/delivery-events/{vendor}',
    summary: 'deliveries, bounces, complaints and unsubscribes, signed by a mail service',
    scopes: [],
    params: DeliveryParams,
    query: DeliveryQuery,
    body: DeliveryNotification,
    bodyForm: 'raw',
    success: { status: 200, body: DeliveryReceipt },
    // An event is known by the id that its sender gave it; a notification has no key of its own.
    idempotent: false,
    problems: ['signature-required'],
  },
} as const satisfies Record<string, RouteDefinition>;
