import * as z from 'zod';
import { limits } from './limits.ts';
import {
  ChannelList,
  ChannelName,
  ControllerId,
  CountryCode,
  DateText,
  DottedName,
  InstantText,
  LocaleText,
  LongText,
  NameList,
  PurposeList,
  Sha256Text,
  ShortText,
} from './primitives.ts';
import { Subject } from './subjects.ts';
import {
  activityKinds,
  consentForms,
  evidenceMethods,
  holdKinds,
  objectionScopes,
  originKinds,
  profilingLevels,
  recipientTypes,
  saleStatuses,
} from './vocabulary.ts';

const Wording = z.strictObject({
  id: ShortText.nullish(),
  version: ShortText.nullish(),
  sha256: Sha256Text.nullish(),
});

export const Evidence = z.strictObject({
  method: z.enum(evidenceMethods),
  url: z.string().max(2048).nullish(),
  ip: z.string().max(45).nullish(),
  userAgent: z.string().max(512).nullish(),
  ref: ShortText.nullish(),
  locale: LocaleText.nullish(),
});
export type Evidence = z.infer<typeof Evidence>;

const consentScope = {
  channels: ChannelList,
  purposes: PurposeList,
  form: z.enum(consentForms),
};

const consentDetails = {
  advertisers: NameList.nullish(),
  sectors: NameList.nullish(),
  profilingLevel: z.enum(profilingLevels).nullish(),
  explicitArt9: z.boolean().nullish(),
  political: z.boolean().nullish(),
  platforms: NameList.nullish(),
  deviceAccess: z.boolean().nullish(),
  wording: Wording.nullish(),
  evidence: Evidence.nullish(),
  parentalAuthorisationRef: ShortText.nullish(),
};

const Origin = z.strictObject({
  kind: z.enum(originKinds),
  source: ShortText,
  obtainedAt: InstantText,
  art14NoticeAt: InstantText.nullish(),
});

/** What each type of event says beyond who, when and from where (API 1). */
export const eventData = {
  'subject.registered': z.strictObject({
    residence: CountryCode.nullish(),
    numberCountry: CountryCode.nullish(),
    recipientType: z.enum(recipientTypes),
    birthDate: DateText.nullish(),
    origin: Origin.nullish(),
  }),
  'consent.requested': z.strictObject({
    consentId: ShortText,
    ...consentScope,
    ...consentDetails,
  }),
  'consent.confirmed': z.strictObject({
    consentId: ShortText,
    channels: consentScope.channels.optional(),
    purposes: consentScope.purposes.optional(),
    form: consentScope.form.optional(),
    ...consentDetails,
  }),
  'consent.withdrawn': z.strictObject({
    consentId: ShortText.nullish(),
    channels: ChannelList.nullish(),
    purposes: PurposeList.nullish(),
  }),
  'objection.raised': z
    .strictObject({ scope: z.enum(objectionScopes), channels: ChannelList.nullish() })
    .refine((data) => data.scope !== 'channel' || data.channels != null, {
      message: 'is required with the scope `channel`',
      path: ['channels'],
    }),
  'restriction.set': z.strictObject({ ground: LongText }),
  'restriction.lifted': z.strictObject({ ground: LongText }),
  'sale.recorded': z.strictObject({
    saleId: ShortText,
    productCategory: DottedName,
    contactDataObtainedHere: z.boolean(),
    noticeAtCollectionRef: ShortText.nullish(),
    status: z.enum(saleStatuses),
  }),
  'activity.recorded': z.strictObject({ kind: z.enum(activityKinds) }),
  'contact.made': z.strictObject({ channel: ChannelName, campaignId: ShortText.nullish() }),
  'contact.refused': z.strictObject({ channel: ChannelName, campaignId: ShortText.nullish() }),
  'interest.documented': z.strictObject({
    fact: LongText,
    channel: ChannelName,
    validUntil: InstantText.nullish(),
  }),
  'blocklist.entered': z.strictObject({ list: ShortText, channels: ChannelList.nullish() }),
  'blocklist.removed': z.strictObject({ list: ShortText, channels: ChannelList.nullish() }),
  'register.checked': z.strictObject({
    register: z.string().regex(/^[A-Z]{2}_[A-Z0-9_]{1,30}$/, 'is no register id such as `AT_ECG`'),
    listed: z.boolean(),
    listedSince: InstantText.nullish(),
    checkedAt: InstantText,
  }),
  'delivery.bounced': z.strictObject({ channel: ChannelName, permanent: z.boolean() }),
  'delivery.complained': z.strictObject({
    channel: ChannelName,
    permanent: z.boolean().optional(),
  }),
  'hold.set': z.strictObject({ kind: z.enum(holdKinds), until: InstantText.nullish() }),
  'hold.lifted': z.strictObject({ kind: z.enum(holdKinds), until: InstantText.nullish() }),
} as const;
export type EventType = keyof typeof eventData;

