import { describe, expect, test } from 'vitest';
import { hubspotContacts } from '../../../shared/ledger/crm/hubspot.ts';
import type { CrmContext, CrmRow } from '../../../shared/ledger/crm/mapping.ts';
import { context, tell, type Told } from './mapped.ts';

/** A prospect who found the shop: the row to which each case below changes one thing. */
const contact: CrmRow = {
  'Record ID': '9000001',
  'First Name': 'Jürgen',
  'Last Name': 'Weiß',
  Email: 'juergen@example.com',
  'Phone Number': '',
  'Mobile Phone Number': '',
  'Street Address': '',
  'Postal Code': '',
  City: '',
  'Country/Region': 'Germany',
  'Company Name': '',
  "Legal basis for processing contact's data": 'Legitimate interest - prospect/lead',
  'Unsubscribed from all email': '',
  'Opted out of email: Marketing Information': '',
  'Opted out of email: One to One': '',
  'Opted out of email: Fashion': '',
  'Email hard bounce reason': '',
  'Date of birth': '',
  'Create Date': '2026-01-10 08:30',
  'Last Modified Date': '2026-02-01 09:00',
  'Recent Deal Close Date': '',
  category: '',
  'Original Source': 'Organic Search',
};

const BASIS = "Legal basis for processing contact's data";
const registered = 'subject.registered 2026-02-01T09:00:00Z DE own';
const customer = {
  [BASIS]: 'Legitimate interest – existing customer',
  'Recent Deal Close Date': '2026-01-20 10:00',
};

