import { formatInstant, type EpochMs } from '../../kernel/instant.ts';
import { readCountry, readFlag } from './fields.ts';
import { MappedRow, type Identity } from './mapped-row.ts';
import type { CrmMapping, RowOutcome } from './mapping.ts';
import {
  birthDate,
  block,
  bounce,
  inUseAt,
  leaveList,
  locate,
  nameKey,
  ownConsents,
  ownRefusals,
  recordConsent,
  register,
  withdraw,
  type RowOrigin,
} from './row-events.ts';

const LEGAL_BASIS = "Legal basis for processing contact's data";
const UNSUBSCRIBED = 'Unsubscribed from all email';
const OPTED_OUT = 'Opted out of email: ';
const DEAL_CLOSED = 'Recent Deal Close Date';
const SOURCE = 'Original Source';
const COUNTRY = 'Country/Region';
/** HubSpot's own subscription type for advertising, which every portal has. */
const MARKETING = 'Marketing Information';

/** Labels differ between portals in case and in the kind of dash; some columns have two labels. */
function label(text: string): string {
  return text.toLowerCase().replace(/\s*[-–—]\s*/g, ' - ');
}

function mapContact(row: MappedRow, columns: readonly string[]): RowOutcome {
  const identity = row.identify({
    system: 'hubspot',
    records: ['Record ID'],
    email: 'Email',
    phones: ['Phone Number', 'Mobile Phone Number'],
  });
  if (identity === null) return row.finish();
  const country = locateContact(row);
  refusals(row, columns);
  ownRefusals(row);
  const createdAt = row.instant('Create Date');
  const origin = consents(row, createdAt);
  contact(row, identity, { country, createdAt, origin });
  sale(row);
  history(row);
  return row.finish();
}

function locateContact(row: MappedRow): string | null {
  const text = row.text(COUNTRY);
  const country = text === '' ? row.context.defaultCountry : readCountry(text);
  if (country === null) {
    row.report('information', 'COUNTRY_UNKNOWN', COUNTRY);
    return null;
  }
  locate(row, 'Street Address', {
    name: `${row.text('First Name')} ${row.text('Last Name')}`.trim(),
    street: row.text('Street Address'),
    postalCode: row.text('Postal Code'),
    city: row.text('City'),
    country,
  });
  return country;
}

function refusals(row: MappedRow, columns: readonly string[]): void {
  // HubSpot exports no time of an opt-out: it holds from the export on, for whatever it says
  // other than a plain no.
  if (readFlag(row.text(UNSUBSCRIBED)) !== false) {
    withdraw(row, null, { channels: ['EMAIL'], purposes: null });
  }
  for (const column of columns) {
    if (!column.startsWith(OPTED_OUT) || readFlag(row.text(column)) === false) continue;
    const name = column.slice(OPTED_OUT.length);
    // The type for advertising as such: who leaves it wants none by mail, on whatever ground.
    if (name === MARKETING) withdraw(row, null, { channels: ['EMAIL'], purposes: null });
    else leaveList(row, null, { name, column, channel: 'EMAIL' });
  }
  if (row.text('Email hard bounce reason') !== '') bounce(row, null, 'EMAIL');
  if (readFlag(row.text('Email Address Quarantined')) !== false) {
    block(row, null, { list: 'hubspot-quarantine', channels: ['EMAIL'] });
  }
}

function contact(
  row: MappedRow,
  identity: Identity,
  known: {
    readonly country: string | null;
    readonly createdAt: EpochMs | null;
    readonly origin: RowOrigin;
  },
): void {
  register(row, {
    at: row.instant('Last Modified Date') ?? known.createdAt,
    residence: known.country,
    numberCountry: identity.numberCountry,
    company: row.text('Company Name'),
    email: identity.email,
    birthDate: birthDate(row, 'Date of birth'),
    origin: originOf(row, known.createdAt) ?? known.origin,
  });
}

