import { describe, expect, it } from 'vitest';
import { readGeneric } from '../../../shared/ledger/delivery/generic.ts';
import { told } from './told.ts';

const row = (type: string, more: object = {}) => ({
  id: `row-${type}`,
  type,
  channel: 'SMS',
  occurredAt: '2026-10-01T08:30:00Z',
  recipient: { phone: '+49 30 23125 017' },
  ...more,
});

describe('the form of our own', () => {
  const good: readonly (readonly [unknown, string])[] = [
    [row('bounced', { permanent: true }), 'delivery.bounced {"channel":"SMS","permanent":true}'],
    [row('bounced', { permanent: false }), 'delivery.bounced {"channel":"SMS","permanent":false}'],
    [row('complained'), 'delivery.complained {"channel":"SMS"}'],
    [row('unsubscribed'), 'consent.withdrawn {"channels":["SMS"]}'],
    [row('delivered'), 'contact.made {"channel":"SMS"}'],
    [row('delivered', { campaignId: 'c' }), 'contact.made {"channel":"SMS","campaignId":"c"}'],
    [row('clicked'), 'activity.recorded {"kind":"click"}'],
    [row('refused', { channel: 'PHONE_HUMAN' }), 'contact.refused {"channel":"PHONE_HUMAN"}'],
    [row('refused', { campaignId: null }), 'contact.refused {"channel":"SMS"}'],
  ];

  it.each(good)('%#: %j', (payload, expected) => {
    expect(readGeneric([payload]).map(told)).toEqual([expected]);
  });

  it('takes the id, the instant and the recipient as they are', () => {
    const { id, occurredAt, recipient: subject } = row('complained');
    const [read] = readGeneric([row('complained')]);
    expect(read).toMatchObject({ event: { id, occurredAt, subject } });
  });

  const bad: readonly (readonly [name: string, row: unknown, pointer: string])[] = [
    ['an unknown property', row('complained', { reason: 'x' }), '/reason'],
    ['an unknown type', row('opened'), '/type'],
    ['an unknown channel', row('complained', { channel: 'PIGEON' }), '/channel'],
    ['a bounce that does not say how', row('bounced'), '/permanent'],
    ['no recipient', row('complained', { recipient: {} }), '/recipient'],
    [
      'a whole domain',
      row('complained', { recipient: { domain: 'a.example' } }),
      '/recipient/domain',
    ],
    ['no instant', row('complained', { occurredAt: '2026-10-01' }), '/occurredAt'],
    ['no id', row('complained', { id: '' }), '/id'],
    ['no object', 7, ''],
  ];

  it.each(bad)('names the field of %s, and rejects that row alone', (_, payload, pointer) => {
    const [first, second] = readGeneric([payload, row('complained')]);
    expect(first).toMatchObject({
      kind: 'rejected',
      rejected: {
        code: 'invalid',
        errors: expect.arrayContaining([expect.objectContaining({ pointer })]),
      },
    });
    expect(second?.kind).toBe('event');
  });
});
