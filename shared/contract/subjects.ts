import * as z from 'zod';
import { limits } from './limits.ts';
import { CountryCode, printable, ShortText } from './primitives.ts';

/**
 * Lengths are bounded here; whether an identifier can be normalised is said by the ledger, so that
 * one address that is none does not refuse a whole audience.
 */
const EmailText = z.string().max(limits.emailCharacters + 32);
const PhoneText = z.string().max(40);
const DomainText = z.string().max(253);

export const PostalAddress = z
  .strictObject({
    name: ShortText,
    street: ShortText,
    postalCode: z.string().min(1).max(16).regex(printable, 'has a control character'),
    city: ShortText,
    country: CountryCode,
  })
  .meta({ id: 'PostalAddress' });
export type PostalAddress = z.infer<typeof PostalAddress>;

/** Identifiers that belong to one person; one that is absent may be left out or null. */
const identifierFields = {
  id: ShortText.nullish().meta({ description: "the caller's own key of the person" }),
  email: EmailText.nullish(),
  phone: PhoneText.nullish(),
  postal: PostalAddress.nullish(),
};

function hasOne(value: Readonly<Record<string, unknown>>): boolean {
  return Object.values(value).some((identifier) => identifier != null);
}

export const Subject = z
  .strictObject({ ...identifierFields, domain: DomainText.nullish() })
  .refine(hasOne, 'names no identifier: `id`, `email`, `phone`, `postal` or `domain`')
  .meta({ id: 'Subject' });
export type Subject = z.infer<typeof Subject>;

/**
 * Identifiers as a mailing tool has them, in any length and with lines missing: one that is none
 * makes its recipient invalid (`D_RECIPIENT_INVALID`) and refuses nobody else's.
 */
const anyIdentifiers = {
  id: z.string().nullish().meta({ description: "the caller's own key of the person" }),
  email: z.string().nullish(),
  phone: z.string().nullish(),
  postal: z
    .strictObject({
      name: z.string().nullish(),
      street: z.string().nullish(),
      postalCode: z.string().nullish(),
      city: z.string().nullish(),
      country: z.string().nullish(),
    })
    .nullish(),
};

export const Recipient = z
  .strictObject({ ref: ShortText.nullish(), ...anyIdentifiers })
  .meta({ id: 'Recipient', description: 'somebody a campaign wants to reach' });
export type Recipient = z.infer<typeof Recipient>;

export const RecipientQuery = z
  .strictObject(identifierFields)
  .refine(hasOne, 'names no identifier: `id`, `email`, `phone` or `postal`')
  .meta({ id: 'RecipientQuery' });
export type RecipientQuery = z.infer<typeof RecipientQuery>;
