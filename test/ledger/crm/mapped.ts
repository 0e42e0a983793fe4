import type { ConsentEvent } from '../../../shared/contract/events.ts';
import type {
  ConsentScope,
  CrmContext,
  CrmMapping,
  CrmRow,
} from '../../../shared/ledger/crm/mapping.ts';

const wording = {
  id: 'form',
  version: '3',
  sha256: 'a'.repeat(64),
  url: 'https://shop.example.org/form',
  usedFrom: Date.UTC(2024, 0, 1),
  usedUntil: null,
};

export const scopes = {
  fashion: { channels: ['EMAIL'], purposes: ['newsletter.fashion'], wordings: [wording] },
  phone: { channels: ['PHONE_HUMAN'], purposes: ['phone.advice'], wordings: [wording] },
} as const satisfies Record<string, ConsentScope>;

/** A controller in Berlin whose exports were made at noon of 22 November 2026, in UTC. */
export const context: CrmContext = {
  controller: 'acme',
  source: 'crm',
  exportedAt: Date.UTC(2026, 10, 22, 12),
  timeZone: 'UTC',
  defaultCountry: 'DE',
  purposes: new Map<string, ConsentScope>([
    ['audience', scopes.fashion],
    ['Marketing Information', scopes.fashion],
    ['Fashion', scopes.fashion],
  ]),
  consentColumns: [
    {
      flag: 'phone_ok',
      scope: scopes.phone,
      form: 'oral',
      method: 'call_recording',
      requestedAt: null,
      confirmedAt: 'phone_ok_at',
      ip: null,
      reference: 'phone_recording',
    },
    {
      flag: 'optin',
      scope: scopes.fashion,
      form: 'active',
      method: 'doi_email',
      requestedAt: 'optin_at',
      confirmedAt: 'doi_at',
      ip: 'doi_ip',
      reference: null,
    },
  ],
  refusalColumns: [
    { column: 'no_post', at: 'no_post_at', refuses: { scope: 'channel', channels: ['POST'] } },
    { column: 'no_ads', at: null, refuses: { scope: 'all' } },
  ],
  sales: {
    categoryColumn: 'category',
    defaultCategory: 'sports',
    contactDataObtainedHere: true,
    notices: [{ ref: 'notice-1', usedFrom: Date.UTC(2025, 0, 1), usedUntil: null }],
  },
};

/** What a golden row says of an outcome: events as one line each, receipts as their codes. */
export interface Told {
  readonly events: readonly string[];
  readonly receipts: readonly string[];
}

export function tell(mapping: CrmMapping, row: CrmRow, changed: Partial<CrmContext> = {}): Told {
  const outcome = mapping.map(row, 1, { ...context, ...changed });
  return {
    events: outcome.events.map(eventLine),
    receipts: outcome.receipts.map(({ kind, code, column }) => `${kind} ${code} ${column ?? '-'}`),
  };
}

/** Type, time and the words that decide; a registration says only what is not the usual. */
export function eventLine(event: ConsentEvent): string {
  return [event.type, event.occurredAt, ...words(event)].filter((word) => word !== '').join(' ');
}

function words(event: ConsentEvent): readonly string[] {
  switch (event.type) {
    case 'subject.registered': {
      const { residence, recipientType, birthDate, origin } = event.data;
      const type = recipientType === 'CONSUMER' ? '' : recipientType;
      return [residence ?? '-', type, birthDate ?? '', origin?.kind ?? ''];
    }
    case 'consent.requested':
    case 'consent.confirmed': {
      const { channels = [], purposes = [], evidence, wording: text } = event.data;
      return [...channels, ...purposes, evidence?.method ?? '-', text == null ? 'unworded' : ''];
    }
    case 'consent.withdrawn':
      return [...(event.data.channels ?? []), ...(event.data.purposes ?? [])];
    case 'objection.raised':
      return [event.data.scope, ...(event.data.channels ?? [])];
    case 'blocklist.entered':
      return [event.data.list, ...(event.data.channels ?? ['everything'])];
    case 'delivery.bounced':
      return [event.data.channel, event.data.permanent ? 'permanently' : 'for now'];
    case 'delivery.complained':
    case 'contact.made':
      return [event.data.channel];
    case 'sale.recorded': {
      const { productCategory, noticeAtCollectionRef, contactDataObtainedHere } = event.data;
      const notice = noticeAtCollectionRef ?? 'unnoticed';
      return [productCategory, notice, contactDataObtainedHere ? '' : 'elsewhere'];
    }
    case 'activity.recorded':
      return [event.data.kind];
    default:
      return [];
  }
}
