import type { CrmFormat } from '../../../shared/ledger/crm/mapping.ts';
import { exportTable, localText, microText, type Column } from './export-table.ts';
import type {
  CrmRecord,
  HubspotContact,
  ListmonkSubscriber,
  MailchimpMember,
  MauticContact,
  Person,
} from './person.ts';
import { shopWideEvents } from './stories.ts';

export interface SampleFile {
  readonly name: string;
  readonly format: CrmFormat | 'webshop_events';
  readonly content: string;
}

/** A record and whose it is. */
interface Held<Record> {
  readonly person: Person;
  readonly record: Record;
}

type RecordOf<System extends CrmRecord['system']> = Extract<CrmRecord, { system: System }>;

const BERLIN = 'Europe/Berlin';
const BYTE_ORDER_MARK = '\uFEFF';

/** Everything as the systems would export it, and the shop's own feed of what they cannot hold. */
export function exportFiles(people: readonly Person[]): readonly SampleFile[] {
  return [
    ...mailchimpFiles(heldIn(people, isMailchimp)),
    hubspotFile(heldIn(people, isHubspot)),
    listmonkFile(heldIn(people, isListmonk)),
    ...mauticFiles(heldIn(people, isMautic)),
    shopFile(people),
  ];
}

const isMailchimp = (record: CrmRecord): record is MailchimpMember => record.system === 'mailchimp';
const isHubspot = (record: CrmRecord): record is HubspotContact => record.system === 'hubspot';
const isListmonk = (record: CrmRecord): record is ListmonkSubscriber =>
  record.system === 'listmonk';
const isMautic = (record: CrmRecord): record is MauticContact => record.system === 'mautic';

function heldIn<System extends CrmRecord['system']>(
  people: readonly Person[],
  isIn: (record: CrmRecord) => record is RecordOf<System>,
): readonly Held<RecordOf<System>>[] {
  return people.flatMap((person) =>
    person.records.filter(isIn).map((record) => ({ person, record })),
  );
}

type Member = Held<MailchimpMember>;

const memberColumns: readonly Column<Member>[] = [
  ['Email Address', ({ record }) => record.email],
  ['First Name', ({ person }) => person.firstName],
  ['Last Name', ({ person }) => person.lastName],
  ['Address', ({ person, record }) => (record.withAddress ? addressCell(person) : '')],
  ['Phone Number', () => ''],
  ['Birthday', ({ record }) => record.birthday],
  ['MEMBER_RATING', () => '2'],
  ['OPTIN_TIME', ({ record }) => localText(record.signUp.requestedAt, BERLIN)],
  ['OPTIN_IP', ({ record }) => (record.signUp.requestedAt === null ? '' : record.signUp.ip)],
  ['CONFIRM_TIME', ({ record }) => localText(record.signUp.confirmedAt, BERLIN)],
  ['CONFIRM_IP', ({ record }) => record.signUp.ip],
  ['LATITUDE', () => ''],
  ['LONGITUDE', () => ''],
  ['GMTOFF', () => ''],
  ['DSTOFF', () => ''],
  ['TIMEZONE', () => ''],
  ['CC', ({ person }) => person.postal.country],
  ['REGION', () => ''],
];

const closingColumns: readonly Column<Member>[] = [
  ['LEID', ({ record }) => record.id],
  ['EUID', ({ record }) => `e${record.id}`],
  ['NOTES', () => ''],
  ['TAGS', () => ''],
];

const changedColumns: readonly Column<Member>[] = [
  ['LAST_CHANGED', ({ record }) => localText(record.changedAt, BERLIN)],
];

const unsubscribedColumns: readonly Column<Member>[] = [
  ['UNSUB_TIME', ({ record }) => localText(record.unsubscribed?.at ?? null, BERLIN)],
  ['UNSUB_CAMPAIGN_TITLE', () => 'Nordlicht Mode'],
  ['UNSUB_CAMPAIGN_ID', () => 'a1b2c3d4e5'],
  ['UNSUB_REASON', ({ record }) => record.unsubscribed?.reason ?? ''],
  ['UNSUB_REASON_OTHER', () => ''],
];

