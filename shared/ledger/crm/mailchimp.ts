import type { EpochMs } from '../../kernel/instant.ts';
import { normaliseEmail } from '../identifier.ts';
import { readCountry, readIp } from './fields.ts';
import { MappedRow, type Identity } from './mapped-row.ts';
import type { CrmContext, CrmMapping, CrmRow, RowOutcome } from './mapping.ts';
import {
  birthDate,
  bounce,
  locate,
  recordConsent,
  register,
  withdraw,
  type RowOrigin,
} from './row-events.ts';

/** The name under which a context says what joining the exported audience means. */
export const AUDIENCE = 'audience';

const EMAIL = 'Email Address';

/** Reasons with which a recipient reports a message as unwanted rather than leaving a list. */
const COMPLAINTS = /spam|abuse|never signed up|no_?signup|inappropriate/i;

type AudienceFile = 'subscribed' | 'unsubscribed' | 'cleaned';

function mapMember(
  file: AudienceFile,
  cells: CrmRow,
  rowNumber: number,
  context: CrmContext,
): RowOutcome {
  const row = new MappedRow(cells, rowNumber, context);
  const identity = row.identify({
    system: 'mailchimp',
    records: ['LEID', 'EUID'],
    email: EMAIL,
    phones: ['Phone Number'],
  });
  if (identity === null) return row.finish();
  const home = locateMember(row);
  refusals(row, file);
  const confirmedAt = row.instant('CONFIRM_TIME');
  const requestedAt = row.instant('OPTIN_TIME');
  const at = row.instant('LAST_CHANGED') ?? confirmedAt ?? requestedAt;
  member(row, identity, { at, home, origin: join(row, requestedAt, confirmedAt) });
  return row.finish();
}

/** Whatever the file is called, a time of leaving in a row is a refusal. */
function refusals(row: MappedRow, file: AudienceFile): void {
  const left = row.text('UNSUB_TIME');
  if (file === 'unsubscribed' || left !== '') {
    const at = row.refusalInstant(left, 'UNSUB_TIME');
    withdraw(row, at, { channels: ['EMAIL'], purposes: null });
    if (COMPLAINTS.test(row.text('UNSUB_REASON'))) complain(row, at);
  }
  const cleaned = row.text('CLEAN_TIME');
  if (file === 'cleaned' || cleaned !== '') {
    bounce(row, row.refusalInstant(cleaned, 'CLEAN_TIME'), 'EMAIL');
  }
}

function complain(row: MappedRow, at: EpochMs | null): void {
  const envelope = row.envelope('EMAIL:complained', at);
  row.refuse({ ...envelope, type: 'delivery.complained', data: { channel: 'EMAIL' } });
}

interface Member {
  readonly at: EpochMs | null;
  readonly home: Home;
  readonly origin: RowOrigin;
}

function member(row: MappedRow, identity: Identity, { at, home, origin }: Member): void {
  // `CC` comes from the network address of the sign-up: a hint, better than the context's guess.
  const guessed = readCountry(row.text('CC')) ?? row.context.defaultCountry;
  register(row, {
    at,
    residence: home.stated ? home.country : guessed,
    numberCountry: identity.numberCountry,
    company: '',
    email: identity.email,
    birthDate: birthDate(row, 'Birthday'),
    origin,
  });
}

interface Home {
  /** The row has an address, whether or not its country is known here. */
  readonly stated: boolean;
  readonly country: string | null;
}

/** Lines of the address field, which stand in one cell with two blanks between them. */
function locateMember(row: MappedRow): Home {
  const parts = row
    .text('Address')
    .split(/\s{2,}/)
    .filter((part) => part !== '');
  if (parts.length < 2) return { stated: false, country: null };
  const country = readCountry(parts.at(-1) ?? '');
  if (country === null) {
    row.report('information', 'COUNTRY_UNKNOWN', 'Address');
    return { stated: true, country: null };
  }
  const [street = '', city = '', postalCode = ''] = parts;
  // Four parts can be read in one way only; with more, a line could be a state or an addition.
  const lines = { street, city: parts.length === 4 ? city : '', postalCode };
  const name = `${row.text('First Name')} ${row.text('Last Name')}`.trim();
  locate(row, 'Address', { name, ...lines, country });
  return { stated: true, country };
}

/**
 * Joining the audience. Two different times and the address of the second click are what a double
 * opt-in leaves behind; a contact that was imported or added by hand has `CONFIRM_TIME` alone.
 */
function join(row: MappedRow, requestedAt: EpochMs | null, confirmedAt: EpochMs | null): RowOrigin {
  const scope = row.context.purposes.get(AUDIENCE);
  if (scope === undefined) {
    row.report('information', 'PURPOSE_UNKNOWN', null);
    return null;
  }
  if (requestedAt === null && confirmedAt === null) {
    row.report('information', 'CONSENT_UNDATED', 'CONFIRM_TIME');
    return null;
  }
  const ip = readIp(row.text('CONFIRM_IP'));
  const twoSteps = requestedAt !== null && confirmedAt !== null && requestedAt !== confirmedAt;
  return recordConsent(row, {
    name: AUDIENCE,
    scope,
    form: 'active',
    method: twoSteps && ip !== null ? 'doi_email' : 'import',
    requestedAt: twoSteps ? requestedAt : null,
    confirmedAt: confirmedAt ?? requestedAt,
    confirmedColumn: 'CONFIRM_TIME',
    ip,
    reference: null,
  });
}

/** Any address in a row whose cells have moved: the file says that its people have left. */
function salvage(file: AudienceFile): NonNullable<CrmMapping['salvage']> {
  return (cells, rowNumber, context) => {
    const email = cells.find((cell) => normaliseEmail(cell) !== null) ?? '';
    const row = new MappedRow({ [EMAIL]: email }, rowNumber, context);
    row.report('error', 'COLUMN_COUNT', null);
    // With the cells moved, the record's id is not to be trusted: the address alone is.
    const columns = { system: 'mailchimp', records: [], email: EMAIL, phones: [] } as const;
    if (row.identify(columns) !== null) refusals(row, file);
    return row.finish();
  };
}

function audienceFile(file: AudienceFile): CrmMapping {
  const when = { subscribed: [], unsubscribed: ['UNSUB_TIME'], cleaned: ['CLEAN_TIME'] }[file];
  return {
    format: `mailchimp_${file}`,
    system: 'mailchimp',
    requiredColumns: [EMAIL, 'OPTIN_TIME', 'CONFIRM_TIME', ...when],
    map: (cells, rowNumber, context) => mapMember(file, cells, rowNumber, context),
    salvage: file === 'subscribed' ? null : salvage(file),
  };
}

export const mailchimpSubscribed = audienceFile('subscribed');
export const mailchimpUnsubscribed = audienceFile('unsubscribed');
export const mailchimpCleaned = audienceFile('cleaned');
