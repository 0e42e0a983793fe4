import * as z from 'zod';
import { eventData } from './events.ts';
import { limits } from './limits.ts';
import {
  ChannelList,
  CountryCode,
  DottedName,
  InstantText,
  PurposeList,
  Sha256Text,
  ShortText,
  TimeZoneName,
} from './primitives.ts';
import { consentForms, evidenceMethods } from './vocabulary.ts';

/*
 * How the rows of an import are read. A mapping names, for each target, the column that it is read
 * from: as in the mapping of a campaign's audience, the target stands on the left.
 */

/** Whether a target is one text, one yes or no, or a list in one cell. */
export type TargetKind = 'text' | 'instant' | 'flag' | 'list';

const subjectTargets: readonly (readonly [string, TargetKind])[] = [
  'subject.id',
  'subject.email',
  'subject.phone',
  'subject.domain',
  'subject.postal.name',
  'subject.postal.street',
  'subject.postal.postalCode',
  'subject.postal.city',
  'subject.postal.country',
].map((path) => [path, 'text']);

/** Every field that an event can have, by its path: derived from the events of the contract. */
export const eventTargets: ReadonlyMap<string, TargetKind> = new Map<string, TargetKind>([
  ['id', 'text'],
  ['source', 'text'],
  ['type', 'text'],
  ['occurredAt', 'instant'],
  ['controller', 'text'],
  ...subjectTargets,
  ...Object.values(eventData).flatMap((data) => targetsOf(data, 'data')),
]);

function targetsOf(schema: unknown, path: string): readonly (readonly [string, TargetKind])[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return targetsOf(schema.unwrap(), path);
  }
  if (schema instanceof z.ZodObject) {
    return Object.entries(schema.shape).flatMap(([name, field]) =>
      targetsOf(field, `${path}.${name}`),
    );
  }
  if (schema instanceof z.ZodArray) return [[path, 'list']];
  if (schema instanceof z.ZodBoolean) return [[path, 'flag']];
  return [[path, schema === InstantText ? 'instant' : 'text']];
}

const ColumnSource = z.strictObject({
  column: ShortText,
  timeZone: TimeZoneName.optional().meta({
    description: 'of times that are written without an offset; without it they need one',
  }),
  values: z
    .record(z.string().max(limits.shortTextCharacters), ShortText)
    .optional()
    .meta({ description: 'what a cell says -> what it means; any other cell rejects its row' }),
});

const FixedSource = z.strictObject({
  value: z.union([ShortText, z.boolean(), z.array(ShortText).min(1).max(limits.listItems)]),
});

/** A column by its name, a column that has to be read in some way, or one value for all rows. */
export const CellSource = z
  .union([ShortText, ColumnSource, FixedSource])
  .meta({ id: 'CellSource' });
export type CellSource = z.infer<typeof CellSource>;

const eventSources = Object.fromEntries(
  [...eventTargets.keys()].map((path) => [path, CellSource.optional()]),
);

/** `kind: events`, `format: csv`: paths of an event. None at all: the header names the paths. */
export const EventMapping = z
  .strictObject(eventSources)
  .superRefine((mapping, context) => {
    const named = Object.keys(mapping);
    if (named.length === 0) return;
    for (const path of ['type', 'occurredAt']) {
      if (named.includes(path)) continue;
      context.addIssue({ code: 'custom', path: [path], message: 'is not mapped to a column' });
    }
    if (named.some((path) => path.startsWith('subject.'))) return;
    const message = 'is not mapped to a column: a row must name somebody';
    context.addIssue({ code: 'custom', path: ['subject.email'], message });
  })
  .meta({ id: 'EventMapping', description: 'the path of an event -> the column it is read from' });
export type EventMapping = Readonly<Record<string, CellSource | undefined>>;

/** Names of the CRM systems, and of the kinds of file that some of them write. */
export const crmNames = [
  'hubspot',
  'hubspot_contacts',
  'listmonk',
  'listmonk_subscribers',
  'mailchimp',
  'mailchimp_subscribed',
  'mailchimp_unsubscribed',
  'mailchimp_cleaned',
  'mautic',
  'mautic_contacts',
  'mautic_donotcontact',
] as const;
export type CrmName = (typeof crmNames)[number];

const Used = { usedFrom: InstantText.optional(), usedUntil: InstantText.optional() };

const CrmWording = z.strictObject({
  id: ShortText,
  version: ShortText,
  sha256: Sha256Text,
  url: z.string().max(2048).optional(),
  ...Used,
});

const CrmConsentScope = z.strictObject({
  channels: ChannelList,
  purposes: PurposeList,
  wordings: z.array(CrmWording).max(limits.listItems).optional(),
});

const CrmConsentColumn = z.strictObject({
  flag: ShortText,
  scope: CrmConsentScope,
  form: z.enum(consentForms),
  method: z.enum(evidenceMethods),
  requestedAt: ShortText.optional(),
  confirmedAt: ShortText,
  ip: ShortText.optional(),
  reference: ShortText.optional(),
});

const CrmRefusalColumn = z.strictObject({
  column: ShortText,
  at: ShortText.optional(),
  refuses: z.discriminatedUnion('scope', [
    z.strictObject({ scope: z.literal('all') }),
    z.strictObject({ scope: z.literal('profiling') }),
    z.strictObject({ scope: z.literal('channel'), channels: ChannelList }),
  ]),
});

