import { createPublicKey } from 'node:crypto';
import * as z from 'zod';
import { RejectedEvent } from './events.ts';
import { limits } from './limits.ts';
import { ChannelName, ControllerId, InstantText, printable, ShortText } from './primitives.ts';
import { RecipientQuery } from './subjects.ts';

/** Who reports deliveries: four mail services, and `generic` for everybody else. */
export const deliveryVendors = ['ses', 'sendgrid', 'mailgun', 'postmark', 'generic'] as const;
export type DeliveryVendor = (typeof deliveryVendors)[number];

const Vendor = z.enum(deliveryVendors);

export const DeliveryParams = z.strictObject({ vendor: Vendor });
export const DeliveryQuery = z.strictObject({ controller: ControllerId });

/** Taken raw: what is signed are the bytes, and nothing is read before the signature holds. */
export const DeliveryNotification = z.unknown().meta({
  id: 'DeliveryNotification',
  description: 'as the vendor sends it; for `generic` a DeliveryBatch',
});

export const deliveryTypes = [
  'bounced',
  'complained',
  'unsubscribed',
  'delivered',
  'clicked',
  'refused',
] as const;

/** What happened to one message, in the form of our own (`generic`). */
export const DeliveryEvent = z
  .strictObject({
    id: ShortText.meta({ description: "the sender's own key: the same one is the same event" }),
    type: z.enum(deliveryTypes),
    permanent: z.boolean().optional().meta({ description: 'of a bounce: for good; required' }),
    channel: ChannelName,
    occurredAt: InstantText,
    recipient: RecipientQuery,
    campaignId: ShortText.nullish(),
  })
  .refine(({ type, permanent }) => type !== 'bounced' || permanent !== undefined, {
    message: 'is required for `bounced`',
    path: ['permanent'],
  })
  .meta({ id: 'DeliveryEvent' });
export type DeliveryEvent = z.infer<typeof DeliveryEvent>;

export const DeliveryBatch = z
  .strictObject({ events: z.array(z.unknown()).min(1).max(limits.eventsPerRequest) })
  .meta({ id: 'DeliveryBatch', description: '1 to 500 DeliveryEvents, each judged alone' });

export const DeliveryReceipt = z
  .object({
    accepted: z.number().int(),
    duplicates: z.number().int(),
    rejected: z.array(RejectedEvent).meta({ description: '`index` counts the rows as they came' }),
    ignored: z.number().int().meta({ description: 'rows that say nothing about a permission' }),
  })
  .meta({ id: 'DeliveryReceipt' });
export type DeliveryReceipt = z.infer<typeof DeliveryReceipt>;

/** Base64 of the DER form (SubjectPublicKeyInfo) of a key on the curve P-256. */
function isP256Key(text: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
  } catch {
    return false;
  }
}

const Secret = z
  .string()
  .min(limits.deliverySecretCharactersMin)
  .max(limits.shortTextCharacters)
  .regex(printable, 'has a control character');

/** What has to be known of each vendor to believe it; strict, one for each vendor. */
export const deliverySourceSettings = {
  ses: z
    .strictObject({
      topicArn: z
        .string()
        .regex(
          /^arn:aws(-cn|-us-gov)?:sns:[a-z0-9-]{1,30}:\d{12}:[\w-]{1,256}(\.fifo)?$/,
          'is not the ARN of an SNS topic',
        ),
    })
    .meta({ id: 'DeliverySource.ses' }),
  sendgrid: z
    .strictObject({
      publicKey: z
        .base64()
        .max(limits.shortTextCharacters)
        .refine(isP256Key, 'is not the base64 of an EC public key (P-256, DER)'),
    })
    .meta({ id: 'DeliverySource.sendgrid' }),
  mailgun: z.strictObject({ signingKey: Secret }).meta({ id: 'DeliverySource.mailgun' }),
  postmark: z
    .strictObject({
      username: ShortText.regex(/^[^:]+$/, 'has a colon, which ends a name (RFC 7617)'),
      password: Secret,
    })
    .meta({ id: 'DeliverySource.postmark' }),
  generic: z.strictObject({}).meta({ id: 'DeliverySource.generic' }),
} as const satisfies Record<DeliveryVendor, z.ZodType>;

/** Which of the forms holds is said by the path, so the route itself takes any object. */
export const DeliverySourceSubmission = z.record(z.string(), z.unknown()).meta({
  id: 'DeliverySourceSubmission',
  description: 'the form of the vendor in the path',
  anyOf: deliveryVendors.map((vendor) => ({
    $ref: `#/components/schemas/DeliverySource.${vendor}`,
  })),
});

export const DeliverySourceParams = z.strictObject({ id: ControllerId, vendor: Vendor });

const DeliverySourceView = z.object({
  vendor: Vendor,
  updatedAt: InstantText,
  url: z.string().meta({ description: 'what the vendor is to be told to send to' }),
});
export type DeliverySourceView = z.infer<typeof DeliverySourceView>;

export const DeliverySource = z
  .object({
    ...DeliverySourceView.shape,
    secret: z
      .string()
      .optional()
      .meta({ description: 'of `generic`, shown this once: `whsec_…` (Standard Webhooks)' }),
  })
  .meta({ id: 'DeliverySource' });

export const DeliverySourceList = z
  .object({ items: z.array(DeliverySourceView) })
  .meta({ id: 'DeliverySourceList', description: 'without any secret' });