const cleanedColumns: readonly Column<Member>[] = [
  ['CLEAN_TIME', ({ record }) => localText(record.cleaned?.at ?? null, BERLIN)],
  ['CLEAN_CAMPAIGN_TITLE', () => 'Nordlicht Mode'],
  ['CLEAN_CAMPAIGN_ID', () => 'a1b2c3d4e5'],
];

function addressCell({ postal }: Person): string {
  return [postal.street, postal.city, postal.postalCode, postal.country].join('  ');
}

function mailchimpFiles(members: readonly Member[]): readonly SampleFile[] {
  const left = members.filter(({ record }) => record.unsubscribed !== null);
  const cleaned = members.filter(({ record }) => record.cleaned !== null);
  const subscribed = members.filter(
    ({ record }) => record.unsubscribed === null && record.cleaned === null,
  );
  const where = { id: 'LEID', email: 'Email Address', date: 'CONFIRM_TIME' };
  const table = (middle: readonly Column<Member>[], held: readonly Member[]) =>
    exportTable([...memberColumns, ...middle, ...closingColumns], held, where);
  return [
    {
      name: 'subscribed_members_export_6f1e2a9c40.csv',
      format: 'mailchimp_subscribed',
      content: table(changedColumns, subscribed),
    },
    {
      name: 'unsubscribed_members_export_6f1e2a9c40.csv',
      format: 'mailchimp_unsubscribed',
      content: table(unsubscribedColumns, left),
    },
    {
      name: 'cleaned_members_export_6f1e2a9c40.csv',
      format: 'mailchimp_cleaned',
      content: table(cleanedColumns, cleaned),
    },
  ];
}

const contactColumns: readonly Column<Held<HubspotContact>>[] = [
  ['Record ID', ({ record }) => record.id],
  ['First Name', ({ person }) => person.firstName],
  ['Last Name', ({ person }) => person.lastName],
  ['Email', ({ record }) => record.email],
  ['Phone Number', ({ person }) => phoneCell(person)],
  ['Mobile Phone Number', () => ''],
  ['Street Address', ({ person }) => person.postal.street],
  ['Postal Code', ({ person }) => person.postal.postalCode],
  ['City', ({ person }) => person.postal.city],
  ['Country/Region', ({ person }) => (person.postal.country === 'AT' ? 'Austria' : 'Germany')],
  ['Company Name', ({ person }) => person.company ?? ''],
  ['Job Title', ({ person }) => (person.company === null ? '' : 'Einkauf')],
  ['Lifecycle Stage', ({ record }) => (record.deal === null ? 'Lead' : 'Customer')],
  ["Legal basis for processing contact's data", ({ record }) => record.legalBasis],
  ['Marketing contact status', () => 'Marketing contact'],
  ['Unsubscribed from all email', ({ record }) => (record.unsubscribed ? 'true' : '')],
  [
    'Opted out of email: Marketing Information',
    ({ record }) => (record.optedOut ? 'Opted out' : ''),
  ],
  ['Opted out of email: One to One', () => ''],
  ['Email hard bounce reason', ({ record }) => record.hardBounce],
  ['Date of birth', ({ person }) => person.birthDate ?? ''],
  ['Create Date', ({ record }) => minuteText(record.createdAt)],
  ['Last Modified Date', ({ record }) => minuteText(record.changedAt)],
  ['Last Activity Date', ({ record }) => minuteText(record.changedAt)],
  ['Recent Deal Close Date', ({ record }) => minuteText(record.deal?.at ?? null)],
  ['Letzte Warengruppe', ({ record }) => record.deal?.category ?? ''],
  ['Original Source', ({ record }) => record.source],
  ['Last marketing email send date', ({ record }) => minuteText(record.sentAt)],
  ['Last marketing email click date', ({ record }) => minuteText(record.clickedAt)],
  ['Telefonwerbung erlaubt', ({ record }) => (record.phoneConsent === null ? '' : 'Ja')],
  ['Telefonwerbung erlaubt am', ({ record }) => minuteText(record.phoneConsent?.at ?? null)],
  ['Gesprächsaufzeichnung', ({ record }) => record.phoneConsent?.recording ?? ''],
  ['Keine Postwerbung', ({ record }) => (record.noPostSince === null ? '' : 'Ja')],
  ['Keine Postwerbung seit', ({ record }) => minuteText(record.noPostSince)],
];

