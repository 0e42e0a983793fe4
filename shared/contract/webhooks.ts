import * as z from 'zod';
import { limits } from './limits.ts';
import { ControllerId, InstantText } from './primitives.ts';

/** Everything that is told to receivers; a closed list, whose names are theirs to rely on. */
export const webhookEvents = [
  'campaign.cleared',
  'campaign.held',
  'campaign.rejected',
  'campaign.failed',
  'clearance.recalled',
  'breach.alert',
  'decision.bypassed',
] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

/** Stands in keys, messages and log lines. */
export const WebhookName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'is not a name of 1 to 32 lower-case letters, digits, `-`');

export const WebhookParams = z.strictObject({ id: ControllerId, name: WebhookName });

/** Credentials would lie in every log on the way; a fragment is never sent. */
export function isReceiver(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || text.includes('#')) return false;
  const isWeb = url.protocol === 'https:' || url.protocol === 'http:';
  return isWeb && url.username === '' && url.password === '';
}

export const WebhookSubmission = z
  .strictObject({
    url: z
      .string()
      .max(limits.webhookUrlCharacters)
      .regex(/^[\x21-\x7e]*$/, 'has other characters than those of a URL (RFC 3986)')
      .refine(isReceiver, 'is not a URL of https without credentials and fragment')
      .meta({
        description: 'https, at a public address; no credentials, no fragment',
        format: 'uri',
      }),
    events: z
      .array(z.enum(webhookEvents))
      .min(1)
      .max(webhookEvents.length)
      .refine((events) => new Set(events).size === events.length, 'names an event twice'),
  })
  .meta({ id: 'WebhookSubmission' });
export type WebhookSubmission = z.infer<typeof WebhookSubmission>;

const WebhookSettings = z.object({
  name: WebhookName,
  url: z.string(),
  events: z.array(z.enum(webhookEvents)),
  state: z
    .enum(['active', 'disabled'])
    .meta({ description: '`disabled`: the receiver answered 410; put it again to go on' }),
  updatedAt: InstantText,
  disabledAt: InstantText.nullable(),
  oldSecretUntil: InstantText.nullable().meta({
    description: 'until then what is sent is also signed with the secret before',
  }),
});

export const Webhook = z
  .object({
    ...WebhookSettings.shape,
    secret: z.string().meta({ description: '`whsec_…` (Standard Webhooks), shown this once' }),
  })
  .meta({ id: 'Webhook' });

/** Pending until it is done; dead once nothing is tried any more, until somebody sends it again. */
export const deliveryStates = ['pending', 'done', 'dead'] as const;

/** Why there was no answer, or nothing was sent. */
export const deliveryFailures = [
  'refused',
  'timeout',
  'too-large',
  'unreachable',
  'disabled',
] as const;

const WebhookDelivery = z.object({
  id: z.string().meta({ description: 'the `webhook-id`: the same at every attempt' }),
  type: z.enum(webhookEvents),
  state: z.enum(deliveryStates),
  announcedAt: InstantText,
  attempts: z.number().int(),
  lastAttemptAt: InstantText.nullable(),
  status: z.number().int().nullable().meta({ description: 'of the last answer' }),
  failure: z
    .enum(deliveryFailures)
    .nullable()
    .meta({ description: 'why there was no answer, or nothing was sent' }),
  nextAttemptAt: InstantText.nullable(),
});
export type WebhookDelivery = z.infer<typeof WebhookDelivery>;

const WebhookView = z.object({
  ...WebhookSettings.shape,
  deliveries: z.array(WebhookDelivery).meta({ description: 'the last ones, newest first' }),
  dead: z.number().int().meta({ description: 'deliveries that wait for somebody to send them' }),
});
export type WebhookView = z.infer<typeof WebhookView>;

export const WebhookList = z
  .object({ items: z.array(WebhookView) })
  .meta({ id: 'WebhookList', description: 'without any secret' });

export const Redelivery = z
  .object({ redelivered: z.number().int() })
  .meta({ id: 'Redelivery', description: 'how many dead deliveries are sent again' });
