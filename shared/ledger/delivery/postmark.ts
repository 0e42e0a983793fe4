import * as z from 'zod';
import type { Fact } from '../../contract/events.ts';
import {
  campaignIdIn,
  digestOf,
  facts,
  IGNORED,
  instantText,
  MALFORMED,
  reported,
  type Reported,
} from './reported.ts';

/*
 * The webhooks of Postmark: one record each. The `ID` of a bounce is a number that may be larger
 * than JSON numbers are read exactly, so message, type, recipient and time are its name instead.
 * https://postmarkapp.com/developer/webhooks/webhooks-overview
 */

const Named = z.object({ RecordType: z.string() });

const Message = z.object({ MessageID: z.string().nullish(), Metadata: z.unknown().optional() });
const Bounce = Message.extend({ Type: z.string(), Email: z.string(), BouncedAt: z.string() });
const Complaint = Message.extend({ Email: z.string(), BouncedAt: z.string() });
const Delivery = Message.extend({ Recipient: z.string(), DeliveredAt: z.string() });
const Click = Message.extend({ Recipient: z.string(), ReceivedAt: z.string() });
const Change = Message.extend({
  Recipient: z.string(),
  ChangedAt: z.string(),
  SuppressSending: z.boolean(),
  SuppressionReason: z.string().nullish(),
});

export function readPostmark(payload: unknown): readonly Reported[] {
  const named = Named.safeParse(payload);
  return [named.success ? readRecord(named.data.RecordType, payload) : MALFORMED];
}

function readRecord(type: string, payload: unknown): Reported {
  switch (type) {
    case 'Bounce': {
      const { data } = Bounce.safeParse(payload);
      if (data === undefined) return MALFORMED;
      const fact = factOfBounce(data.Type);
      return fact === null
        ? IGNORED
        : row([type, data.Type], data, data.Email, data.BouncedAt, fact);
    }
    case 'SpamComplaint': {
      const { data } = Complaint.safeParse(payload);
      if (data === undefined) return MALFORMED;
      return row([type], data, data.Email, data.BouncedAt, facts.complained());
    }
    case 'Delivery': {
      const { data } = Delivery.safeParse(payload);
      if (data === undefined) return MALFORMED;
      const fact = facts.delivered(campaignIdIn(data.Metadata));
      return row([type], data, data.Recipient, data.DeliveredAt, fact);
    }
    case 'Click': {
      const { data } = Click.safeParse(payload);
      if (data === undefined) return MALFORMED;
      return row([type], data, data.Recipient, data.ReceivedAt, facts.clicked());
    }
    case 'SubscriptionChange': {
      const { data } = Change.safeParse(payload);
      if (data === undefined) return MALFORMED;
      // Who is taken off the list of the suppressed has not consented to anything.
      if (!data.SuppressSending) return IGNORED;
      const fact = factOfSuppression(data.SuppressionReason ?? '');
      return row([type], data, data.Recipient, data.ChangedAt, fact);
    }
    default:
      return IGNORED;
  }
}

function row(
  what: readonly string[],
  { MessageID: message }: z.infer<typeof Message>,
  address: string,
  at: string,
  fact: Fact,
): Reported {
  const occurredAt = instantText(at);
  const key = [...what, message ?? '', occurredAt ?? '', digestOf(address)];
  return reported({ key, occurredAt, address, fact });
}

/** The types that are failures of the address; the others are answers, tests or our own doing. */
const temporary: ReadonlySet<string> = new Set([
  'Transient',
  'SoftBounce',
  'DnsError',
  'SpamNotification',
  'VirusNotification',
  'ChallengeVerification',
  'Blocked',
  'DMARCPolicy',
  'Unknown',
]);

function factOfBounce(type: string): Fact | null {
  if (type === 'HardBounce' || type === 'BadEmailAddress') return facts.bounced(true);
  if (type === 'SpamComplaint') return facts.complained();
  if (type === 'Unsubscribe') return facts.unsubscribed();
  return temporary.has(type) ? facts.bounced(false) : null;
}

/**
 * Streams for many recipients report hard bounces and complaints in this way alone, and a failure
 * must not be put on record as somebody's word. Whoever leaves comes as `ManualSuppression`.
 */
function factOfSuppression(reason: string): Fact {
  if (reason === 'HardBounce') return facts.bounced(true);
  if (reason === 'SpamComplaint') return facts.complained();
  return facts.unsubscribed();
}
