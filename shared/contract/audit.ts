import * as z from 'zod';
import { limits } from './limits.ts';
import { ControllerId, InstantText, printable } from './primitives.ts';
import { RecipientQuery } from './subjects.ts';

/** The subject of a token is whatever its issuer writes: a text to compare with, no more. */
const ActorText = z
  .string()
  .min(1)
  .max(limits.shortTextCharacters)
  .regex(printable, 'has a control character');

export const AuditSearch = z
  .strictObject({
    controller: ControllerId.nullish(),
    actor: ActorText.nullish().meta({ description: 'the `sub` of the token that acted' }),
    action: z
      .string()
      .max(64)
      .regex(/^[a-z][A-Za-z]*$/, 'is no operation of this contract such as `searchDecisions`')
      .nullish(),
    recipient: RecipientQuery.nullish().meta({ description: 'entries about one person' }),
    from: InstantText.nullish(),
    to: InstantText.nullish(),
    limit: z.number().int().min(1).max(limits.listLimitMax).optional(),
    cursor: z.string().max(1024).nullish(),
  })
  .meta({ id: 'AuditSearch' });
export type AuditSearch = z.infer<typeof AuditSearch>;

export const AuditEntryView = z
  .object({
    id: z.string(),
    at: InstantText,
    controller: z.string(),
    actor: z.string(),
    action: z.string().meta({ description: 'the operation of this contract' }),
    about: z.string().nullable().meta({ description: 'the campaign, decision or policy' }),
    persons: z
      .number()
      .int()
      .meta({ description: 'contact points that were looked up; a search by person finds them' }),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntryView = z.infer<typeof AuditEntryView>;

export const AuditPage = z
  .object({ items: z.array(AuditEntryView), nextCursor: z.string().nullable() })
  .meta({ id: 'AuditPage' });
export type AuditPage = z.infer<typeof AuditPage>;
