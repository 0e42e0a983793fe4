import { sha256Hex } from '../../../shared/kernel/hash.ts';
import type {
  ConsentColumn,
  ConsentScope,
  CrmContext,
  CrmFormat,
  CrmSystem,
  DocumentedWording,
  RefusalColumn,
} from '../../../shared/ledger/crm/mapping.ts';
import { crmMappings } from '../../../shared/ledger/crm/crm-formats.ts';

/** The sample's controller: a made-up mail-order shop for sports goods in Hamburg. */
export const CONTROLLER = 'nordlicht';

/** The day that the sample is made for: every date in it lies before. */
export const generatedFor = Date.UTC(2026, 10, 22);

/** When the sample's exports were made, three hours before that day. */
export const exportedAt = Date.UTC(2026, 10, 21, 21);

const wordingTexts = {
  fashion:
    'Ja, ich möchte den Mode-Newsletter der Nordlicht Sport GmbH per E-Mail erhalten. ' +
    'Ich kann jederzeit widerrufen, zum Beispiel über den Link in jeder E-Mail.',
  sport:
    'Ja, ich möchte den Sport-Newsletter der Nordlicht Sport GmbH per E-Mail erhalten. ' +
    'Ich kann jederzeit widerrufen, zum Beispiel über den Link in jeder E-Mail.',
  phone:
    'Darf Sie die Nordlicht Sport GmbH künftig zu Sportartikeln anrufen? ' +
    'Sie können das jederzeit widerrufen. Dieses Gespräch wird dafür aufgezeichnet.',
  sms:
    'Ja, die Nordlicht Sport GmbH darf mir Angebote für Sportartikel per SMS schicken. ' +
    'Ich kann jederzeit widerrufen, zum Beispiel mit STOPP.',
} as const;

function wording(
  id: keyof typeof wordingTexts,
  version: string,
  used: { readonly from: number; readonly until: number | null },
): DocumentedWording {
  return {
    id: `nordlicht-${id}`,
    version,
    sha256: sha256Hex(`${version} ${wordingTexts[id]}`),
    url: id === 'phone' ? null : `https://shop.example.org/${id}/anmeldung`,
    usedFrom: used.from,
    usedUntil: used.until,
  };
}

/** The wording of before June 2021 is lost: nobody can show what these people agreed to. */
const documentedFrom = Date.UTC(2021, 5, 1);
const revisedFrom = Date.UTC(2024, 0, 1);

function scope(
  id: keyof typeof wordingTexts,
  channels: ConsentScope['channels'],
  purpose: string,
): ConsentScope {
  return {
    channels,
    purposes: [purpose],
    wordings: [
      wording(id, '2', { from: documentedFrom, until: revisedFrom }),
      wording(id, '3', { from: revisedFrom, until: null }),
    ],
  };
}

export const purposes = {
  fashion: 'newsletter.fashion',
  sport: 'newsletter.sport',
  phone: 'phone.advice',
  sms: 'sms.offers',
} as const;

const scopes = {
  fashion: scope('fashion', ['EMAIL'], purposes.fashion),
  sport: scope('sport', ['EMAIL'], purposes.sport),
  phone: scope('phone', ['PHONE_HUMAN'], purposes.phone),
  sms: scope('sms', ['SMS'], purposes.sms),
} as const;

/** Wording and evidence of a consent that the shop itself took, for its feed. */
export const shopWording = Object.freeze({ ...wording('sport', '3', { from: 0, until: null }) });

const phoneColumn: ConsentColumn = {
  flag: 'Telefonwerbung erlaubt',
  scope: scopes.phone,
  form: 'oral',
  method: 'call_recording',
  requestedAt: null,
  confirmedAt: 'Telefonwerbung erlaubt am',
  ip: null,
  reference: 'Gesprächsaufzeichnung',
};

const noPostColumn: RefusalColumn = {
  column: 'Keine Postwerbung',
  at: 'Keine Postwerbung seit',
  refuses: { scope: 'channel', channels: ['POST'] },
};

const mauticColumns: readonly ConsentColumn[] = [
  {
    flag: 'newsletter_optin',
    scope: scopes.fashion,
    form: 'active',
    method: 'doi_email',
    requestedAt: 'newsletter_optin_date',
    confirmedAt: 'newsletter_doi_date',
    ip: 'newsletter_doi_ip',
    reference: null,
  },
  {
    flag: 'sms_optin',
    scope: scopes.sms,
    form: 'active',
    method: 'doi_sms',
    requestedAt: null,
    confirmedAt: 'sms_doi_date',
    ip: null,
    reference: 'sms_doi_ref',
  },
  {
    flag: 'sms_paper',
    scope: scopes.sms,
    form: 'written',
    method: 'paper',
    requestedAt: null,
    confirmedAt: 'sms_paper_date',
    ip: null,
    reference: 'sms_paper_ref',
  },
];

const lists: Readonly<Record<CrmSystem, ReadonlyMap<string, ConsentScope>>> = {
  mailchimp: new Map([['audience', scopes.fashion]]),
  hubspot: new Map([['Marketing Information', scopes.fashion]]),
  listmonk: new Map([['Nordlicht Sport', scopes.sport]]),
  mautic: new Map(),
};

/** Zones as the accounts are set: Mautic stores UTC, the others show the shop's own time. */
const timeZones: Readonly<Record<CrmSystem, string>> = {
  mailchimp: 'Europe/Berlin',
  hubspot: 'Europe/Berlin',
  listmonk: 'UTC',
  mautic: 'UTC',
};

const base: Pick<CrmContext, 'controller' | 'exportedAt' | 'defaultCountry'> = {
  controller: CONTROLLER,
  exportedAt,
  defaultCountry: 'DE',
};

/** What the shop knows of its exports and the files do not say. */
export function sampleContext(format: CrmFormat): CrmContext {
  const { system } = crmMappings[format];
  return {
    ...base,
    source: system,
    timeZone: timeZones[system],
    purposes: lists[system],
    consentColumns: { mailchimp: [], hubspot: [phoneColumn], listmonk: [], mautic: mauticColumns }[
      system
    ],
    refusalColumns: system === 'hubspot' ? [noPostColumn] : [],
    sales:
      system !== 'hubspot'
        ? null
        : {
            categoryColumn: 'Letzte Warengruppe',
            defaultCategory: 'sports',
            contactDataObtainedHere: true,
            notices: [{ ref: 'bestellseite-hinweis-2', usedFrom: documentedFrom, usedUntil: null }],
          },
  };
}
