import { DeliveryEvent } from '../../contract/deliveries.ts';
import type { Fact } from '../../contract/events.ts';
import { limits } from '../../contract/limits.ts';
import { problemErrors } from '../../contract/problems.ts';
import { unreachable } from '../../kernel/assert.ts';
import type { Reported } from './reported.ts';

/** The form of our own, for all channels and whoever can sign. Strict: its senders read this. */
export function readGeneric(rows: readonly unknown[]): readonly Reported[] {
  return rows.map(readRow);
}

function readRow(row: unknown): Reported {
  const parsed = DeliveryEvent.safeParse(row);
  if (!parsed.success) {
    const errors = problemErrors(parsed.error.issues).slice(0, limits.errorsPerEvent);
    const message = 'the row does not fit the contract';
    return { kind: 'rejected', rejected: { code: 'invalid', message, errors } };
  }
  const { id, occurredAt, recipient: subject } = parsed.data;
  return { kind: 'event', event: { id, occurredAt, subject, fact: factOf(parsed.data) } };
}

function factOf(event: DeliveryEvent): Fact {
  const { channel } = event;
  const campaign = event.campaignId == null ? {} : { campaignId: event.campaignId };
  switch (event.type) {
    case 'bounced':
      return { type: 'delivery.bounced', data: { channel, permanent: event.permanent ?? true } };
    case 'complained':
      return { type: 'delivery.complained', data: { channel } };
    case 'unsubscribed':
      return { type: 'consent.withdrawn', data: { channels: [channel] } };
    case 'delivered':
      return { type: 'contact.made', data: { channel, ...campaign } };
    case 'clicked':
      return { type: 'activity.recorded', data: { kind: 'click' } };
    case 'refused':
      return { type: 'contact.refused', data: { channel, ...campaign } };
    default:
      return unreachable(event.type);
  }
}
