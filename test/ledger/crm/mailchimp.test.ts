import { describe, expect, test } from 'vitest';
import {
  mailchimpCleaned,
  mailchimpSubscribed,
  mailchimpUnsubscribed,
} from '../../../shared/ledger/crm/mailchimp.ts';
import type { CrmRow } from '../../../shared/ledger/crm/mapping.ts';
import { context, tell, type Told } from './mapped.ts';

/** Signed up in two steps: the row to which each case below changes one thing. */
const member: CrmRow = {
  'Email Address': 'erika@example.org',
  'First Name': 'Erika',
  'Last Name': 'Größl',
  Address: '',
  'Phone Number': '',
  Birthday: '',
  OPTIN_TIME: '2026-03-01 09:00:00',
  OPTIN_IP: '192.0.2.1',
  CONFIRM_TIME: '2026-03-01 09:12:44',
  CONFIRM_IP: '192.0.2.2',
  CC: '',
  LAST_CHANGED: '2026-03-02 10:00:00',
  LEID: '55331253',
  EUID: '89501affba',
};

const registered = 'subject.registered 2026-03-02T10:00:00Z DE own';
/** Nothing shows that the person gave the address. */
const stranger = 'subject.registered 2026-03-02T10:00:00Z DE';
const requested = 'consent.requested 2026-03-01T09:00:00Z EMAIL newsletter.fashion doi_email';
const confirmed = 'consent.confirmed 2026-03-01T09:12:44Z EMAIL newsletter.fashion doi_email';
const unproven = 'information EVIDENCE_MISSING CONFIRM_TIME';

const subscribedCases: readonly (readonly [string, CrmRow, Told])[] = [
  ['double opt-in', {}, { events: [registered, requested, confirmed], receipts: [] }],
  [
    'imported: a confirmation without a request',
    { OPTIN_TIME: '', OPTIN_IP: '' },
    {
      events: [stranger, 'consent.confirmed 2026-03-01T09:12:44Z EMAIL newsletter.fashion import'],
      receipts: [unproven],
    },
  ],
  [
    'single opt-in: both at the same time',
    { CONFIRM_TIME: '2026-03-01 09:00:00' },
    {
      events: [stranger, 'consent.confirmed 2026-03-01T09:00:00Z EMAIL newsletter.fashion import'],
      receipts: [unproven],
    },
  ],
  [
    'confirmed from nowhere: no address of the click',
    { CONFIRM_IP: '' },
    {
      events: [
        stranger,
        'consent.requested 2026-03-01T09:00:00Z EMAIL newsletter.fashion import',
        'consent.confirmed 2026-03-01T09:12:44Z EMAIL newsletter.fashion import',
      ],
      receipts: [unproven],
    },
  ],
  [
    'before the first documented wording',
    { OPTIN_TIME: '2023-12-31 09:00:00', CONFIRM_TIME: '2023-12-31 09:12:44' },
    {
      events: [
        registered,
        'consent.requested 2023-12-31T09:00:00Z EMAIL newsletter.fashion doi_email unworded',
        'consent.confirmed 2023-12-31T09:12:44Z EMAIL newsletter.fashion doi_email unworded',
      ],
      receipts: [unproven],
    },
  ],
  [
    'no time at all',
    { OPTIN_TIME: '', CONFIRM_TIME: '', LAST_CHANGED: '' },
    {
      events: ['subject.registered 2026-11-22T12:00:00Z DE'],
      receipts: ['information CONSENT_UNDATED CONFIRM_TIME'],
    },
  ],
  [
    'a birthday without a year',
    { Birthday: '03/07' },
    {
      events: [registered, requested, confirmed],
      receipts: ['information BIRTHDAY_WITHOUT_YEAR Birthday'],
    },
  ],
  [
    'a hint at Austria',
    { CC: 'AT' },
    {
      events: ['subject.registered 2026-03-02T10:00:00Z AT own', requested, confirmed],
      receipts: [],
    },
  ],
  [
    'an address in Austria, a click from Germany',
    { CC: 'DE', Address: 'Musterweg 1  Wien  1010  AT' },
    {
      events: ['subject.registered 2026-03-02T10:00:00Z AT own', requested, confirmed],
      receipts: [],
    },
  ],
  [
    'an address in a country that nobody knows',
    { Address: 'Musterweg 1  Wien  1010  Kakanien' },
    {
      events: ['subject.registered 2026-03-02T10:00:00Z - own', requested, confirmed],
      receipts: ['information COUNTRY_UNKNOWN Address'],
    },
  ],
  [
    'confirmed before it was asked for',
    { CONFIRM_TIME: '2026-02-01 09:00:00' },
    { events: [], receipts: ['error DATE_ORDER CONFIRM_TIME'] },
  ],
  [
    'a day that does not exist',
    { CONFIRM_TIME: '2026-02-30 09:00:00' },
    { events: [], receipts: ['error DATE_MALFORMED CONFIRM_TIME'] },
  ],
  [
    'a day to come',
    { CONFIRM_TIME: '2026-12-24 09:00:00' },
    { events: [], receipts: ['error DATE_FUTURE CONFIRM_TIME'] },
  ],
  [
    'an address that is none',
    { 'Email Address': 'erika.example.org' },
    { events: [], receipts: ['error EMAIL_MALFORMED Email Address'] },
  ],
  [
    'nobody',
    { 'Email Address': '', LEID: '', EUID: '' },
    { events: [], receipts: ['error IDENTIFIER_MISSING -'] },
  ],
  [
    'a time of leaving among the subscribed',
    { UNSUB_TIME: '2026-05-01 08:00:00' },
    {
      events: [registered, requested, confirmed, 'consent.withdrawn 2026-05-01T08:00:00Z EMAIL'],
      receipts: [],
    },
  ],
  [
    'a time of leaving and a broken confirmation',
    { UNSUB_TIME: '2026-05-01 08:00:00', CONFIRM_TIME: 'soon' },
    {
      events: ['consent.withdrawn 2026-05-01T08:00:00Z EMAIL'],
      receipts: ['error DATE_MALFORMED CONFIRM_TIME'],
    },
  ],
];

