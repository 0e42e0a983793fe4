import { describe, expect, it } from 'vitest';
import { readSendgrid } from '../../../shared/ledger/delivery/sendgrid.ts';
import {
  BOUNCED,
  BOUNCED_SOFTLY,
  CLICKED,
  COMPLAINED,
  DELIVERED,
  deliveredFor,
  events,
  told,
  WITHDRAWN,
} from './told.ts';

/* Events in the shape of the "Event Webhook Reference" of SendGrid, with made-up values. */

const row = (event: string, more: object = {}) => ({
  email: 'erika@example.org',
  timestamp: 1_790_843_400,
  'smtp-id': '<made-up@acme.example>',
  event,
  category: ['newsletter'],
  sg_event_id: `ZXZlbnQt-${event}`,
  sg_message_id: '14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0',
  ...more,
});

const rows: readonly (readonly [name: string, row: unknown, expected: string])[] = [
  ['processed', row('processed'), 'ignored'],
  ['deferred', row('deferred', { response: '400 try again later', attempt: '5' }), 'ignored'],
  ['delivered', row('delivered', { response: '250 OK' }), DELIVERED],
  [
    'delivered, with the campaign',
    row('delivered', { campaignId: 'cmp_1' }),
    deliveredFor('cmp_1'),
  ],
  [
    'delivered, with the campaign among the unique arguments',
    row('delivered', { unique_args: { campaign_id: 7 } }),
    deliveredFor('7'),
  ],
  [
    'delivered, with a campaign of another form',
    row('delivered', { campaignId: { a: 1 }, custom_args: 'none' }),
    DELIVERED,
  ],
  ['a hard bounce', row('bounce', { type: 'bounce', status: '5.1.1' }), BOUNCED],
  ['a block', row('bounce', { type: 'blocked', reason: '421 busy' }), BOUNCED_SOFTLY],
  ['a bounce without a type', row('bounce', { status: '5.0.0' }), BOUNCED],
  ['dropped after a bounce', row('dropped', { reason: 'Bounced Address' }), BOUNCED],
  ['dropped after leaving', row('dropped', { reason: 'Unsubscribed Address' }), WITHDRAWN],
  ['dropped after a report', row('dropped', { reason: 'Spam Reporting Address' }), COMPLAINED],
  ['dropped for its own content', row('dropped', { reason: 'Spam Content' }), 'ignored'],
  ['dropped for its header', row('dropped', { reason: 'Invalid SMTPAPI header' }), 'ignored'],
  ['dropped for no reason', row('dropped'), 'ignored'],
  ['a spam report', row('spamreport'), COMPLAINED],
  ['an unsubscribe', row('unsubscribe'), WITHDRAWN],
  ['an unsubscribe from a group', row('group_unsubscribe', { asm_group_id: 10 }), WITHDRAWN],
  ['a return to a group', row('group_resubscribe', { asm_group_id: 10 }), 'ignored'],
  ['a click', row('click', { url: 'https://shop.example', ip: '192.0.2.7' }), CLICKED],
  ['an open', row('open', { useragent: 'x', sg_machine_open: true }), 'ignored'],
  ['a change of the account', { event: 'account_status_change', type: 'banned' }, 'ignored'],
  ['no object', 'bounce', 'rejected invalid'],
  ['no event', { email: 'erika@example.org' }, 'rejected invalid'],
  ['a report without its address', row('spamreport', { email: undefined }), 'rejected invalid'],
  ['a report without its id', row('spamreport', { sg_event_id: undefined }), 'rejected invalid'],
  ['a report of another time', row('spamreport', { timestamp: '2026' }), 'rejected invalid'],
  ['a report before time', row('spamreport', { timestamp: -1 }), 'rejected invalid'],
  ['a report after time', row('spamreport', { timestamp: 1e15 }), 'rejected invalid'],
];

describe('an event of SendGrid', () => {
  it.each(rows)('%s', (_, payload, expected) => {
    expect(readSendgrid([payload]).map(told)).toEqual([expected]);
  });

  it('is judged beside its neighbours, in their order', () => {
    const whole = readSendgrid(rows.map(([, payload]) => payload));
    expect(whole.map(told)).toEqual(rows.map(([, , expected]) => expected));
  });

  it('names the recipient, the instant and its own id', () => {
    expect(events(readSendgrid([row('spamreport')]))).toEqual([
      {
        id: 'ZXZlbnQt-spamreport',
        occurredAt: new Date(1_790_843_400_000).toISOString().replace('.000', ''),
        subject: { email: 'erika@example.org' },
      },
    ]);
  });

  it('has an id that fits, however long the one of SendGrid is', () => {
    const [long] = events(readSendgrid([row('click', { sg_event_id: 'x'.repeat(500) })]));
    const [other] = events(readSendgrid([row('click', { sg_event_id: 'x'.repeat(501) })]));
    expect(long?.id).toMatch(/^[0-9a-f]{64}$/);
    expect(other?.id).not.toBe(long?.id);
  });

  it('comes in a list', () => {
    expect(readSendgrid(row('spamreport')).map(told)).toEqual(['rejected invalid']);
    expect(readSendgrid([])).toEqual([]);
  });
});