function minuteText(at: number | null): string {
  return localText(at, BERLIN).slice(0, 16);
}

/** Half of the numbers are written for people of the same country, with a nought before them. */
function phoneCell({ number, phone }: Person): string {
  if (phone === null) return '';
  return number % 2 === 0 ? phone : `0${phone.slice(3, 6)} ${phone.slice(6)}`;
}

function hubspotFile(contacts: readonly Held<HubspotContact>[]): SampleFile {
  return {
    name: 'hubspot-crm-exports-all-contacts-2026-11-21.csv',
    format: 'hubspot_contacts',
    content: exportTable(contactColumns, contacts, {
      id: 'Record ID',
      email: 'Email',
      date: 'Create Date',
    }),
  };
}

/** The answer of `GET /api/subscribers?per_page=all`; the CSV export has no lists. */
function listmonkFile(subscribers: readonly Held<ListmonkSubscriber>[]): SampleFile {
  const results: unknown[] = subscribers.map(subscriberOf);
  // Four entries that somebody's script has damaged.
  const broken = results.slice(0, 4).map((result, index) => damaged(result, index));
  const data = { results: [...results, ...broken], query: '', page: 1, per_page: 'all' };
  return {
    name: 'listmonk-subscribers.json',
    format: 'listmonk_subscribers',
    content: JSON.stringify({ data }),
  };
}

function subscriberOf({ person, record }: Held<ListmonkSubscriber>, index: number) {
  const { subscription } = record;
  return {
    id: index + 1,
    created_at: microText(record.createdAt),
    updated_at: microText(record.changedAt),
    uuid: record.id,
    email: record.email,
    name: `${person.firstName} ${person.lastName}`,
    attribs: {
      city: person.postal.city,
      country: person.postal.country,
      ...(person.birthDate === null ? {} : { birthdate: person.birthDate }),
    },
    status: record.status,
    lists: [
      {
        subscription_status: subscription.status,
        subscription_created_at: microText(subscription.createdAt),
        subscription_updated_at: microText(subscription.updatedAt),
        subscription_meta:
          subscription.status !== 'unconfirmed' && subscription.optinIp !== null
            ? { optin_ip: subscription.optinIp }
            : {},
        id: 3,
        uuid: '5c1f0f6e-4f0b-4c1e-9f57-0d6f5a3b9c21',
        name: 'Nordlicht Sport',
        type: 'public',
        optin: 'double',
        tags: [],
      },
    ],
  };
}

function damaged(result: unknown, index: number): unknown {
  const faults = [
    { uuid: '', email: '' },
    { uuid: 'ffffffff-0000-4000-a000-000000000001', email: 'ohne-klammeraffe.example.org' },
    { uuid: 'ffffffff-0000-4000-a000-000000000002', email: 'defekt.2@example.org', lists: {} },
    {
      uuid: 'ffffffff-0000-4000-a000-000000000003',
      email: 'defekt.3@example.org',
      updated_at: 'gestern',
    },
  ];
  return typeof result === 'object' ? { ...result, ...faults[index] } : result;
}