const cases: readonly (readonly [string, CrmRow, Told])[] = [
  ['a prospect', {}, { events: [registered], receipts: [] }],
  [
    'a source that HubSpot did not see: no origin',
    { 'Original Source': 'Offline Sources' },
    { events: ['subject.registered 2026-02-01T09:00:00Z DE'], receipts: [] },
  ],
  [
    'a country of another name',
    { 'Country/Region': 'Österreich' },
    { events: ['subject.registered 2026-02-01T09:00:00Z AT own'], receipts: [] },
  ],
  [
    'a country that nobody knows',
    { 'Country/Region': 'Kakanien' },
    {
      events: ['subject.registered 2026-02-01T09:00:00Z - own'],
      receipts: ['information COUNTRY_UNKNOWN Country/Region'],
    },
  ],
  [
    'somebody at a company',
    { 'Company Name': 'Beispiel GmbH' },
    {
      events: ['subject.registered 2026-02-01T09:00:00Z DE BUSINESS_PERSON own'],
      receipts: [],
    },
  ],
  [
    'a mailbox of a company',
    { 'Company Name': 'Beispiel GmbH', Email: 'info@example.com' },
    {
      events: ['subject.registered 2026-02-01T09:00:00Z DE BUSINESS_GENERIC own'],
      receipts: [],
    },
  ],
  [
    'a sole trader',
    { 'Company Name': 'Laufladen Beispiel e.K.' },
    { events: ['subject.registered 2026-02-01T09:00:00Z DE SOLE_TRADER own'], receipts: [] },
  ],
  [
    'a birth date by German custom',
    { 'Date of birth': '7.3.2012' },
    { events: ['subject.registered 2026-02-01T09:00:00Z DE 2012-03-07 own'], receipts: [] },
  ],
  [
    'a birth date that can be read in two ways',
    { 'Date of birth': '03/07/2012' },
    { events: [], receipts: ['error DATE_MALFORMED Date of birth'] },
  ],
  [
    'a consent flag',
    { [BASIS]: 'Freely given consent from contact' },
    {
      events: [
        registered,
        'consent.confirmed 2026-01-10T08:30:00Z EMAIL newsletter.fashion import',
      ],
      receipts: [`information EVIDENCE_MISSING ${BASIS}`],
    },
  ],
  [
    'a customer',
    customer,
    {
      events: [registered, 'sale.recorded 2026-01-20T10:00:00Z sports notice-1'],
      receipts: [],
    },
  ],
  [
    'a customer of one kind of goods',
    { ...customer, category: 'running.shoes' },
    {
      events: [registered, 'sale.recorded 2026-01-20T10:00:00Z running.shoes notice-1'],
      receipts: [],
    },
  ],
  [
    'a customer of before the notice',
    { ...customer, 'Recent Deal Close Date': '2024-12-31 10:00' },
    {
      events: [registered, 'sale.recorded 2024-12-31T10:00:00Z sports unnoticed'],
      receipts: [],
    },
  ],
  [
    'a customer who came with an import',
    { ...customer, 'Original Source': 'Offline Sources' },
    {
      events: [
        'subject.registered 2026-02-01T09:00:00Z DE',
        'sale.recorded 2026-01-20T10:00:00Z sports notice-1 elsewhere',
      ],
      receipts: [],
    },
  ],
  [
    'a deal of somebody who is called a prospect',
    { 'Recent Deal Close Date': '2026-01-20 10:00' },
    { events: [registered], receipts: [] },
  ],
  [
    'a recorded consent to calls',
    { phone_ok: 'Ja', phone_ok_at: '2026-05-01 10:00', phone_recording: 'tape 1' },
    {
      events: [
        registered,
        'consent.confirmed 2026-05-01T10:00:00Z PHONE_HUMAN phone.advice call_recording',
      ],
      receipts: [],
    },
  ],
  [
    'a consent to calls without a recording',
    { phone_ok: 'Ja', phone_ok_at: '2026-05-01 10:00' },
    {
      events: [
        registered,
        'consent.confirmed 2026-05-01T10:00:00Z PHONE_HUMAN phone.advice import',
      ],
      receipts: ['information EVIDENCE_MISSING phone_ok_at'],
    },
  ],
  [
    'a recording whose name cannot be kept',
    { phone_ok: 'Ja', phone_ok_at: '2026-05-01 10:00', phone_recording: 'tape\u00001' },
    {
      events: [
        registered,
        'consent.confirmed 2026-05-01T10:00:00Z PHONE_HUMAN phone.advice import',
      ],
      receipts: [
        'information VALUE_UNUSABLE phone_recording',
        'information EVIDENCE_MISSING phone_ok_at',
      ],
    },
  ],
  [
    'a bare flag for calls: dated as early as the record',
    { phone_ok: 'true' },
    {
      events: [
        registered,
        'consent.confirmed 2026-01-10T08:30:00Z PHONE_HUMAN phone.advice import',
      ],
      receipts: ['information EVIDENCE_MISSING phone_ok_at'],
    },
  ],
  [
    'unsubscribed from everything',
    { 'Unsubscribed from all email': 'true' },
    {
      events: [registered, 'consent.withdrawn 2026-11-22T12:00:00Z EMAIL'],
      receipts: [],
    },
  ],
  [
    'opted out of one type',
    { 'Opted out of email: Fashion': 'Opted out' },
    {
      events: [registered, 'consent.withdrawn 2026-11-22T12:00:00Z EMAIL newsletter.fashion'],
      receipts: [],
    },
  ],
  [
    'opted out of advertising as such: of all mail',
    { 'Opted out of email: Marketing Information': 'Opted out' },
    {
      events: [registered, 'consent.withdrawn 2026-11-22T12:00:00Z EMAIL'],
      receipts: [],
    },
  ],
  [
    'unsubscribed from everything and opted out of advertising: told once',
    {
      'Unsubscribed from all email': 'true',
      'Opted out of email: Marketing Information': 'Opted out',
    },
    {
      events: [registered, 'consent.withdrawn 2026-11-22T12:00:00Z EMAIL'],
      receipts: [],
    },
  ],
  [
    'a source that HubSpot did not see, and a recorded consent: the person gave the number',
    {
      'Original Source': 'Offline Sources',
      phone_ok: 'Ja',
      phone_ok_at: '2026-05-01 10:00',
      phone_recording: 'tape 1',
    },
    {
      events: [
        registered,
        'consent.confirmed 2026-05-01T10:00:00Z PHONE_HUMAN phone.advice call_recording',
      ],
      receipts: [],
    },
  ],
  [
    'opted out of a type that nobody documented: of all mail',
    { 'Opted out of email: One to One': 'yes' },
    {
      events: [registered, 'consent.withdrawn 2026-11-22T12:00:00Z EMAIL'],
      receipts: ['information PURPOSE_UNKNOWN Opted out of email: One to One'],
    },
  ],
  [
    'a hard bounce',
    { 'Email hard bounce reason': 'UNKNOWN_USER' },
    {
      events: [registered, 'delivery.bounced 2026-11-22T12:00:00Z EMAIL permanently'],
      receipts: [],
    },
  ],
  [
    'a column of the house that says no to post',
    { no_post: 'Ja', no_post_at: '2026-06-01 00:00' },
    {
      events: [registered, 'objection.raised 2026-06-01T00:00:00Z channel POST'],
      receipts: [],
    },
  ],
  [
    'a word that is neither yes nor no in a column of refusals',
    { no_ads: 'nur Katalog' },
    {
      events: [registered, 'objection.raised 2026-11-22T12:00:00Z all'],
      receipts: ['information VALUE_UNKNOWN no_ads', 'information DATE_ASSUMED no_ads'],
    },
  ],
  [
    'a sending and a click',
    {
      'Last marketing email send date': '2026-11-01 08:00',
      'Last marketing email click date': '2026-11-01 09:00',
      'Last marketing email open date': '2026-11-02 09:00',
    },
    {
      events: [
        registered,
        'contact.made 2026-11-01T08:00:00Z EMAIL',
        'activity.recorded 2026-11-01T09:00:00Z click',
      ],
      receipts: [],
    },
  ],
  [
    'unsubscribed, with a broken date of creation: the refusal alone',
    { 'Unsubscribed from all email': 'yes', 'Create Date': '10.01.26' },
    {
      events: ['consent.withdrawn 2026-11-22T12:00:00Z EMAIL'],
      receipts: ['error DATE_MALFORMED Create Date'],
    },
  ],
];

