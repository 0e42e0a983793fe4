import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConsentEvent, refusalTypes } from '../../../shared/contract/events.ts';
import { crmMappings, formatOfFile } from '../../../shared/ledger/crm/crm-formats.ts';
import { crmFormats, receiptMessages } from '../../../shared/ledger/crm/mapping.ts';
import { context } from './mapped.ts';

const names: readonly (readonly [string, string | null])[] = [
  ['subscribed_members_export_6f1e2a9c40.csv', 'mailchimp_subscribed'],
  ['subscribed_email_audience_export_6f1e2a9c40.csv', 'mailchimp_subscribed'],
  ['out/unsubscribed_members_export_6f1e2a9c40.csv', 'mailchimp_unsubscribed'],
  ['unsubscribed_email_audience_export_6f1e2a9c40.csv', 'mailchimp_unsubscribed'],
  ['cleaned_members_export_6f1e2a9c40.csv', 'mailchimp_cleaned'],
  ['hubspot-crm-exports-all-contacts-2026-11-21.csv', 'hubspot_contacts'],
  ['subscribers.csv', 'listmonk_subscribers'],
  ['contacts_export.csv', 'mautic_contacts'],
  ['mautic-lead_donotcontact.csv', 'mautic_donotcontact'],
  ['people.csv', null],
];

test.each(names)('the file %s is of the format %s', (name, format) => {
  expect(formatOfFile(name)).toBe(format);
});

/** Every column that any mapping reads, so that arbitrary rows reach every branch. */
const columns = [
  ...['Email Address', 'Address', 'Phone Number', 'Birthday', 'OPTIN_TIME', 'CONFIRM_TIME'],
  ...['CONFIRM_IP', 'CC', 'LAST_CHANGED', 'LEID', 'UNSUB_TIME', 'UNSUB_REASON', 'CLEAN_TIME'],
  ...['Record ID', 'Email', 'Country/Region', 'Company Name', 'Create Date', 'Original Source'],
  ...['Unsubscribed from all email', 'Opted out of email: Marketing Information'],
  ...["Legal basis for processing contact's data", 'Recent Deal Close Date', 'Date of birth'],
  ...['Last Modified Date', 'Last marketing email send date', 'category', 'Street Address'],
  ...['phone_ok', 'phone_ok_at', 'phone_recording', 'optin', 'optin_at', 'doi_at', 'no_ads'],
  ...['uuid', 'email', 'status', 'attribs', 'lists', 'created_at', 'updated_at'],
  ...['id', 'lead_id', 'reason', 'channel', 'date_added', 'mobile', 'country', 'birthdate'],
];

const cell = fc.oneof(
  fc.constantFrom('', 'erika@example.org', ' ERIKA@example.org ', '2026-03-01 09:00:00', 'yes'),
  fc.constantFrom('2026-03-02', '1', '2', '3', 'email', 'blocklisted', 'Germany', 'running.shoes'),
  fc.constantFrom('Freely given consent from contact', 'Legitimate interest - existing customer'),
  fc.constantFrom('[{"name":"Fashion","subscription_status":"unsubscribed"}]', '192.0.2.1'),
  fc.string({ unit: 'binary', maxLength: 300 }),
);

const anyRow = fc.dictionary(fc.constantFrom(...columns), cell, {
  maxKeys: 30,
  noNullPrototype: true,
});

describe.each(crmFormats)('any row of %s', (format) => {
  const mapping = crmMappings[format];

  test('gives events of the contract', () => {
    fc.assert(
      fc.property(anyRow, (row) => {
        for (const event of mapping.map(row, 1, context).events) {
          expect(ConsentEvent.safeParse(event).error).toBeUndefined();
        }
      }),
      { numRuns: 300 },
    );
  });

  test('with an error gives refusals alone', () => {
    fc.assert(
      fc.property(anyRow, (row) => {
        const { events, receipts } = mapping.map(row, 1, context);
        if (!receipts.some(({ kind }) => kind === 'error')) return;
        expect(events.filter(({ type }) => !refusalTypes.has(type))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('gives the same events again, under the same ids', () => {
    fc.assert(
      fc.property(anyRow, (row) => {
        const outcome = mapping.map(row, 1, context);
        expect(mapping.map(row, 1, context)).toEqual(outcome);
      }),
      { numRuns: 100 },
    );
  });

  test('has receipts that name columns and never a value', () => {
    fc.assert(
      fc.property(anyRow, (row) => {
        for (const { code, column, message } of mapping.map(row, 1, context).receipts) {
          const subject = column === null ? 'the row' : `\`${column}\``;
          expect(message).toBe(`${subject} ${receiptMessages[code]}`);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('names the columns that it needs', () => {
    expect(mapping.format).toBe(format);
    expect(mapping.requiredColumns.length).toBeGreaterThan(1);
  });
});

const refusing = crmFormats.filter((format) => crmMappings[format].salvage !== null);

test.each(refusing)('every row of %s with an address refuses, whatever else it says', (format) => {
  const mapping = crmMappings[format];
  const address = format === 'mautic_donotcontact' ? 'email' : 'Email Address';
  fc.assert(
    fc.property(anyRow, (cells) => {
      const row = { ...cells, [address]: 'erika@example.org', reason: '1' };
      const { events } = mapping.map(row, 1, context);
      expect(events.some(({ type }) => refusalTypes.has(type))).toBe(true);
    }),
    { numRuns: 200 },
  );
});
