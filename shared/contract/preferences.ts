import * as z from 'zod';
import { limits } from './limits.ts';
import { ChannelName, ControllerId, PurposeName } from './primitives.ts';
import { Recipient } from './subjects.ts';
import type { Channel } from './vocabulary.ts';

export const PreferenceLinksSubmission = z
  .strictObject({
    controller: ControllerId,
    channel: ChannelName.optional().meta({
      description: 'what one click ends; every channel unless said',
    }),
    purpose: PurposeName.optional().meta({ description: 'shown on the page' }),
    recipients: z.array(Recipient).min(1).max(limits.recipientsPerRequest),
  })
  .meta({ id: 'PreferenceLinksSubmission' });
export type PreferenceLinksSubmission = z.infer<typeof PreferenceLinksSubmission>;

/** RFC 8058, section 8.1: both are signed by DKIM with the message. */
const UnsubscribeHeaders = z.object({
  'List-Unsubscribe': z.string(),
  'List-Unsubscribe-Post': z.literal('List-Unsubscribe=One-Click'),
});

export const PreferenceLink = z
  .object({
    ref: z.string().nullable(),
    url: z.url().nullable(),
    headers: UnsubscribeHeaders.nullable(),
    reason: z
      .string()
      .nullable()
      .meta({ description: 'why there is no link: the code of a decision; else null' }),
  })
  .meta({ id: 'PreferenceLink' });
export type PreferenceLink = z.infer<typeof PreferenceLink>;

export const PreferenceLinks = z
  .object({ links: z.array(PreferenceLink) })
  .meta({ id: 'PreferenceLinks' });
export type PreferenceLinks = z.infer<typeof PreferenceLinks>;

/** Channels as people tell them apart: every channel stands in one group. */
export const channelGroups = [
  { id: 'email', channels: ['EMAIL', 'INBOX_AD'] },
  { id: 'text', channels: ['SMS', 'MMS', 'MESSENGER'] },
  { id: 'phone', channels: ['PHONE_HUMAN', 'PHONE_AUTO', 'FAX'] },
  { id: 'post', channels: ['POST'] },
  { id: 'app', channels: ['PUSH_APP', 'PUSH_WEB', 'INAPP'] },
  { id: 'social', channels: ['SOCIAL_DM', 'CUSTOM_AUDIENCE'] },
] as const satisfies readonly { id: string; channels: readonly Channel[] }[];
export type ChannelGroup = (typeof channelGroups)[number];

/**
 * What is posted to an unsubscribe link. With `form=preferences` it is the form of the page and
 * says what ends: `all`, `profiling`, `channel-<group>`, `purpose-<number>`. Anything else is the
 * one-click instruction of RFC 8058, also an empty body or none.
 */
export const LeaveForm = z
  .object({
    'List-Unsubscribe': z.string().optional(),
    form: z.string().optional(),
    all: z.string().optional(),
    profiling: z.string().optional(),
  })
  .optional()
  .meta({ description: 'a form (urlencoded or multipart): `List-Unsubscribe=One-Click`' });
