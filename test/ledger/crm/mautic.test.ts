import { describe, expect, test } from 'vitest';
import type { CrmRow } from '../../../shared/ledger/crm/mapping.ts';
import { mauticContacts, mauticDoNotContact } from '../../../shared/ledger/crm/mautic.ts';
import { context, tell, type Told } from './mapped.ts';

/** Somebody about whom nothing is known: the row to which each case below changes one thing. */
const contact: CrmRow = {
  id: '1017',
  firstname: 'Änne',
  lastname: 'Süß',
  company: '',
  email: 'aenne@example.org',
  mobile: '+49 171 3920012',
  phone: '',
  address1: '',
  city: '',
  zipcode: '',
  country: 'Germany',
  last_active: '2026-11-20 10:00:00',
};

const registered = 'subject.registered 2026-11-22T12:00:00Z DE';
const optin = {
  optin: '1',
  optin_at: '2026-04-01 10:00:00',
  doi_at: '2026-04-01 10:05:00',
  doi_ip: '192.0.2.9',
};

const contactCases: readonly (readonly [string, CrmRow, Told])[] = [
  ['nothing known; last active may be an opening', {}, { events: [registered], receipts: [] }],
  [
    'a double opt-in in columns of the house',
    optin,
    {
      events: [
        `${registered} own`,
        'consent.requested 2026-04-01T10:00:00Z EMAIL newsletter.fashion doi_email',
        'consent.confirmed 2026-04-01T10:05:00Z EMAIL newsletter.fashion doi_email',
      ],
      receipts: [],
    },
  ],
  [
    'asked for and not confirmed',
    { ...optin, doi_at: '' },
    {
      events: [
        registered,
        'consent.requested 2026-04-01T10:00:00Z EMAIL newsletter.fashion doi_email',
      ],
      receipts: [],
    },
  ],
  [
    'confirmed, and nobody knows when it was asked for',
    { ...optin, optin_at: '' },
    {
      events: [
        registered,
        'consent.confirmed 2026-04-01T10:05:00Z EMAIL newsletter.fashion import',
      ],
      receipts: ['information EVIDENCE_MISSING doi_at'],
    },
  ],
  [
    'a bare flag: without any date it is no consent',
    { optin: '1' },
    { events: [registered], receipts: ['information CONSENT_UNDATED optin'] },
  ],
  ['a flag that says no', { optin: '0' }, { events: [registered], receipts: [] }],
  [
    'a number that is none',
    { mobile: 'keine' },
    { events: [registered], receipts: ['information PHONE_MALFORMED mobile'] },
  ],
];

/** A row of the table of do-not-contact entries, joined with the contact's address. */
const entry: CrmRow = {
  id: '7',
  lead_id: '1017',
  date_added: '2026-09-01 08:00:00',
  reason: '1',
  channel: 'email',
  email: 'aenne@example.org',
};

const at = '2026-09-01T08:00:00Z';

const entryCases: readonly (readonly [string, CrmRow, Told])[] = [
  ['unsubscribed', {}, { events: [`consent.withdrawn ${at} EMAIL`], receipts: [] }],
  [
    'unsubscribed from text messages',
    { channel: 'sms' },
    { events: [`consent.withdrawn ${at} SMS MMS`], receipts: [] },
  ],
  [
    'bounced',
    { reason: '2' },
    { events: [`delivery.bounced ${at} EMAIL permanently`], receipts: [] },
  ],
  [
    'entered by staff',
    { reason: '3' },
    { events: [`blocklist.entered ${at} mautic EMAIL`], receipts: [] },
  ],
  ['may be contacted', { reason: '0' }, { events: [], receipts: [] }],
  [
    'a reason that Mautic does not have: taken for a block',
    { reason: '9' },
    {
      events: [`blocklist.entered ${at} mautic EMAIL`],
      receipts: ['information VALUE_UNKNOWN reason'],
    },
  ],
  [
    'a channel that is not known here: taken for all',
    { reason: '3', channel: 'pigeon' },
    {
      events: [`blocklist.entered ${at} mautic everything`],
      receipts: ['information VALUE_UNKNOWN channel'],
    },
  ],
  [
    'a broken date',
    { date_added: '0000-00-00 00:00:00' },
    {
      events: ['consent.withdrawn 2026-11-22T12:00:00Z EMAIL'],
      receipts: ['information DATE_ASSUMED date_added'],
    },
  ],
  [
    'no address beside it: the contact itself refuses',
    { email: '' },
    { events: [`consent.withdrawn ${at} EMAIL`], receipts: [] },
  ],
];

describe('a Mautic contact', () => {
  test.each(contactCases)('%s', (_, change, told) => {
    expect(tell(mauticContacts, { ...contact, ...change })).toEqual(told);
  });
});

describe('a do-not-contact entry', () => {
  test.each(entryCases)('%s', (_, change, told) => {
    expect(tell(mauticDoNotContact, { ...entry, ...change })).toEqual(told);
  });

  test('is about the same person as the contact', () => {
    const rows = [
      mauticContacts.map(contact, 1, context),
      mauticDoNotContact.map({ ...entry, email: '' }, 1, context),
    ];
    expect(rows.map(({ events }) => events[0]?.subject.id)).toEqual(['mautic:1017', 'mautic:1017']);
  });

  test('in a row whose cells have moved still blocks the address', () => {
    const outcome = mauticDoNotContact.salvage?.(['x', 'aenne@example.org'], 2, context);
    expect(outcome?.events).toMatchObject([
      { type: 'blocklist.entered', subject: { email: 'aenne@example.org' } },
    ]);
  });
});
