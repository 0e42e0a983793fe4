import type { ConsentEvent } from '../../contract/events.ts';
import type { Channel } from '../../contract/vocabulary.ts';
import { consentForms, evidenceMethods } from '../../contract/vocabulary.ts';
import type { EpochMs } from '../../kernel/instant.ts';

/** The systems whose exports are understood; the word stands before every `subject.id`. */
export const crmSystems = ['mailchimp', 'hubspot', 'listmonk', 'mautic'] as const;
export type CrmSystem = (typeof crmSystems)[number];

/** One for each kind of file that these systems write (`docs/crm-formats.md`). */
export const crmFormats = [
  'mailchimp_subscribed',
  'mailchimp_unsubscribed',
  'mailchimp_cleaned',
  'hubspot_contacts',
  'listmonk_subscribers',
  'mautic_contacts',
  'mautic_donotcontact',
] as const;
export type CrmFormat = (typeof crmFormats)[number];

type ConsentForm = (typeof consentForms)[number];
type EvidenceMethod = (typeof evidenceMethods)[number];

/**
 * A form's text as the controller has documented it. No export carries it, and without it no
 * consent is complete evidence (API 1), so it comes from whoever loads the file.
 */
export interface DocumentedWording {
  readonly id: string;
  readonly version: string;
  readonly sha256: string;
  readonly url: string | null;
  /** The form showed this text from here … */
  readonly usedFrom: EpochMs;
  /** … until before here; null: it still does. */
  readonly usedUntil: EpochMs | null;
}

/** What somebody agrees to who joins a list or ticks a box. */
export interface ConsentScope {
  readonly channels: readonly Channel[];
  readonly purposes: readonly string[];
  readonly wordings: readonly DocumentedWording[];
}

/** A column of the controller's own in which a consent is kept, with the columns that prove it. */
export interface ConsentColumn {
  readonly flag: string;
  readonly scope: ConsentScope;
  readonly form: ConsentForm;
  /** What the columns below prove when they are filled; without them it is an `import`. */
  readonly method: EvidenceMethod;
  readonly requestedAt: string | null;
  readonly confirmedAt: string;
  readonly ip: string | null;
  /** Names a recording, a letter or a message; null: the record itself is the reference. */
  readonly reference: string | null;
}

export type ColumnRefusal =
  | { readonly scope: 'all' }
  | { readonly scope: 'profiling' }
  | { readonly scope: 'channel'; readonly channels: readonly Channel[] };

/** A column of the controller's own that blocks people: `keine Werbung`, `no post`, … */
export interface RefusalColumn {
  readonly column: string;
  readonly at: string | null;
  readonly refuses: ColumnRefusal;
}

/** A notice of the right to object that buyers got with the form (RULES EC-4). */
export interface DocumentedNotice {
  readonly ref: string;
  readonly usedFrom: EpochMs;
  readonly usedUntil: EpochMs | null;
}

/** How a system's deals become sales. */
export interface SaleMeaning {
  readonly categoryColumn: string | null;
  readonly defaultCategory: string;
  /** True where the shop itself asks buyers for their address (RULES EC-1). */
  readonly contactDataObtainedHere: boolean;
  readonly notices: readonly DocumentedNotice[];
}

/** What the controller knows of one export and the file does not say. */
export interface CrmContext {
  readonly controller: string;
  readonly source: string;
  /** When the file was made: later dates are errors, and an undated refusal counts from here. */
  readonly exportedAt: EpochMs;
  /** Zone of times that are written without an offset. */
  readonly timeZone: string;
  /** Country of numbers in national form, and of people whose row names none. */
  readonly defaultCountry: string;
  /** By the name of the list or subscription type; a Mailchimp audience is `audience`. */
  readonly purposes: ReadonlyMap<string, ConsentScope>;
  readonly consentColumns: readonly ConsentColumn[];
  readonly refusalColumns: readonly RefusalColumn[];
  readonly sales: SaleMeaning | null;
}

/** An `error` keeps a row's permissions out; `information` says what was not taken, and why. */
export type ReceiptKind = 'error' | 'information';

/** Codes and their sentences: a column may be named, a value never (they are personal data). */
export const receiptMessages = Object.freeze({
  ADDRESS_INCOMPLETE: 'is not a whole postal address, so none was taken',
  BIRTHDAY_WITHOUT_YEAR: 'has no year, so it says nothing about the age',
  COLUMN_COUNT: 'has not as many cells as the header',
  COLUMN_MISSING: 'is required and missing in the header',
  CONSENT_UNDATED: 'says yes without any date, so it is no consent',
  COUNTRY_UNKNOWN: 'names no country that is known here',
  DATE_ASSUMED: 'has no usable date, so the refusal counts from the export',
  DATE_FUTURE: 'lies after the export',
  DATE_MALFORMED: 'is no date of this format',
  DATE_ORDER: 'lies before the request that it confirms',
  EMAIL_MALFORMED: 'is no e-mail address',
  EVENT_INVALID: 'is not an event of the contract',
  EVIDENCE_MISSING: 'is a consent without complete evidence, so it permits nothing',
  FILE_UNREADABLE: 'cannot be read as a file of this format',
  IDENTIFIER_MISSING: 'names nobody: no record id, address or number',
  JSON_MALFORMED: 'is no JSON of the expected shape',
  PHONE_MALFORMED: 'is no phone number, so none was taken',
  PURPOSE_UNKNOWN: 'is a list or type without a documented purpose',
  VALUE_UNKNOWN: 'has a value that this format does not define, so it counts as a refusal',
  VALUE_UNUSABLE: 'is too long or has control characters',
} as const);
export type ReceiptCode = keyof typeof receiptMessages;

export interface RowReceipt {
  /** The first row below the header is 1; 0 stands for the file itself. */
  readonly row: number;
  readonly column: string | null;
  readonly kind: ReceiptKind;
  readonly code: ReceiptCode;
  readonly message: string;
}

export interface RowOutcome {
  readonly events: readonly ConsentEvent[];
  readonly receipts: readonly RowReceipt[];
}

/** A row by its column names, every cell as text; an absent column is an absent key. */
export type CrmRow = Readonly<Record<string, string>>;

export interface CrmMapping {
  readonly format: CrmFormat;
  readonly system: CrmSystem;
  readonly requiredColumns: readonly string[];
  readonly map: (row: CrmRow, rowNumber: number, context: CrmContext) => RowOutcome;
  /**
   * For files in which every row refuses: whom a row refuses for whose cells do not fit the header.
   * Null where such a row may as well be a permission, so that nothing can be said.
   */
  readonly salvage:
    ((cells: readonly string[], rowNumber: number, context: CrmContext) => RowOutcome) | null;
}

export function receipt(
  row: number,
  kind: ReceiptKind,
  code: ReceiptCode,
  column: string | null,
): RowReceipt {
  const subject = column === null ? 'the row' : `\`${column}\``;
  return { row, column, kind, code, message: `${subject} ${receiptMessages[code]}` };
}
