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

const alertTargetKinds = ['webhook', 'email', 'sns'] as const;
export type AlertTargetKind = (typeof alertTargetKinds)[number];

const AlertTarget = z.strictObject({
  kind: z.enum(alertTargetKinds),
  target: z.string().min(3).max(2048),
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

export const ControllerSubmission = ControllerSettings.refine(hasOwnRegion, strangeRegion()).meta({
  id: 'ControllerSubmission',
});

export const ControllerView = z
  .object({
    id: ControllerId,
    ...ControllerSettings.shape,
    updatedAt: z.string(),
    released: z
      .object({ revision: z.string(), releasedAt: InstantText })
      .nullable()
      .meta({ description: 'the policy that two people released; it holds beside the settings' }),
  })
  .meta({ id: 'Controller' });
export type ControllerView = z.infer<typeof ControllerView>;