const CrmSales = z.strictObject({
  categoryColumn: ShortText.optional(),
  defaultCategory: DottedName,
  contactDataObtainedHere: z.boolean(),
  notices: z
    .array(z.strictObject({ ref: ShortText, ...Used }))
    .max(limits.listItems)
    .optional(),
});

/** `kind: events` from an export of a CRM; what the file itself does not say (CRM formats). */
export const CrmImportMapping = z
  .strictObject({
    crm: z.enum(crmNames),
    exportedAt: InstantText.optional().meta({
      description: 'default: when the import was made; an undated refusal counts from here',
    }),
    source: ShortText.optional().meta({ description: 'of the events; default: the system' }),
    timeZone: TimeZoneName.optional().meta({ description: 'default: that of the controller' }),
    defaultCountry: CountryCode.optional().meta({
      description: 'of people whose row names none; default: that of the controller',
    }),
    purposes: z
      .record(ShortText, CrmConsentScope)
      .optional()
      .meta({ description: 'the name of a list or subscription type -> what joining it means' }),
    consentColumns: z.array(CrmConsentColumn).max(limits.listItems).optional(),
    refusalColumns: z.array(CrmRefusalColumn).max(limits.listItems).optional(),
    sales: CrmSales.optional(),
  })
  .meta({ id: 'CrmImportMapping' });
export type CrmImportMapping = z.infer<typeof CrmImportMapping>;

export const hashAlgorithms = ['md5', 'sha1', 'sha256', 'sha512'] as const;
export type HashAlgorithm = (typeof hashAlgorithms)[number];
export const hashedKinds = ['email', 'phone', 'domain'] as const;

/** What the owner of a list does to an identifier before it is hashed. */
const HashNormalisation = z.strictObject({
  trim: z.boolean().optional().meta({ description: 'default: true' }),
  lowerCase: z.boolean().optional().meta({ description: 'default: true' }),
  plus: z.boolean().optional().meta({
    description: 'phone: E.164 with its plus sign; default: true. False: the digits alone',
  }),
  at: z.boolean().optional().meta({
    description: 'domain: with an `@` before it; default: false',
  }),
});

/** How the owner of a list made its hashes: they can be compared in that way alone. */
export const HashSpec = z
  .strictObject({
    algorithm: z.enum(hashAlgorithms),
    of: z.enum(hashedKinds),
    normalisation: HashNormalisation.optional(),
    encoding: z.enum(['hex', 'base64']).optional().meta({ description: 'default: hex' }),
    salt: ShortText.optional().meta({ description: 'a text that is hashed with the identifier' }),
    saltPlace: z.enum(['before', 'after']).optional().meta({ description: 'default: before' }),
  })
  .superRefine(({ of, normalisation = {}, salt, saltPlace }, context) => {
    const refuse = (path: readonly string[], message: string) =>
      context.addIssue({ code: 'custom', path: [...path], message });
    const { plus, at } = normalisation;
    if (plus !== undefined && of !== 'phone') {
      refuse(['normalisation', 'plus'], 'is for hashes of phone numbers');
    }
    if (at !== undefined && of !== 'domain') {
      refuse(['normalisation', 'at'], 'is for hashes of domains');
    }
    if (saltPlace !== undefined && salt === undefined) refuse(['saltPlace'], 'has no `salt`');
  })
  .meta({ id: 'HashSpec' });
export type HashSpec = z.infer<typeof HashSpec>;

/** Where a CSV has what a row of a list may say; without an entry the column has the same name. */
const listColumns = {
  id: ShortText.optional(),
  email: ShortText.optional(),
  phone: ShortText.optional(),
  domain: ShortText.optional(),
  name: ShortText.optional(),
  street: ShortText.optional(),
  postalCode: ShortText.optional(),
  city: ShortText.optional(),
  country: ShortText.optional(),
  hashColumn: ShortText.optional().meta({ description: 'default: `hash`' }),
};

export const BlocklistMapping = z
  .strictObject({
    ...listColumns,
    list: ShortText.optional().meta({ description: 'the list of all rows; default: import' }),
    channels: ChannelList.optional().meta({ description: 'of all rows; default: every channel' }),
    since: ShortText.optional().meta({ description: 'the column of the date; default: `since`' }),
    hash: HashSpec.optional(),
  })
  .meta({ id: 'BlocklistMapping' });
export type BlocklistMapping = z.infer<typeof BlocklistMapping>;

export const RegisterMapping = z
  .strictObject({
    ...listColumns,
    register: eventData['register.checked'].shape.register
      .optional()
      .meta({ description: 'the register of all rows, such as `AT_ECG`' }),
    checkedAt: InstantText.optional().meta({ description: 'the date of the list' }),
    listed: z.boolean().optional().meta({ description: 'of all rows; default: true' }),
    listedSince: ShortText.optional().meta({
      description: 'the column of the date; default: `listedSince`',
    }),
    hash: HashSpec.optional(),
  })
  .meta({ id: 'RegisterMapping' });
export type RegisterMapping = z.infer<typeof RegisterMapping>;
