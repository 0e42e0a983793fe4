import * as z from 'zod';
import { ControllerId } from '../primitives.ts';
import { Redelivery, Webhook, WebhookList, WebhookParams, WebhookSubmission } from '../webhooks.ts';
import type { RouteDefinition } from './route.ts';

export const webhooksRoutes = {
  listWebhooks: {
    group: 'webhooks',
    method: 'GET',
    path: '/v1/controllers/{id}/webhooks',
    summary: 'the receivers of events, with their last deliveries and without their secrets',
    scopes: ['admin:write'],
    params: z.strictObject({ id: ControllerId }),
    success: { status: 200, body: WebhookList },
    idempotent: false,
    problems: ['not-found'],
  },
  putWebhook: {
    group: 'webhooks',
    method: 'PUT',
    path: '/v1/controllers/{id}/webhooks/{name}',
    summary: 'send events to a receiver (Standard Webhooks); each time with a new secret',
    scopes: ['admin:write'],
    params: WebhookParams,
    body: WebhookSubmission,
    success: { status: 200, body: Webhook },
    idempotent: false,
    problems: ['not-found', 'state-conflict'],
  },
  deleteWebhook: {
    group: 'webhooks',
    method: 'DELETE',
    path: '/v1/controllers/{id}/webhooks/{name}',
    summary: 'send nothing more to a receiver; answers those that are left',
    scopes: ['admin:write'],
    params: WebhookParams,
    success: { status: 200, body: WebhookList },
    idempotent: false,
    problems: ['not-found'],
  },
  redeliverWebhook: {
    group: 'webhooks',
    method: 'POST',
    path: '/v1/controllers/{id}/webhooks/{name}/redelivery',
    summary: 'send again what was given up',
    scopes: ['admin:write'],
    params: WebhookParams,
    success: { status: 202, body: Redelivery },
    idempotent: true,
    problems: ['not-found', 'state-conflict'],
  },
} as const satisfies Record<string, RouteDefinition>;
