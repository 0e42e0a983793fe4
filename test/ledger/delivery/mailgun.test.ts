import { describe, expect, it } from 'vitest';
import { readMailgun } from '../../../shared/ledger/delivery/mailgun.ts';
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

/* Webhooks in the shape of Mailgun's "Webhook Payloads", with made-up values. */

const hook = (event: string, more: object = {}) => ({
  signature: { timestamp: '1790843400', token: 'a'.repeat(50), signature: 'b'.repeat(64) },
  'event-data': {
    event,
    id: 'CCXMjJ7nQi2N3BPigGOdgQ',
    timestamp: 1_790_843_400.372891,
    'log-level': 'info',
    recipient: 'erika@example.org',
    'recipient-domain': 'example.org',
    message: { headers: { to: 'erika@example.org', 'message-id': 'made-up@acme.example' } },
    flags: { 'is-test-mode': false },
    tags: ['newsletter'],
    'user-variables': [],
    ...more,
  },
});

const failed = (severity: string, reason: string) => hook('failed', { severity, reason });

const rows: readonly (readonly [name: string, payload: unknown, expected: string])[] = [
  ['accepted', hook('accepted'), 'ignored'],
  ['delivered', hook('delivered'), DELIVERED],
  [
    'delivered, with the campaign',
    hook('delivered', { 'user-variables': { 'X-Campaign-Id': 'cmp_1' } }),
    deliveredFor('cmp_1'),
  ],
  ['delivered, without variables', hook('delivered', { 'user-variables': undefined }), DELIVERED],
  [
    'delivered, and nothing is told but what is used',
    { 'event-data': { event: 'delivered', id: 'a', timestamp: 1, recipient: 'a@example.org' } },
    DELIVERED,
  ],
  ['failed for good', failed('permanent', 'bounce'), BOUNCED],
  ['failed for the moment', failed('temporary', 'generic'), BOUNCED_SOFTLY],
  ['failed, nobody says how', hook('failed'), BOUNCED_SOFTLY],
  ['not sent after a bounce', failed('permanent', 'suppress-bounce'), BOUNCED],
  ['not sent after leaving', failed('permanent', 'suppress-unsubscribe'), WITHDRAWN],
  ['not sent after a complaint', failed('permanent', 'suppress-complaint'), COMPLAINED],
  ['complained', hook('complained'), COMPLAINED],
  ['unsubscribed', hook('unsubscribed'), WITHDRAWN],
  ['clicked', hook('clicked', { url: 'https://shop.example', ip: '192.0.2.7' }), CLICKED],
  ['opened', hook('opened'), 'ignored'],
  ['stored', hook('stored'), 'ignored'],
  ['no object', null, 'rejected invalid'],
  ['no event', { signature: {} }, 'rejected invalid'],
  ['a complaint of nobody', hook('complained', { recipient: undefined }), 'rejected invalid'],
  ['a complaint without its id', hook('complained', { id: '' }), 'rejected invalid'],
  ['a complaint of another time', hook('complained', { timestamp: 'now' }), 'rejected invalid'],
];

describe('a webhook of Mailgun', () => {
  it.each(rows)('%s', (_, payload, expected) => {
    expect(readMailgun(payload).map(told)).toEqual([expected]);
  });

  it('names the recipient, the instant and its own id', () => {
    expect(events(readMailgun(hook('complained')))).toEqual([
      {
        id: 'CCXMjJ7nQi2N3BPigGOdgQ',
        occurredAt: new Date(1_790_843_400_372).toISOString(),
        subject: { email: 'erika@example.org' },
      },
    ]);
  });
});
