import { describe, expect, it } from 'vitest';
import { readSes } from '../../../shared/ledger/delivery/ses.ts';
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

/*
 * Notifications in the shape that Amazon documents ("Amazon SNS notification contents for Amazon
 * SES", "Contents of event data that Amazon SES publishes to Amazon SNS"), with made-up values.
 */

const at = '2026-10-01T08:30:00.250Z';

const mail = {
  timestamp: '2026-10-01T08:29:58.000Z',
  source: 'shop@acme.example',
  sourceArn: 'arn:aws:ses:eu-central-1:123456789012:identity/acme.example',
  sendingAccountId: '123456789012',
  messageId: '0107018a-1111-2222-3333-444455556666-000000',
  destination: ['erika@example.org'],
  headersTruncated: false,
  headers: [{ name: 'Subject', value: 'Autumn' }],
  commonHeaders: { subject: 'Autumn', to: ['erika@example.org'] },
  tags: { 'ses:configuration-set': ['marketing'] },
};

const bounce = (more = {}) => ({
  bounceType: 'Permanent',
  bounceSubType: 'General',
  bouncedRecipients: [
    { emailAddress: 'erika@example.org', action: 'failed', status: '5.1.1', diagnosticCode: 'x' },
  ],
  timestamp: at,
  feedbackId: '0107018a-feed-back',
  reportingMTA: 'dns; mta.example.org',
  ...more,
});
const complaint = (more = {}) => ({
  complainedRecipients: [{ emailAddress: 'erika@example.org' }],
  timestamp: at,
  feedbackId: '0107018a-complaint',
  userAgent: 'feedback/1',
  complaintFeedbackType: 'abuse',
  arrivalDate: at,
  ...more,
});
const delivery = (more = {}) => ({
  timestamp: at,
  processingTimeMillis: 546,
  recipients: ['erika@example.org'],
  smtpResponse: '250 ok',
  reportingMTA: 'a8-70.smtp-out.example',
  remoteMtaIp: '127.0.2.0',
  ...more,
});
const subscription = (more = {}) => ({
  contactList: 'everybody',
  timestamp: at,
  source: 'UnsubscribeHeader',
  newTopicPreferences: {
    unsubscribeAll: true,
    topicSubscriptionStatus: [{ topicName: 'news', subscriptionStatus: 'OptOut' }],
  },
  oldTopicPreferences: {
    unsubscribeAll: false,
    topicSubscriptionStatus: [{ topicName: 'news', subscriptionStatus: 'OptIn' }],
  },
  ...more,
});
const topics = (unsubscribeAll: boolean, ...states: readonly string[]) => ({
  unsubscribeAll,
  topicSubscriptionStatus: states.map((subscriptionStatus, index) => ({
    topicName: `topic-${index}`,
    subscriptionStatus,
  })),
});

const event = (eventType: string, parts: object) => ({ eventType, mail, ...parts });

