import { describe, expect, test } from 'vitest';
import { listmonkSubscribers } from '../../../shared/ledger/crm/listmonk.ts';
import type { CrmRow } from '../../../shared/ledger/crm/mapping.ts';
import { tell, type Told } from './mapped.ts';

const list = {
  name: 'Fashion',
  optin: 'double',
  subscription_status: 'confirmed',
  subscription_created_at: '2026-03-01T10:00:00.123456+01:00',
  subscription_updated_at: '2026-03-01T10:05:00.5+01:00',
  subscription_meta: { optin_ip: '192.0.2.7' },
};

function lists(...changes: readonly object[]): CrmRow {
  return { lists: JSON.stringify(changes.map((change) => ({ ...list, ...change }))) };
}

/** On one list, confirmed by a click: the row to which each case below changes one thing. */
const subscriber: CrmRow = {
  uuid: 'ea06b2e7-4b08-4697-bcfc-2a5c6dde8f1c',
  email: 'kaethe@example.net',
  name: 'Käthe Böhm',
  status: 'enabled',
  attribs: '{"city":"Kiel"}',
  created_at: '2026-03-01T10:00:00+01:00',
  updated_at: '2026-03-01T10:05:00+01:00',
  ...lists({}),
};

const registered = 'subject.registered 2026-03-01T09:05:00Z DE own';
/** Nothing shows that the person gave the address. */
const stranger = 'subject.registered 2026-03-01T09:05:00Z DE';
const requested = 'consent.requested 2026-03-01T09:00:00.123Z EMAIL newsletter.fashion doi_email';
const confirmed = 'consent.confirmed 2026-03-01T09:05:00.500Z EMAIL newsletter.fashion doi_email';
const imported = 'consent.confirmed 2026-03-01T09:05:00.500Z EMAIL newsletter.fashion import';
const unproven = 'information EVIDENCE_MISSING lists';

const cases: readonly (readonly [string, CrmRow, Told])[] = [
  ['confirmed by a click', {}, { events: [registered, requested, confirmed], receipts: [] }],
  [
    'confirmed by staff: nobody clicked',
    lists({ subscription_meta: {} }),
    { events: [stranger, imported], receipts: [unproven] },
  ],
  [
    'confirmed on a list of one step',
    lists({ optin: 'single' }),
    { events: [stranger, imported], receipts: [unproven] },
  ],
  [
    'unconfirmed',
    lists({ subscription_status: 'unconfirmed', subscription_meta: {} }),
    { events: [stranger, requested], receipts: [] },
  ],
  [
    'unsubscribed from a list',
    lists({ subscription_status: 'unsubscribed' }),
    {
      events: [stranger, 'consent.withdrawn 2026-03-01T09:05:00.500Z EMAIL newsletter.fashion'],
      receipts: [],
    },
  ],
  [
    'unsubscribed from a list that nobody documented: from all mail',
    lists({ subscription_status: 'unsubscribed', name: 'Old' }),
    {
      events: [stranger, 'consent.withdrawn 2026-03-01T09:05:00.500Z EMAIL'],
      receipts: ['information PURPOSE_UNKNOWN lists'],
    },
  ],
  [
    'unsubscribed on a day that is lost',
    lists({ subscription_status: 'unsubscribed', subscription_updated_at: null }),
    {
      events: [stranger, 'consent.withdrawn 2026-11-22T12:00:00Z EMAIL newsletter.fashion'],
      receipts: ['information DATE_ASSUMED lists'],
    },
  ],
  [
    'confirmed on a list that nobody documented',
    lists({ name: 'Old' }),
    { events: [stranger], receipts: ['information PURPOSE_UNKNOWN lists'] },
  ],
  [
    'a state that listmonk does not have: taken for a refusal',
    lists({ subscription_status: 'paused' }),
    {
      events: [stranger, 'consent.withdrawn 2026-03-01T09:05:00.500Z EMAIL newsletter.fashion'],
      receipts: ['information VALUE_UNKNOWN lists'],
    },
  ],
  [
    'left one list, reads another',
    lists({}, { subscription_status: 'unsubscribed', name: 'Old' }),
    {
      events: [
        registered,
        requested,
        confirmed,
        'consent.withdrawn 2026-03-01T09:05:00.500Z EMAIL',
      ],
      receipts: ['information PURPOSE_UNKNOWN lists'],
    },
  ],
  [
    'blocklisted',
    { status: 'blocklisted' },
    {
      events: [
        registered,
        requested,
        confirmed,
        'blocklist.entered 2026-03-01T09:05:00Z listmonk everything',
      ],
      receipts: [],
    },
  ],
  [
    'disabled',
    { status: 'disabled' },
    {
      events: [
        registered,
        requested,
        confirmed,
        'blocklist.entered 2026-03-01T09:05:00Z listmonk-disabled EMAIL',
      ],
      receipts: [],
    },
  ],
  [
    'a status that listmonk does not have: taken for a block',
    { status: 'archived' },
    {
      events: [
        registered,
        requested,
        confirmed,
        'blocklist.entered 2026-03-01T09:05:00Z listmonk everything',
      ],
      receipts: ['information VALUE_UNKNOWN status'],
    },
  ],
  [
    'a list that is no list: it may have been left',
    { lists: '[7]' },
    {
      events: ['consent.withdrawn 2026-11-22T12:00:00Z EMAIL'],
      receipts: ['error JSON_MALFORMED lists'],
    },
  ],
  [
    'lists that are no JSON',
    { lists: '{broken' },
    { events: [], receipts: ['error JSON_MALFORMED lists'] },
  ],
  [
    'a country and a birth date among the attributes',
    { attribs: '{"country":"AT","birthdate":"2013-04-05"}' },
    {
      events: ['subject.registered 2026-03-01T09:05:00Z AT 2013-04-05 own', requested, confirmed],
      receipts: [],
    },
  ],
];

describe('a listmonk subscriber', () => {
  test.each(cases)('%s', (_, change, told) => {
    expect(tell(listmonkSubscribers, { ...subscriber, ...change })).toEqual(told);
  });

  test('of the CSV export has no lists, and times as Go prints them', () => {
    const row: CrmRow = {
      uuid: 'ea06b2e7-4b08-4697-bcfc-2a5c6dde8f1c',
      email: 'kaethe@example.net',
      name: 'Käthe Böhm',
      attributes: '{}',
      status: 'blocklisted',
      created_at: '2026-03-01 10:00:00.199433 +0100 CET',
      updated_at: '2026-03-02 10:00:00 +0000 UTC',
    };
    expect(tell(listmonkSubscribers, row)).toEqual({
      events: [
        'subject.registered 2026-03-02T10:00:00Z DE',
        'blocklist.entered 2026-03-02T10:00:00Z listmonk everything',
      ],
      receipts: [],
    });
  });
});
