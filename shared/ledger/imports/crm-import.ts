import type { CrmImportMapping, CrmName } from '../../contract/import-mappings.ts';
import { parseInstant, type EpochMs } from '../../kernel/instant.ts';
import { crmMappings } from '../crm/crm-formats.ts';
import type {
  ConsentScope,
  CrmContext,
  CrmFormat,
  CrmMapping,
  DocumentedWording,
  RowOutcome,
} from '../crm/mapping.ts';
import type { RowReading } from './row-reading.ts';

/** What the controller's settings say of exports whose mapping does not. */
export interface CrmDefaults {
  readonly controller: string;
  readonly madeAt: EpochMs;
  readonly timeZone: string;
  readonly country: string;
}

/** A system's files are told apart by their headers, where the caller names the system alone. */
export function crmMappingFor(name: CrmName, header: readonly string[]): CrmMapping {
  return crmMappings[formatOf(name, new Set(header))];
}

function formatOf(name: CrmName, header: ReadonlySet<string>): CrmFormat {
  switch (name) {
    case 'hubspot':
      return 'hubspot_contacts';
    case 'listmonk':
      return 'listmonk_subscribers';
    case 'mautic':
      return header.has('lead_id') && header.has('reason')
        ? 'mautic_donotcontact'
        : 'mautic_contacts';
    case 'mailchimp':
      // The files of those who left have these columns in place of `LAST_CHANGED`.
      if (header.has('LAST_CHANGED')) return 'mailchimp_subscribed';
      if (header.has('CLEAN_TIME')) return 'mailchimp_cleaned';
      return header.has('UNSUB_TIME') ? 'mailchimp_unsubscribed' : 'mailchimp_subscribed';
    default:
      return name;
  }
}

export function crmContext(mapping: CrmImportMapping, defaults: CrmDefaults): CrmContext {
  const exportedAt = instantOf(mapping.exportedAt) ?? defaults.madeAt;
  return {
    controller: defaults.controller,
    source: mapping.source ?? mapping.crm.split('_')[0] ?? mapping.crm,
    exportedAt,
    timeZone: mapping.timeZone ?? defaults.timeZone,
    defaultCountry: mapping.defaultCountry ?? defaults.country,
    purposes: new Map(
      Object.entries(mapping.purposes ?? {}).map(([name, scope]) => [name, scopeOf(scope)]),
    ),
    consentColumns: (mapping.consentColumns ?? []).map((column) => ({
      flag: column.flag,
      scope: scopeOf(column.scope),
      form: column.form,
      method: column.method,
      requestedAt: column.requestedAt ?? null,
      confirmedAt: column.confirmedAt,
      ip: column.ip ?? null,
      reference: column.reference ?? null,
    })),
    refusalColumns: (mapping.refusalColumns ?? []).map(({ column, at, refuses }) => ({
      column,
      at: at ?? null,
      refuses,
    })),
    sales: salesOf(mapping),
  };
}

type Scope = NonNullable<CrmImportMapping['purposes']>[string];

function scopeOf({ channels, purposes, wordings }: Scope): ConsentScope {
  return {
    channels,
    purposes,
    wordings: (wordings ?? []).map(({ id, version, sha256, url, ...used }): DocumentedWording => ({
      ...{ id, version, sha256, url: url ?? null },
      ...usedOf(used),
    })),
  };
}

function salesOf({ sales }: CrmImportMapping): CrmContext['sales'] {
  if (sales === undefined) return null;
  return {
    categoryColumn: sales.categoryColumn ?? null,
    defaultCategory: sales.defaultCategory,
    contactDataObtainedHere: sales.contactDataObtainedHere,
    notices: (sales.notices ?? []).map(({ ref, ...used }) => ({ ref, ...usedOf(used) })),
  };
}

function usedOf(used: {
  readonly usedFrom?: string | undefined;
  readonly usedUntil?: string | undefined;
}) {
  return { usedFrom: instantOf(used.usedFrom) ?? 0, usedUntil: instantOf(used.usedUntil) };
}

function instantOf(text: string | undefined): EpochMs | null {
  return text === undefined ? null : parseInstant(text);
}

/** What a CRM row became, in the terms of an import. */
export function crmReading({ events, receipts }: RowOutcome): RowReading {
  const failed = receipts.some(({ kind }) => kind === 'error');
  const notes = receipts.map(({ code, message }) => ({ code, message }));
  return { events, hashed: [], notes, failed };
}
