import { describe, expect, it } from 'vitest';
import { readPostmark } from '../../../shared/ledger/delivery/postmark.ts';
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

/* Webhooks in the shape of Postmark's documentation, with made-up values. */

const common = {
  MessageID: '883953f4-1111-2222-3333-77a8eac79483',
  ServerID: 23,
  MessageStream: 'broadcast',
  Tag: 'autumn',
  Metadata: { example: 'value' },
};
const bounce = (Type: string, more: object = {}) => ({
  RecordType: 'Bounce',
  ID: 4_323_372,
  Type,
  TypeCode: 1,
  Name: 'a name',
  Description: 'a description',
  Details: 'details',
  Email: 'erika@example.org',
  From: 'shop@acme.example',
  BouncedAt: '2026-10-01T08:30:00.9070259Z',
  DumpAvailable: true,
  Inactive: true,
  CanActivate: true,
  Subject: 'Autumn',
  Content: '',
  ...common,
  ...more,
});
const record = (RecordType: string, more: object = {}) => ({
  RecordType,
  Recipient: 'erika@example.org',
  DeliveredAt: '2026-10-01T08:30:00Z',
  ReceivedAt: '2026-10-01T08:31:00Z',
  ...common,
  ...more,
});
const change = (more: object) => ({
  RecordType: 'SubscriptionChange',
  Recipient: 'erika@example.org',
  ChangedAt: '2026-10-01T08:30:00.416071Z',
  Origin: 'Recipient',
  SuppressSending: true,
  SuppressionReason: 'ManualSuppression',
  ...common,
  MessageID: null,
  ...more,
});

const rows: readonly (readonly [name: string, payload: unknown, expected: string])[] = [
  ['a hard bounce', bounce('HardBounce'), BOUNCED],
  ['an address that is none', bounce('BadEmailAddress'), BOUNCED],
  ['a soft bounce', bounce('SoftBounce'), BOUNCED_SOFTLY],
  ['a delay', bounce('Transient'), BOUNCED_SOFTLY],
  ['a failure of the name service', bounce('DnsError'), BOUNCED_SOFTLY],
  ['a block of the receiver', bounce('Blocked'), BOUNCED_SOFTLY],
  ['a complaint among the bounces', bounce('SpamComplaint'), COMPLAINED],
  ['an answer that asks to leave', bounce('Unsubscribe'), WITHDRAWN],
  ['an answer that asks to join', bounce('Subscribe'), 'ignored'],
  ['an answer out of office', bounce('AutoResponder'), 'ignored'],
  ['an error of our own', bounce('SMTPApiError'), 'ignored'],
  ['a type of next year', bounce('Teleported'), 'ignored'],
  ['a complaint', bounce('SpamComplaint', { RecordType: 'SpamComplaint' }), COMPLAINED],
  ['a delivery', record('Delivery'), DELIVERED],
  [
    'a delivery, with the campaign',
    record('Delivery', { Metadata: { campaignId: 'cmp_1' } }),
    deliveredFor('cmp_1'),
  ],
  ['a delivery, without anything attached', record('Delivery', { Metadata: null }), DELIVERED],
  [
    'a delivery of which nothing is told but what is used',
    { RecordType: 'Delivery', Recipient: 'a@example.org', DeliveredAt: '2026-10-01T08:30:00Z' },
    DELIVERED,
  ],
  ['a click', record('Click', { OriginalLink: 'https://shop.example' }), CLICKED],
  ['an open', record('Open', { FirstOpen: true }), 'ignored'],
  ['somebody who left', change({}), WITHDRAWN],
  ['somebody whom the sender took off', change({ Origin: 'Customer' }), WITHDRAWN],
  ['a suppression after a bounce', change({ SuppressionReason: 'HardBounce' }), BOUNCED],
  ['a suppression after a complaint', change({ SuppressionReason: 'SpamComplaint' }), COMPLAINED],
  ['a suppression without a reason', change({ SuppressionReason: null }), WITHDRAWN],
  [
    'somebody who is sent to again',
    change({ SuppressSending: false, SuppressionReason: null }),
    'ignored',
  ],
  ['mail that came in', record('Inbound'), 'ignored'],
  ['no object', [], 'rejected invalid'],
  ['a bounce of nobody', bounce('HardBounce', { Email: undefined }), 'rejected invalid'],
  ['a bounce at no instant', bounce('HardBounce', { BouncedAt: 'today' }), 'rejected invalid'],
  ['a change of nothing', change({ SuppressSending: undefined }), 'rejected invalid'],
  ['a delivery of nobody', record('Delivery', { Recipient: 7 }), 'rejected invalid'],
  ['a click at no instant', record('Click', { ReceivedAt: null }), 'rejected invalid'],
  ['a complaint of nobody', { RecordType: 'SpamComplaint' }, 'rejected invalid'],
];

describe('a webhook of Postmark', () => {
  it.each(rows)('%s', (_, payload, expected) => {
    expect(readPostmark(payload).map(told)).toEqual([expected]);
  });

  it('names the recipient, the instant, and an id that is the same when it is told again', () => {
    const [first] = events(readPostmark(bounce('HardBounce')));
    expect(first).toMatchObject({
      occurredAt: '2026-10-01T08:30:00.907Z',
      subject: { email: 'erika@example.org' },
    });
    expect(first?.id).not.toContain('example');
    expect(events(readPostmark(bounce('HardBounce', { Details: 'others' })))).toEqual([first]);
  });

  it('keeps apart what befell one message at different times, types and recipients', () => {
    const ids = [
      bounce('SoftBounce'),
      bounce('HardBounce'),
      bounce('HardBounce', { BouncedAt: '2026-10-02T08:30:00Z' }),
      bounce('HardBounce', { Email: 'max@example.org' }),
      bounce('HardBounce', { MessageID: 'another' }),
      change({}),
      change({ Recipient: 'max@example.org' }),
    ].flatMap((payload) => events(readPostmark(payload)).map(({ id }) => id));
    expect(new Set(ids).size).toBe(7);
  });
});