/** Sources that HubSpot itself observed; `Offline Sources` may be a bought list, so it is none. */
const observedSources: ReadonlySet<string> = new Set([
  'ai referrals',
  'direct traffic',
  'email marketing',
  'organic search',
  'organic social',
  'other campaigns',
  'paid search',
  'paid social',
  'referrals',
  'social media',
]);

function originOf(row: MappedRow, createdAt: EpochMs | null): RowOrigin {
  const source = row.text(SOURCE);
  if (createdAt === null || !observedSources.has(source.toLowerCase())) return null;
  return { kind: 'own', source: `hubspot: ${source}`, obtainedAt: formatInstant(createdAt) };
}

/** A deal counts as a sale where the portal itself calls the contact a customer. */
function sale(row: MappedRow): void {
  const { sales } = row.context;
  const closedAt = row.instant(DEAL_CLOSED);
  if (sales === null || closedAt === null) return;
  const bases = row.text(LEGAL_BASIS).split(';').map(label);
  const customer = bases.some((basis) => /(customer|performance of a contract)\s*$/.test(basis));
  if (!customer) return;
  const category = sales.categoryColumn === null ? '' : row.text(sales.categoryColumn);
  const named = category.length <= 200 && /^[^\s.\p{Cc}]+(\.[^\s.\p{Cc}]+)*$/u.test(category);
  const offline = /^offline/i.test(row.text(SOURCE));
  row.permit({
    ...row.envelope('sale', closedAt),
    type: 'sale.recorded',
    data: {
      saleId: `${row.key}:${formatInstant(closedAt)}`,
      productCategory: named ? category : sales.defaultCategory,
      contactDataObtainedHere: sales.contactDataObtainedHere && !offline,
      noticeAtCollectionRef: inUseAt(sales.notices, closedAt)?.ref ?? null,
      status: 'contract',
    },
  });
}

function consents(row: MappedRow, createdAt: EpochMs | null): RowOrigin {
  const origin = ownConsents(row, createdAt);
  const consented = /freely given consent/i.test(row.text(LEGAL_BASIS));
  const scope = row.context.purposes.get(MARKETING);
  if (!consented) return origin;
  if (scope === undefined) row.report('information', 'PURPOSE_UNKNOWN', LEGAL_BASIS);
  else if (createdAt === null) row.report('information', 'CONSENT_UNDATED', LEGAL_BASIS);
  else {
    // The property is a flag that staff or an import sets: nothing in the export proves it.
    recordConsent(row, {
      name: MARKETING,
      scope,
      form: 'active',
      method: 'import',
      requestedAt: null,
      confirmedAt: createdAt,
      confirmedColumn: LEGAL_BASIS,
      ip: null,
      reference: null,
    });
  }
  return origin;
}

/** What was sent and what the person did; an opening alone is no act (RULES RET-3). */
function history(row: MappedRow): void {
  const sentAt = row.instant('Last marketing email send date');
  if (sentAt !== null) {
    const envelope = row.envelope('EMAIL:sent', sentAt);
    row.permit({ ...envelope, type: 'contact.made', data: { channel: 'EMAIL' } });
  }
  const acts = [
    { column: 'Last marketing email click date', kind: 'click' },
    { column: 'Last marketing email reply date', kind: 'reply' },
  ] as const;
  for (const { column, kind } of acts) {
    const at = row.instant(column);
    if (at === null) continue;
    const envelope = row.envelope(`${nameKey(column)}:acted`, at);
    row.permit({ ...envelope, type: 'activity.recorded', data: { kind } });
  }
}

export const hubspotContacts: CrmMapping = {
  format: 'hubspot_contacts',
  system: 'hubspot',
  requiredColumns: ['Record ID', 'Email', UNSUBSCRIBED],
  map: (cells, rowNumber, context) =>
    mapContact(new MappedRow(cells, rowNumber, context), Object.keys(cells)),
  salvage: null,
};
