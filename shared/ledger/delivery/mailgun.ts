import * as z from 'zod';
import type { Fact } from '../../contract/events.ts';
import {
  campaignIdIn,
  facts,
  IGNORED,
  instantOfSeconds,
  MALFORMED,
  reported,
  type Reported,
} from './reported.ts';

/*
 * A webhook of Mailgun: one event of one recipient in `event-data`, beside the signature.
 * https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-payloads
 */

const Named = z.object({ 'event-data': z.object({ event: z.string() }) });

const Notification = z.object({
  'event-data': z.object({
    event: z.string(),
    id: z.string().min(1),
    /** Seconds since 1970, with a fraction. */
    timestamp: z.number(),
    recipient: z.string(),
    severity: z.string().nullish(),
    reason: z.string().nullish(),
    /** An object, or an empty list where nothing was attached. */
    'user-variables': z.unknown().optional(),
  }),
});
type EventData = z.infer<typeof Notification>['event-data'];

export function readMailgun(payload: unknown): readonly Reported[] {
  const named = Named.safeParse(payload);
  if (!named.success) return [MALFORMED];
  if (!used.has(named.data['event-data'].event)) return [IGNORED];
  const parsed = Notification.safeParse(payload);
  if (!parsed.success) return [MALFORMED];
  const data = parsed.data['event-data'];
  const { id, timestamp, recipient: address } = data;
  const occurredAt = instantOfSeconds(timestamp);
  return [reported({ key: [id], occurredAt, address, fact: factOf(data) })];
}

const used: ReadonlySet<string> = new Set([
  'failed',
  'complained',
  'unsubscribed',
  'delivered',
  'clicked',
]);

function factOf(data: EventData): Fact {
  switch (data.event) {
    case 'failed':
      return failedFor(data);
    case 'complained':
      return facts.complained();
    case 'unsubscribed':
      return facts.unsubscribed();
    case 'delivered':
      return facts.delivered(campaignIdIn(data['user-variables']));
    default:
      return facts.clicked();
  }
}

/** Mailgun does not send to whoever left or complained before, and reports that as a failure. */
function failedFor({ severity, reason }: EventData): Fact {
  if (reason === 'suppress-unsubscribe') return facts.unsubscribed();
  if (reason === 'suppress-complaint') return facts.complained();
  return facts.bounced(severity === 'permanent');
}