describe('a notification of SES', () => {
  const rows: readonly (readonly [name: string, payload: unknown, ...expected: string[]])[] = [
    ['a permanent bounce', event('Bounce', { bounce: bounce() }), BOUNCED],
    ['the form of an identity', { notificationType: 'Bounce', mail, bounce: bounce() }, BOUNCED],
    [
      'a bounce that may go through later',
      event('Bounce', { bounce: bounce({ bounceType: 'Transient' }) }),
      BOUNCED_SOFTLY,
    ],
    [
      'a bounce that nobody can explain',
      event('Bounce', { bounce: bounce({ bounceType: 'Undetermined' }) }),
      BOUNCED_SOFTLY,
    ],
    ['a complaint', event('Complaint', { complaint: complaint() }), COMPLAINED],
    [
      'a complaint of which the provider says nothing more',
      event('Complaint', { complaint: complaint({ complaintFeedbackType: undefined }) }),
      COMPLAINED,
    ],
    [
      'the contrary of a complaint',
      event('Complaint', { complaint: complaint({ complaintFeedbackType: 'not-spam' }) }),
      'ignored',
    ],
    [
      'a delivery of which nothing is told but what is used',
      {
        notificationType: 'Delivery',
        mail: { messageId: 'm' },
        delivery: { timestamp: at, recipients: ['erika@example.org'] },
      },
      DELIVERED,
    ],
    ['a delivery', event('Delivery', { delivery: delivery() }), DELIVERED],
    [
      'a delivery with the campaign as a tag',
      {
        ...event('Delivery', { delivery: delivery() }),
        mail: { ...mail, tags: { campaignId: ['cmp_1'] } },
      },
      deliveredFor('cmp_1'),
    ],
    [
      'a delivery with the campaign as a header',
      {
        ...event('Delivery', { delivery: delivery() }),
        mail: { ...mail, headers: [{ name: 'x-campaign-id', value: 'cmp_2' }] },
      },
      deliveredFor('cmp_2'),
    ],
    [
      'a delivery whose campaign cannot be told',
      {
        ...event('Delivery', { delivery: delivery() }),
        mail: { ...mail, tags: { campaignId: [''] } },
      },
      DELIVERED,
    ],
    ['a click', event('Click', { click: { timestamp: at, link: 'https://x.example' } }), CLICKED],
    [
      'a click on a message to two people',
      {
        ...event('Click', { click: { timestamp: at } }),
        mail: { ...mail, destination: ['erika@example.org', 'max@example.org'] },
      },
      'ignored',
    ],
    ['an unsubscribe', event('Subscription', { subscription: subscription() }), WITHDRAWN],
    [
      'an unsubscribe from one topic',
      event('Subscription', {
        subscription: subscription({
          oldTopicPreferences: topics(false, 'OptIn', 'OptIn'),
          newTopicPreferences: topics(false, 'OptIn', 'OptOut'),
        }),
      }),
      WITHDRAWN,
    ],
    [
      'a topic that is joined while another stays left',
      event('Subscription', {
        subscription: subscription({
          oldTopicPreferences: topics(false, 'OptOut', 'OptOut'),
          newTopicPreferences: topics(false, 'OptIn', 'OptOut'),
        }),
      }),
      'ignored',
    ],
    [
      'topics left, of which nobody says how they were before',
      event('Subscription', {
        subscription: subscription({
          oldTopicPreferences: undefined,
          newTopicPreferences: topics(false, 'OptOut'),
        }),
      }),
      WITHDRAWN,
    ],
    ['a message that was sent', event('Send', { send: {} }), 'ignored'],
    ['a message that was opened', event('Open', { open: { timestamp: at } }), 'ignored'],
    ['a delay', event('DeliveryDelay', { deliveryDelay: {} }), 'ignored'],
    ['an event of next year', event('Teleported', { teleport: {} }), 'ignored'],
    ['the test of a topic', { notificationType: 'AmazonSnsSubscriptionSucceeded' }, 'ignored'],
    ['no object', 'Bounce', 'rejected invalid'],
    ['a bounce without its part', event('Bounce', {}), 'rejected invalid'],
    [
      'a bounce without recipients',
      event('Bounce', { bounce: bounce({ bouncedRecipients: [] }) }),
      'rejected invalid',
    ],
    [
      'a bounce at no instant',
      event('Bounce', { bounce: bounce({ timestamp: 'yesterday' }) }),
      'rejected invalid',
    ],
    [
      'one recipient of two that is none',
      event('Bounce', {
        bounce: bounce({ bouncedRecipients: [{}, { emailAddress: 'max@example.org' }] }),
      }),
      'rejected invalid',
      BOUNCED,
    ],
    [
      'an unsubscribe of nobody',
      {
        ...event('Subscription', { subscription: subscription() }),
        mail: { ...mail, destination: [] },
      },
      'rejected invalid',
    ],
  ];

  it.each(rows)('%s', (_, payload, ...expected) => {
    expect(readSes(payload).map(told)).toEqual(expected);
  });

  it('names the recipient, the instant, and an id that is the same when it is told again', () => {
    const [first] = events(readSes(event('Bounce', { bounce: bounce() })));
    expect(first).toEqual({
      id: expect.stringMatching(/^0107018a-feed-back:[0-9a-f]{16}$/),
      occurredAt: at,
      subject: { email: 'erika@example.org' },
    });
    const again = { notificationType: 'Bounce', mail: { ...mail, tags: {} }, bounce: bounce() };
    expect(events(readSes(again))).toEqual([first]);
  });

  it('has an event of its own for each of several recipients, whatever their order', () => {
    const recipients = ['a@example.org', 'b@example.org', 'C <c@example.org>'];
    const deliveries = [recipients, [...recipients].reverse()].map((list) =>
      events(readSes(event('Delivery', { delivery: delivery({ recipients: list }) }))),
    );
    const [one = [], other = []] = deliveries;
    expect(one.map(({ subject }) => subject)).toEqual([
      { email: 'a@example.org' },
      { email: 'b@example.org' },
      { email: 'c@example.org' },
    ]);
    expect(new Set(one.map(({ id }) => id)).size).toBe(3);
    expect([...other].reverse()).toEqual(one);
    for (const { id } of one) expect(id).not.toContain('example');
  });

  it('tells the same of an address however it is written', () => {
    const ids = ['Erika@Example.org', '"Erika" <erika@example.org>', ' erika@EXAMPLE.org '].map(
      (emailAddress) =>
        events(
          readSes(event('Bounce', { bounce: bounce({ bouncedRecipients: [{ emailAddress }] }) })),
        )[0]?.id,
    );
    expect(new Set(ids).size).toBe(1);
  });

  it('understands an instant with an offset, as in notifications of earlier years', () => {
    const timestamp = '2026-10-01T01:30:00.250-07:00';
    const [row] = events(readSes(event('Bounce', { bounce: bounce({ timestamp }) })));
    expect(row?.occurredAt).toBe(at);
  });
});