/** What an event says, whoever it is about and whoever says it. */
export type Fact = {
  [Type in EventType]: { readonly type: Type; readonly data: z.infer<(typeof eventData)[Type]> };
}[EventType];

/** Types that only refuse: `refusals:write` may send these. */
export const refusalTypes: ReadonlySet<EventType> = new Set<EventType>([
  'consent.withdrawn',
  'objection.raised',
  'restriction.set',
  'contact.refused',
  'blocklist.entered',
  'delivery.bounced',
  'delivery.complained',
]);

/** Types that may name a whole domain instead of a person (API 1). */
export const domainTypes: ReadonlySet<EventType> = new Set<EventType>([
  'blocklist.entered',
  'blocklist.removed',
  'register.checked',
]);

function eventSchema<Type extends EventType>(type: Type) {
  return z
    .strictObject({
      id: ShortText.meta({ description: "the source's own key of the event" }),
      source: ShortText,
      type: z.literal(type),
      occurredAt: InstantText,
      controller: ControllerId,
      subject: Subject,
      data: eventData[type],
    })
    .meta({ id: `Event.${type}` });
}

export const ConsentEvent = z.discriminatedUnion('type', [
  eventSchema('subject.registered'),
  eventSchema('consent.requested'),
  eventSchema('consent.confirmed'),
  eventSchema('consent.withdrawn'),
  eventSchema('objection.raised'),
  eventSchema('restriction.set'),
  eventSchema('restriction.lifted'),
  eventSchema('sale.recorded'),
  eventSchema('activity.recorded'),
  eventSchema('contact.made'),
  eventSchema('contact.refused'),
  eventSchema('interest.documented'),
  eventSchema('blocklist.entered'),
  eventSchema('blocklist.removed'),
  eventSchema('register.checked'),
  eventSchema('delivery.bounced'),
  eventSchema('delivery.complained'),
  eventSchema('hold.set'),
  eventSchema('hold.lifted'),
]);
export type ConsentEvent = z.infer<typeof ConsentEvent>;

/** The envelope is checked first; each event is then judged alone, so that one bad event does not
 *  reject its neighbours. */
export const EventBatch = z
  .strictObject({ events: z.array(z.unknown()).min(1).max(limits.eventsPerRequest) })
  .meta({ id: 'EventBatch' });
export type EventBatch = z.infer<typeof EventBatch>;

export const RejectedEvent = z
  .object({
    index: z.number().int().min(0),
    code: z.string(),
    message: z.string(),
    errors: z
      .array(z.object({ pointer: z.string(), code: z.string(), message: z.string() }))
      .optional(),
  })
  .meta({ id: 'RejectedEvent' });
export type RejectedEvent = z.infer<typeof RejectedEvent>;

export const EventReceipt = z
  .object({
    accepted: z.number().int(),
    duplicates: z.number().int(),
    rejected: z.array(RejectedEvent),
  })
  .meta({ id: 'EventReceipt' });
export type EventReceipt = z.infer<typeof EventReceipt>;