describe('a HubSpot contact', () => {
  test.each(cases)('%s', (_, change, told) => {
    expect(tell(hubspotContacts, { ...contact, ...change })).toEqual(told);
  });

  const phones: readonly (readonly [string, string, string | undefined])[] = [
    ['international', '+49 30 23125-123', '+493023125123'],
    ['with two noughts', '0049 30 23125123', '+493023125123'],
    ['national', '030 / 23125123', '+493023125123'],
    ['no number', 'nach 18 Uhr', undefined],
  ];

  test.each(phones)('a phone number, %s', (_, written, phone) => {
    const row = { ...contact, 'Phone Number': written };
    expect(hubspotContacts.map(row, 1, context).events[0]?.subject.phone).toBe(phone);
  });

  test('times are those of the portal', () => {
    const zone: Partial<CrmContext> = { timeZone: 'Europe/Berlin' };
    const row = { ...contact, 'Last Modified Date': '2026-07-01 09:00' };
    expect(tell(hubspotContacts, row, zone).events).toEqual([
      'subject.registered 2026-07-01T07:00:00Z DE own',
    ]);
  });

  test('an opt-out is told anew by every export, so that it also ends a consent in between', () => {
    const row = { ...contact, 'Unsubscribed from all email': 'true' };
    const later = { ...context, exportedAt: context.exportedAt + 1000 };
    const ids = [context, later].map((each) => hubspotContacts.map(row, 1, each).events.at(-1)?.id);
    expect(new Set(ids).size).toBe(2);
  });
});
