import * as z from 'zod';
import type { Fact } from '../../contract/events.ts';
import {
  campaignIdAmong,
  campaignIdIn,
  digestOf,
  facts,
  IGNORED,
  instantText,
  isCampaignName,
  MALFORMED,
  reported,
  type Reported,
} from './reported.ts';

/*
 * Amazon SES by way of SNS: the notifications of an identity (`notificationType`) and the events of
 * a configuration set (`eventType`) have the same parts. SES may add fields at any time, so unknown
 * ones are left out; what is used has to be there.
 * https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html
 * https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
 */

const Mail = z.object({
  messageId: z.string().min(1),
  destination: z.array(z.string()).catch([]),
  tags: z.unknown().optional(),
  headers: z.array(z.object({ name: z.string(), value: z.string() })).catch([]),
});
type Mail = z.infer<typeof Mail>;

const Envelope = z.object({
  eventType: z.string().optional(),
  notificationType: z.string().optional(),
});

const Addressed = z.object({ emailAddress: z.string() });

const Bounce = z.object({
  mail: Mail,
  bounce: z.object({
    bounceType: z.string(),
    bouncedRecipients: z.array(z.unknown()).min(1),
    timestamp: z.string(),
    feedbackId: z.string().min(1),
  }),
});

const Complaint = z.object({
  mail: Mail,
  complaint: z.object({
    complainedRecipients: z.array(z.unknown()).min(1),
    timestamp: z.string(),
    feedbackId: z.string().min(1),
    complaintFeedbackType: z.string().nullish(),
  }),
});

const Delivery = z.object({
  mail: Mail,
  delivery: z.object({ timestamp: z.string(), recipients: z.array(z.unknown()).min(1) }),
});

const Click = z.object({ mail: Mail, click: z.object({ timestamp: z.string() }) });

const Preferences = z.object({
  unsubscribeAll: z.boolean().default(false),
  topicSubscriptionStatus: z
    .array(z.object({ topicName: z.string(), subscriptionStatus: z.string() }))
    .nullish(),
});

const Subscription = z.object({
  mail: Mail,
  subscription: z.object({
    timestamp: z.string(),
    newTopicPreferences: Preferences,
    oldTopicPreferences: Preferences.nullish(),
  }),
});

/** One row for each recipient of the notification. */
export function readSes(payload: unknown): readonly Reported[] {
  const envelope = Envelope.safeParse(payload);
  if (!envelope.success) return [MALFORMED];
  switch (envelope.data.eventType ?? envelope.data.notificationType) {
    case 'Bounce':
      return bounced(payload);
    case 'Complaint':
      return complained(payload);
    case 'Delivery':
      return delivered(payload);
    case 'Click':
      return clicked(payload);
    case 'Subscription':
      return subscribed(payload);
    default:
      // Send, Reject, Open, DeliveryDelay and the like say nothing about a permission.
      return [IGNORED];
  }
}

/** `Transient` and `Undetermined` may go through the next time. */
function bounced(payload: unknown): readonly Reported[] {
  const parsed = Bounce.safeParse(payload);
  if (!parsed.success) return [MALFORMED];
  const { bounceType, bouncedRecipients, timestamp, feedbackId } = parsed.data.bounce;
  const fact = facts.bounced(bounceType === 'Permanent');
  return forEach(bouncedRecipients, { key: [feedbackId], timestamp, fact });
}

/**
 * Some providers do not say who complained; SES then lists everybody at that provider whom the
 * message went to, and each of them counts as having complained. `not-spam` is the contrary of a
 * complaint; it lifts none.
 */
function complained(payload: unknown): readonly Reported[] {
  const parsed = Complaint.safeParse(payload);
  if (!parsed.success) return [MALFORMED];
  const { complainedRecipients, timestamp, feedbackId } = parsed.data.complaint;
  if (parsed.data.complaint.complaintFeedbackType === 'not-spam') return [IGNORED];
  return forEach(complainedRecipients, { key: [feedbackId], timestamp, fact: facts.complained() });
}

/** Delivered to several at once; which of them is told by the digest behind the message's id. */
function delivered(payload: unknown): readonly Reported[] {
  const parsed = Delivery.safeParse(payload);
  if (!parsed.success) return [MALFORMED];
  const { mail, delivery } = parsed.data;
  const fact = facts.delivered(campaignOf(mail));
  const recipients = delivery.recipients.map((emailAddress) => ({ emailAddress }));
  const key = [mail.messageId, 'delivery'];
  return forEach(recipients, { key, timestamp: delivery.timestamp, fact });
}

/** A click does not say whose it is, so it is known only of a message to one recipient. */
function clicked(payload: unknown): readonly Reported[] {
  const parsed = Click.safeParse(payload);
  if (!parsed.success) return [MALFORMED];
  const { mail, click } = parsed.data;
  if (mail.destination.length !== 1) return [IGNORED];
  const key = [mail.messageId, 'click', click.timestamp];
  return ofDestination(mail, { key, timestamp: click.timestamp, fact: facts.clicked() });
}

/** Only what was left counts: a topic that is joined widens nothing. */
function subscribed(payload: unknown): readonly Reported[] {
  const parsed = Subscription.safeParse(payload);
  if (!parsed.success) return [MALFORMED];
  const { mail, subscription } = parsed.data;
  const { newTopicPreferences: now, oldTopicPreferences: before, timestamp } = subscription;
  const had = new Set(optedOut(before));
  const left = now.unsubscribeAll || optedOut(now).some((topic) => !had.has(topic));
  if (!left) return [IGNORED];
  const key = [mail.messageId, 'subscription', timestamp];
  return ofDestination(mail, { key, timestamp, fact: facts.unsubscribed() });
}

function optedOut(preferences: z.infer<typeof Preferences> | null | undefined): readonly string[] {
  const topics = preferences?.topicSubscriptionStatus ?? [];
  return topics
    .filter(({ subscriptionStatus }) => /^opt_?out$/i.test(subscriptionStatus))
    .map(({ topicName }) => topicName);
}

interface Row {
  readonly key: readonly string[];
  readonly timestamp: string;
  readonly fact: Fact;
}

function ofDestination({ destination }: Mail, row: Row): readonly Reported[] {
  if (destination.length === 0) return [MALFORMED];
  return forEach(
    destination.map((emailAddress) => ({ emailAddress })),
    row,
  );
}

/** Always with the digest, because the same report may come for one recipient or for several. */
function forEach(recipients: readonly unknown[], { key, timestamp, fact }: Row) {
  const occurredAt = instantText(timestamp);
  return recipients.map((recipient): Reported => {
    const addressed = Addressed.safeParse(recipient);
    if (!addressed.success) return MALFORMED;
    const { emailAddress: address } = addressed.data;
    return reported({ key: [...key, digestOf(address)], occurredAt, address, fact });
  });
}

/** A tag of the message (`tags` holds a list for each name), or a header of its own. */
function campaignOf({ tags, headers }: Mail): string | null {
  const header = headers.find(({ name }) => isCampaignName(name));
  return campaignIdAmong(campaignIdIn(tags), header?.value);
}
