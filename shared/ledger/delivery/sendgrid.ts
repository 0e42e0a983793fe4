import * as z from 'zod';
import type { Fact } from '../../contract/events.ts';
import {
  campaignIdAmong,
  campaignIdIn,
  facts,
  IGNORED,
  instantOfSeconds,
  MALFORMED,
  reported,
  type Reported,
} from './reported.ts';

/*
 * The Event Webhook of SendGrid: a list of events, each of one recipient, with the arguments that
 * the sender attached among its properties.
 * https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event
 */

const Row = z.looseObject({
  event: z.string(),
  email: z.string(),
  /** Seconds since 1970. */
  timestamp: z.number(),
  sg_event_id: z.string().min(1),
  type: z.string().nullish(),
  reason: z.string().nullish(),
});
type Row = z.infer<typeof Row>;

const Named = z.object({ event: z.string() });

export function readSendgrid(payload: unknown): readonly Reported[] {
  return Array.isArray(payload) ? payload.map(readRow) : [MALFORMED];
}

function readRow(row: unknown): Reported {
  const named = Named.safeParse(row);
  if (!named.success) return MALFORMED;
  if (!used.has(named.data.event)) return IGNORED;
  const parsed = Row.safeParse(row);
  if (!parsed.success) return MALFORMED;
  const { email: address, timestamp, sg_event_id: id } = parsed.data;
  const fact = factOf(parsed.data);
  if (fact === null) return IGNORED;
  return reported({ key: [id], occurredAt: instantOfSeconds(timestamp), address, fact });
}

/** All others say nothing about a permission; `group_resubscribe` would widen one. */
const used: ReadonlySet<string> = new Set([
  'bounce',
  'dropped',
  'spamreport',
  'unsubscribe',
  'group_unsubscribe',
  'delivered',
  'click',
]);

function factOf(row: Row): Fact | null {
  switch (row.event) {
    case 'bounce':
      // `blocked` is a refusal of the moment; events of earlier years have no type and were hard.
      return facts.bounced((row.type ?? 'bounce') === 'bounce');
    case 'dropped':
      return droppedFor(row.reason ?? '');
    case 'spamreport':
      return facts.complained();
    case 'unsubscribe':
    case 'group_unsubscribe':
      return facts.unsubscribed();
    case 'delivered':
      return facts.delivered(campaignOf(row));
    default:
      return facts.clicked();
  }
}

/** Not sent, because of what the recipient did before; any other reason lies with the sender. */
function droppedFor(reason: string): Fact | null {
  if (/^bounced\b/i.test(reason)) return facts.bounced(true);
  if (/^unsubscribed\b/i.test(reason)) return facts.unsubscribed();
  if (/^spam report/i.test(reason)) return facts.complained();
  return null;
}

function campaignOf(row: Row): string | null {
  const attached = [row, row['unique_args'], row['custom_args']];
  return campaignIdAmong(...attached.map(campaignIdIn));
}
