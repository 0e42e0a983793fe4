import * as z from 'zod';
import { regionIsIn } from './authorities.ts';
import { limits } from './limits.ts';
import { PolicyOverrides } from './policy-overrides.ts';
import {
  ChannelList,
  ControllerId,
  CountryCode,
  DottedName,
  InstantText,
  RegionCode,
  ShortText,
  TimeZoneName,
} from './primitives.ts';
import { profilingLevels } from './vocabulary.ts';
import { isReceiver, Webhook, WebhookName } from './webhooks.ts';

export const Establishment = z
  .strictObject({ country: CountryCode, region: RegionCode.nullish() })
  .meta({ id: 'Establishment' });

/** For what comes in: what was stored before anybody asked for it is still read. */
export function hasOwnRegion(of: { readonly establishment: z.infer<typeof Establishment> }) {
  const { country, region } = of.establishment;
  return region == null || regionIsIn(country, region);
}
export const strangeRegion = () => ({
  message: 'is no region of the country: ISO 3166-2 codes begin with its letters',
  path: ['establishment', 'region'],
});

export const ReviewSettings = z
  .strictObject({
    maxRecipients: z.number().int().min(1).optional(),
    fromProfilingLevel: z.enum(profilingLevels).optional(),
    channels: ChannelList.optional(),
  })
  .meta({ id: 'ReviewSettings', description: 'which campaigns wait for the DPO' });
export type ReviewSettings = z.infer<typeof ReviewSettings>;

export const alertTargetKinds = ['webhook', 'email', 'sns'] as const;
export type AlertTargetKind = (typeof alertTargetKinds)[number];

const AlertTarget = z.strictObject({
  kind: z.enum(alertTargetKinds),
  target: z.string().min(3).max(2048),
});

const Address = z.email().max(limits.emailCharacters);

/** Standard topics alone: those in order (`.fifo`) want a group with every message. */
const TOPIC = /^arn:aws(-[a-z]+)*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/;

/** What each kind of target looks like. For what comes in: whatever was stored is still read. */
const targetOf: Readonly<
  Record<AlertTargetKind, { holds: (target: string) => boolean; message: string }>
> = Object.freeze({
  webhook: {
    holds: (target) => WebhookName.safeParse(target).success || isReceiver(target),
    message: 'is neither the name of a webhook nor its URL',
  },
  email: {
    holds: (target) => Address.safeParse(target).success,
    message: 'is no e-mail address',
  },
  sns: {
    holds: (target) => TOPIC.test(target),
    message: 'is no ARN of a standard topic, such as arn:aws:sns:eu-central-1:111111111111:alerts',
  },
});

export const ControllerSettings = z
  .strictObject({
    name: ShortText,
    establishment: Establishment,
    timezone: TimeZoneName,
    policy: PolicyOverrides.optional(),
    review: ReviewSettings.optional(),
    alerts: z.array(AlertTarget).max(20).optional(),
    similarity: z
      .record(DottedName, z.array(DottedName).max(limits.listItems))
      .optional()
      .meta({ description: 'product category sold -> categories that count as similar' }),
  })
  .meta({ id: 'ControllerSettings' });
export type ControllerSettings = z.infer<typeof ControllerSettings>;

export const ControllerSubmission = ControllerSettings.refine(hasOwnRegion, strangeRegion())
  .superRefine(({ alerts = [] }, context) => {
    for (const [index, { kind, target }] of alerts.entries()) {
      if (targetOf[kind].holds(target)) continue;
      const path = ['alerts', index, 'target'];
      context.addIssue({ code: 'custom', path, message: targetOf[kind].message });
    }
  })
  .meta({ id: 'ControllerSubmission' });

export const ControllerView = z
  .object({
    id: ControllerId,
    ...ControllerSettings.shape,
    updatedAt: z.string(),
    released: z
      .object({ revision: z.string(), releasedAt: InstantText })
      .nullable()
      .meta({ description: 'the policy that two people released; it holds beside the settings' }),
    webhooks: z
      .array(Webhook.pick({ name: true, url: true, secret: true }))
      .optional()
      .meta({
        description:
          'webhooks that were made for targets of alerts, in the answer to that PUT alone',
      }),
  })
  .meta({ id: 'Controller' });
export type ControllerView = z.infer<typeof ControllerView>;
