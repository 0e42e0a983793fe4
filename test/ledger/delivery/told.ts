import type { Reported } from '../../../shared/ledger/delivery/reported.ts';

/** What a row became, in one line: the fact, `ignored`, or `rejected` with its code. */
export function told(row: Reported): string {
  switch (row.kind) {
    case 'event': {
      const { type, data } = row.event.fact;
      return `${type} ${JSON.stringify(data)}`;
    }
    case 'ignored':
      return 'ignored';
    case 'rejected':
      return `rejected ${row.rejected.code}`;
    default:
      throw new Error('a row is one of three');
  }
}

export const BOUNCED = 'delivery.bounced {"channel":"EMAIL","permanent":true}';
export const BOUNCED_SOFTLY = 'delivery.bounced {"channel":"EMAIL","permanent":false}';
export const COMPLAINED = 'delivery.complained {"channel":"EMAIL"}';
export const WITHDRAWN = 'consent.withdrawn {"channels":["EMAIL"]}';
export const DELIVERED = 'contact.made {"channel":"EMAIL"}';
export const CLICKED = 'activity.recorded {"kind":"click"}';

/** Delivered, with the campaign that the sender attached. */
export function deliveredFor(campaignId: string): string {
  return `contact.made ${JSON.stringify({ channel: 'EMAIL', campaignId })}`;
}

/** Who, when and under which id, of each row that became an event. */
export function events(rows: readonly Reported[]) {
  return rows.flatMap((row) => {
    if (row.kind !== 'event') return [];
    const { id, occurredAt, subject } = row.event;
    return [{ id, occurredAt, subject }];
  });
}
