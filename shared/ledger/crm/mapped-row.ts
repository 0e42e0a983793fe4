import type { ConsentEvent } from '../../contract/events.ts';
import { limits } from '../../contract/limits.ts';
import type { PostalAddress, Subject } from '../../contract/subjects.ts';
import { sha256Hex } from '../../kernel/hash.ts';
import { formatInstant, MINUTE_MS, parseInstant, type EpochMs } from '../../kernel/instant.ts';
import { normaliseEmail } from '../identifier.ts';
import { isUsableText, readPhone } from './fields.ts';
import { parseExportTime } from './local-time.ts';
import {
  receipt,
  type CrmContext,
  type CrmRow,
  type CrmSystem,
  type ReceiptCode,
  type ReceiptKind,
  type RowOutcome,
  type RowReceipt,
} from './mapping.ts';

/** Characters of a record id: with a prefix and a type it must fit an event's id. */
const RECORD_ID_CHARACTERS = 100;

/** Characters of an address as written, before it is normalised (`Subject` of the contract). */
const EMAIL_CHARACTERS = limits.emailCharacters + 32;

const EARLIEST = parseInstant(limits.eventEarliest) ?? 0;

/** The columns that say who a row is about. */
export interface IdentityColumns {
  readonly system: CrmSystem;
  /** The first one that is filled is the record's key. */
  readonly records: readonly string[];
  readonly email: string;
  readonly phones: readonly string[];
}

export interface Identity {
  readonly email: string;
  /** Country of the phone number's plan. */
  readonly numberCountry: string | null;
}

/** What every event of a row has in common. */
export type Envelope = Pick<
  ConsentEvent,
  'id' | 'source' | 'occurredAt' | 'controller' | 'subject'
>;

/**
 * A row on its way to events. One rule for all formats: a row with an error gives its refusals
 * alone, because a row that is partly wrong proves no permission and loses no refusal.
 */
export class MappedRow {
  readonly context: CrmContext;
  readonly #row: CrmRow;
  readonly #number: number;
  readonly #receipts: RowReceipt[] = [];
  readonly #permissions: ConsentEvent[] = [];
  readonly #refusals: ConsentEvent[] = [];
  #subject: Subject = {};
  #key = '';

  constructor(row: CrmRow, rowNumber: number, context: CrmContext) {
    this.#row = row;
    this.#number = rowNumber;
    this.context = context;
  }

  /** The record's own key, or a digest of the address: never an address in clear text. */
  get key(): string {
    return this.#key;
  }

  /** The trimmed cell; an absent column reads as an empty one. */
  text(column: string): string {
    return Object.hasOwn(this.#row, column) ? (this.#row[column] ?? '').trim() : '';
  }

  has(column: string): boolean {
    return Object.hasOwn(this.#row, column);
  }

  report(kind: ReceiptKind, code: ReceiptCode, column: string | null): void {
    this.#receipts.push(receipt(this.#number, kind, code, column));
  }

  /** An instant on which a permission rests: one that cannot be read is an error of the row. */
  instant(column: string): EpochMs | null {
    return this.instantOf(this.text(column), column);
  }

  instantOf(text: string, column: string): EpochMs | null {
    if (text === '') return null;
    const read = this.#instant(text);
    if (typeof read === 'number') return read;
    this.report('error', read, column);
    return null;
  }

  /** An instant of a refusal: one that is missing or wrong must not cost the refusal. */
  refusalInstant(text: string, column: string): EpochMs | null {
    const read = this.#instant(text);
    if (typeof read === 'number') return read;
    this.report('information', 'DATE_ASSUMED', column);
    return null;
  }

  /** The instant, or why it is none that can have been exported. */
  #instant(text: string): EpochMs | ReceiptCode {
    const instant = parseExportTime(text, this.context.timeZone);
    if (instant === null || instant < EARLIEST) return 'DATE_MALFORMED';
    const latest = this.context.exportedAt + limits.eventFutureMinutes * MINUTE_MS;
    return instant > latest ? 'DATE_FUTURE' : instant;
  }

  /** Reads who the row is about; null, with a receipt, when it names nobody. */
  identify(columns: IdentityColumns): Identity | null {
    const email = this.#email(columns.email);
    const phone = this.#phone(columns.phones);
    const record = this.#record(columns.records);
    const identified = record ?? digestOf(email?.normalised) ?? digestOf(phone?.phone);
    if (identified === null) {
      this.report('error', 'IDENTIFIER_MISSING', null);
      return null;
    }
    this.#key = identified;
    this.#subject = {
      id: `${columns.system}:${identified}`,
      ...(email === null ? {} : { email: email.written }),
      ...(phone === null ? {} : { phone: phone.phone }),
    };
    return { email: email?.written ?? '', numberCountry: phone?.country ?? null };
  }

  #record(columns: readonly string[]): string | null {
    const column = columns.find((name) => this.text(name) !== '');
    if (column === undefined) return null;
    const id = this.text(column);
    if (isUsableText(id) && id.length <= RECORD_ID_CHARACTERS) return id;
    this.report('error', 'VALUE_UNUSABLE', column);
    return null;
  }

  #email(column: string): { readonly written: string; readonly normalised: string } | null {
    const written = this.text(column);
    if (written === '') return null;
    const identifier = written.length > EMAIL_CHARACTERS ? null : normaliseEmail(written);
    if (identifier !== null) return { written, normalised: identifier.normalised };
    this.report('error', 'EMAIL_MALFORMED', column);
    return null;
  }

  #phone(columns: readonly string[]): ReturnType<typeof readPhone> {
    for (const column of columns) {
      const text = this.text(column);
      if (text === '') continue;
      const phone = readPhone(text, this.context.defaultCountry);
      if (phone !== null) return phone;
      this.report('information', 'PHONE_MALFORMED', column);
    }
    return null;
  }

  /** Adds the postal address to whatever the row's events name from here on. */
  locate(postal: PostalAddress): void {
    this.#subject = { ...this.#subject, postal };
  }

  /**
   * An event's envelope. Its id is made of the record, what happened and when, so that the same
   * file loaded again gives duplicates. What has no date of its own had happened by the export, and
   * is told anew by every export: an old refusal must not hide that it was said again.
   */
  envelope(what: string, at: EpochMs | null): Envelope {
    const when = formatInstant(at ?? this.context.exportedAt);
    return {
      id: `${this.#key}:${what}:${at === null ? 'by-' : ''}${when}`,
      source: this.context.source,
      occurredAt: when,
      controller: this.context.controller,
      subject: this.#subject,
    };
  }

  /** Who somebody is stands before what they did, whatever a mapping reads first. */
  introduce(event: ConsentEvent): void {
    this.#permissions.unshift(event);
  }

  permit(event: ConsentEvent): void {
    this.#permissions.push(event);
  }

  /** Two columns may say the same refusal; it is told once. */
  refuse(event: ConsentEvent): void {
    if (!this.#refusals.some(({ id }) => id === event.id)) this.#refusals.push(event);
  }

  /** True once the row has an error: no permission of it will be kept. */
  get failed(): boolean {
    return this.#receipts.some((entry) => entry.kind === 'error');
  }

  finish(): RowOutcome {
    const events = this.failed ? this.#refusals : [...this.#permissions, ...this.#refusals];
    return { events, receipts: this.#receipts };
  }
}

/** Told apart from a record id by its prefix; the digest stays personal data (RULES OBJ-6). */
function digestOf(normalised: string | undefined): string | null {
  return normalised === undefined ? null : `sha256-${sha256Hex(normalised)}`;
}