const left = { UNSUB_TIME: '2026-05-01 08:00:00', UNSUB_REASON: 'NORMAL' };

const unsubscribedCases: readonly (readonly [string, CrmRow, Told])[] = [
  [
    'left',
    {},
    {
      events: [registered, requested, confirmed, 'consent.withdrawn 2026-05-01T08:00:00Z EMAIL'],
      receipts: [],
    },
  ],
  [
    'left and complained',
    { UNSUB_REASON: 'SPAM' },
    {
      events: [
        registered,
        requested,
        confirmed,
        'consent.withdrawn 2026-05-01T08:00:00Z EMAIL',
        'delivery.complained 2026-05-01T08:00:00Z EMAIL',
      ],
      receipts: [],
    },
  ],
  [
    'left without a date',
    { UNSUB_TIME: '' },
    {
      events: [registered, requested, confirmed, 'consent.withdrawn 2026-11-22T12:00:00Z EMAIL'],
      receipts: ['information DATE_ASSUMED UNSUB_TIME'],
    },
  ],
  [
    'left on a day to come',
    { UNSUB_TIME: '2029-01-01 00:00:00' },
    {
      events: [registered, requested, confirmed, 'consent.withdrawn 2026-11-22T12:00:00Z EMAIL'],
      receipts: ['information DATE_ASSUMED UNSUB_TIME'],
    },
  ],
  [
    'left, with an address that is none: the record still refuses',
    { 'Email Address': 'erika.example.org' },
    {
      events: ['consent.withdrawn 2026-05-01T08:00:00Z EMAIL'],
      receipts: ['error EMAIL_MALFORMED Email Address'],
    },
  ],
];

describe('a subscribed member', () => {
  test.each(subscribedCases)('%s', (_, change, told) => {
    expect(tell(mailchimpSubscribed, { ...member, ...change })).toEqual(told);
  });

  test('keeps the whole evidence', () => {
    const { events } = mailchimpSubscribed.map(member, 1, context);
    expect(events.at(-1)).toEqual({
      id: expect.stringMatching(/^55331253:[0-9a-f]{12}:confirmed:2026-03-01T09:12:44Z$/),
      source: 'crm',
      occurredAt: '2026-03-01T09:12:44Z',
      controller: 'acme',
      subject: { id: 'mailchimp:55331253', email: 'erika@example.org' },
      type: 'consent.confirmed',
      data: {
        consentId: expect.stringMatching(/^crm:55331253:[0-9a-f]{12}$/),
        channels: ['EMAIL'],
        purposes: ['newsletter.fashion'],
        form: 'active',
        wording: { id: 'form', version: '3', sha256: 'a'.repeat(64) },
        evidence: {
          method: 'doi_email',
          url: 'https://shop.example.org/form',
          ip: '192.0.2.2',
          ref: 'crm record 55331253',
        },
      },
    });
  });

  test('without a record id is known by a digest, never by the address', () => {
    const { events } = mailchimpSubscribed.map({ ...member, LEID: '', EUID: '' }, 1, context);
    for (const event of events) {
      expect(event.id).toMatch(/^sha256-[0-9a-f]{64}:/);
      expect(event.subject.id).toMatch(/^mailchimp:sha256-[0-9a-f]{64}$/);
    }
  });

  test('with a whole address is found by post too', () => {
    const row = { ...member, Address: 'Musterweg 1  Wien  1010  AT' };
    expect(mailchimpSubscribed.map(row, 1, context).events[0]?.subject.postal).toEqual({
      name: 'Erika Größl',
      street: 'Musterweg 1',
      postalCode: '1010',
      city: 'Wien',
      country: 'AT',
    });
  });
});

describe('an unsubscribed member', () => {
  test.each(unsubscribedCases)('%s', (_, change, told) => {
    expect(tell(mailchimpUnsubscribed, { ...member, ...left, ...change })).toEqual(told);
  });

  test('in a row whose cells have moved still refuses by the address', () => {
    const outcome = mailchimpUnsubscribed.salvage?.(['x', 'erika@example.org', '1'], 4, context);
    expect(outcome?.events).toMatchObject([
      {
        type: 'consent.withdrawn',
        subject: { email: 'erika@example.org' },
        data: { channels: ['EMAIL'] },
      },
    ]);
    expect(outcome?.receipts.map(({ code }) => code)).toEqual(['COLUMN_COUNT', 'DATE_ASSUMED']);
  });
});

describe('a cleaned member', () => {
  test('bounced for good', () => {
    const row = { ...member, CLEAN_TIME: '2026-06-01 08:00:00' };
    expect(tell(mailchimpCleaned, row)).toEqual({
      events: [
        registered,
        requested,
        confirmed,
        'delivery.bounced 2026-06-01T08:00:00Z EMAIL permanently',
      ],
      receipts: [],
    });
  });
});