const mauticColumns: readonly Column<Held<MauticContact>>[] = [
  ['id', ({ record }) => record.id],
  ['title', () => ''],
  ['firstname', ({ person }) => person.firstName],
  ['lastname', ({ person }) => person.lastName],
  ['company', ({ person }) => person.company ?? ''],
  ['position', () => ''],
  ['email', ({ record }) => record.email],
  ['mobile', ({ person }) => person.phone ?? ''],
  ['phone', () => ''],
  ['points', () => '0'],
  ['address1', ({ person }) => person.postal.street],
  ['city', ({ person }) => person.postal.city],
  ['zipcode', ({ person }) => person.postal.postalCode],
  ['country', ({ person }) => (person.postal.country === 'AT' ? 'Austria' : 'Germany')],
  ['preferred_locale', () => 'de_DE'],
  ['last_active', () => ''],
  ['birthdate', ({ person }) => person.birthDate ?? ''],
  ['newsletter_optin', ({ record }) => (record.newsletter === null ? '' : '1')],
  ['newsletter_optin_date', ({ record }) => utcText(record.newsletter?.requestedAt ?? null)],
  ['newsletter_doi_date', ({ record }) => utcText(record.newsletter?.confirmedAt ?? null)],
  ['newsletter_doi_ip', ({ record }) => record.newsletter?.ip ?? ''],
  ['sms_optin', ({ record }) => (record.sms?.kind === 'code' ? '1' : '')],
  ['sms_doi_date', ({ record }) => utcText(smsAt(record, 'code'))],
  ['sms_doi_ref', ({ record }) => (smsAt(record, 'code') === null ? '' : `sms-${record.id}`)],
  ['sms_paper', ({ record }) => (record.sms?.kind === 'paper' ? '1' : '')],
  ['sms_paper_date', ({ record }) => utcText(smsAt(record, 'paper'))],
  ['sms_paper_ref', ({ record }) => (smsAt(record, 'paper') === null ? '' : `Karte ${record.id}`)],
  ['stage', () => ''],
];

function utcText(at: number | null): string {
  return localText(at, 'UTC');
}

function smsAt(record: MauticContact, kind: 'code' | 'paper'): number | null {
  return record.sms?.kind === kind ? record.sms.at : null;
}

/** The table of do-not-contact entries, joined with the contacts' addresses (not in the export). */
const doNotContactColumns: readonly Column<Held<MauticContact>>[] = [
  ['id', ({ record }) => `7${record.id}`],
  ['lead_id', ({ record }) => record.id],
  ['date_added', ({ record }) => utcText(record.doNotContact?.at ?? null)],
  ['reason', ({ record }) => record.doNotContact?.reason ?? ''],
  ['channel', ({ record }) => record.doNotContact?.channel ?? ''],
  ['channel_id', () => ''],
  ['comments', () => ''],
  ['email', ({ record }) => record.email],
  ['mobile', ({ person }) => person.phone ?? ''],
];

function mauticFiles(contacts: readonly Held<MauticContact>[]): readonly SampleFile[] {
  const entries = contacts.filter(({ record }) => record.doNotContact !== null);
  const contactFaults = { id: 'id', email: 'email', date: 'newsletter_optin_date' };
  const entryFaults = { id: 'lead_id', email: 'email', date: 'date_added' };
  return [
    {
      name: 'mautic-contacts_export.csv',
      format: 'mautic_contacts',
      content: BYTE_ORDER_MARK + exportTable(mauticColumns, contacts, contactFaults),
    },
    {
      name: 'mautic-lead_donotcontact.csv',
      format: 'mautic_donotcontact',
      content: exportTable(doNotContactColumns, entries, entryFaults),
    },
  ];
}

/** The shop's own feed, in the gate's events, one a line. */
function shopFile(people: readonly Person[]): SampleFile {
  const events = [...shopWideEvents, ...people.flatMap((person) => person.events)];
  const lines = events.map((event) => JSON.stringify(event));
  return {
    name: 'webshop-events.ndjson',
    format: 'webshop_events',
    content: `${lines.join('\n')}\n`,
  };
}
