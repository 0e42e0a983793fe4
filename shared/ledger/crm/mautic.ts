import { channels as everyChannel, type Channel } from '../../contract/vocabulary.ts';
import { normaliseEmail } from '../identifier.ts';
import { readCountry } from './fields.ts';
import { MappedRow } from './mapped-row.ts';
import type { CrmContext, CrmMapping, RowOutcome } from './mapping.ts';
import {
  birthDate,
  block,
  bounce,
  locate,
  ownConsents,
  ownRefusals,
  register,
  withdraw,
} from './row-events.ts';

const PHONES = ['mobile', 'phone'] as const;

/** Reasons of `DoNotContact`: 0 means that the contact may be reached. */
const REASONS = { contactable: '0', unsubscribed: '1', bounced: '2', manual: '3' } as const;

/** What Mautic calls a channel; a name that is not here stands for all of them. */
const channelsByName: ReadonlyMap<string, readonly Channel[]> = new Map<string, Channel[]>([
  ['email', ['EMAIL']],
  ['sms', ['SMS', 'MMS']],
  ['notification', ['PUSH_WEB']],
  ['mobile_notification', ['PUSH_APP']],
]);

/** Channels whose messages can come back. */
const delivering: readonly Channel[] = ['EMAIL', 'SMS'];

/**
 * A row of the contact export. It has the contact's fields and neither its subscriptions nor the
 * do-not-contact entries, so a consent can only stand in columns that the controller made.
 */
function mapContact(row: MappedRow): RowOutcome {
  const identity = row.identify({
    system: 'mautic',
    records: ['id'],
    email: 'email',
    phones: PHONES,
  });
  if (identity === null) return row.finish();
  const stated = row.text('country');
  const country = stated === '' ? row.context.defaultCountry : readCountry(stated);
  if (country === null) row.report('information', 'COUNTRY_UNKNOWN', 'country');
  else {
    const name = `${row.text('firstname')} ${row.text('lastname')}`.trim();
    const street = row.text('address1');
    const lines = { postalCode: row.text('zipcode'), city: row.text('city'), country };
    locate(row, 'address1', { name, street, ...lines });
  }
  ownRefusals(row);
  register(row, {
    at: null,
    residence: country,
    numberCountry: identity.numberCountry,
    company: row.text('company'),
    email: identity.email,
    birthDate: birthDate(row, 'birthdate'),
    origin: ownConsents(row, null),
  });
  return row.finish();
}

/** A row of the table `lead_donotcontact`, best exported with the contact's address beside it. */
function mapEntry(row: MappedRow): RowOutcome {
  const identity = row.identify({
    system: 'mautic',
    records: ['lead_id'],
    email: 'email',
    phones: PHONES,
  });
  if (identity !== null) entry(row);
  return row.finish();
}

function entry(row: MappedRow): void {
  const reason = row.text('reason');
  if (reason === REASONS.contactable) return;
  const at = row.refusalInstant(row.text('date_added'), 'date_added');
  const channels = channelsByName.get(row.text('channel').toLowerCase());
  if (channels === undefined) row.report('information', 'VALUE_UNKNOWN', 'channel');
  switch (reason) {
    case REASONS.unsubscribed:
      return withdraw(row, at, { channels: channels ?? everyChannel, purposes: null });
    case REASONS.bounced:
      for (const channel of channels ?? delivering) bounce(row, at, channel);
      return;
    case REASONS.manual:
      return block(row, at, { list: 'mautic', channels: channels ?? null });
    default:
      row.report('information', 'VALUE_UNKNOWN', 'reason');
      return block(row, at, { list: 'mautic', channels: channels ?? null });
  }
}

function salvageEntry(
  cells: readonly string[],
  rowNumber: number,
  context: CrmContext,
): RowOutcome {
  const email = cells.find((cell) => normaliseEmail(cell) !== null) ?? '';
  const row = new MappedRow({ email }, rowNumber, context);
  row.report('error', 'COLUMN_COUNT', null);
  const columns = { system: 'mautic', records: [], email: 'email', phones: [] } as const;
  if (row.identify(columns) !== null) block(row, null, { list: 'mautic', channels: null });
  return row.finish();
}

export const mauticContacts: CrmMapping = {
  format: 'mautic_contacts',
  system: 'mautic',
  requiredColumns: ['id', 'email'],
  map: (cells, rowNumber, context) => mapContact(new MappedRow(cells, rowNumber, context)),
  salvage: null,
};

export const mauticDoNotContact: CrmMapping = {
  format: 'mautic_donotcontact',
  system: 'mautic',
  requiredColumns: ['lead_id', 'reason', 'channel'],
  map: (cells, rowNumber, context) => mapEntry(new MappedRow(cells, rowNumber, context)),
  salvage: salvageEntry,
};
