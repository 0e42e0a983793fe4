import { contactPointKinds } from '../contract/vocabulary.ts';
import { assert } from '../kernel/assert.ts';
import { ByteReader, ByteWriter } from '../kernel/bytes.ts';
import {
  CONTACT_KEY_BYTES,
  type ContactKey,
  type ContactPointName,
} from '../ledger/contact-key.ts';
import type { AudienceRow } from './audience.ts';

/*
 * Rows as bytes: some 30 for a recipient who is an e-mail address, where JSON takes 150. A page
 *
 *   version, rows, domains, domain...   then for each row: flags, contact?, names, domains, ref?
 *
 * lists the keys of domains once, because most recipients share a few. Keys are those of an HMAC:
 * there is nothing in them to save.
 */

const VERSION = 1;
const HAS_CONTACT = 1;
const HAS_REF = 2;

/** One row; its domains are what `domainOf` makes of them. */
export function writeRow(
  writer: ByteWriter,
  row: AudienceRow,
  writeDomain: (key: ContactKey) => void,
): void {
  const hasContact = row.contact === null ? 0 : HAS_CONTACT;
  writer.byte(hasContact | (row.ref === null ? 0 : HAS_REF));
  if (row.contact !== null) writeKey(writer, row.contact);
  writer.unsigned(row.named.length);
  for (const { kind, key } of row.named) {
    writer.byte(contactPointKinds.indexOf(kind));
    writeKey(writer, key);
  }
  writer.unsigned(row.domains.length);
  for (const key of row.domains) writeDomain(key);
  if (row.ref !== null) writer.text(row.ref);
}

export function readRow(reader: ByteReader, readDomain: () => ContactKey): AudienceRow {
  const flags = reader.byte();
  const contact = (flags & HAS_CONTACT) === 0 ? null : readKey(reader);
  // Loops, because rows are read by the million and `Array.from` takes longer than the rest.
  const named: ContactPointName[] = [];
  for (let rest = reader.unsigned(); rest > 0; rest--) {
    const kind = contactPointKinds[reader.byte()];
    assert(kind !== undefined, 'a stored name is of a kind');
    named.push({ kind, key: readKey(reader) });
  }
  const domains: ContactKey[] = [];
  for (let rest = reader.unsigned(); rest > 0; rest--) domains.push(readDomain());
  const ref = (flags & HAS_REF) === 0 ? null : reader.text();
  return { contact, named, domains, ref };
}

/** Passes over a row with every domain written out; answers the first bytes of its key. */
export function skipRow(reader: ByteReader, count: number): string {
  const flags = reader.byte();
  const start = (): string => {
    const digits = reader.hex(count);
    reader.skip(CONTACT_KEY_BYTES - count);
    return digits;
  };
  let digits = (flags & HAS_CONTACT) === 0 ? null : start();
  for (let rest = reader.unsigned(); rest > 0; rest--) {
    reader.skip(1);
    if (digits === null) digits = start();
    else reader.skip(CONTACT_KEY_BYTES);
  }
  reader.skip(reader.unsigned() * CONTACT_KEY_BYTES);
  if ((flags & HAS_REF) !== 0) reader.skip(reader.unsigned());
  assert(digits !== null, 'a row names a contact point');
  return digits;
}

export function writeKey(writer: ByteWriter, key: ContactKey): void {
  assert(key.length === 2 * CONTACT_KEY_BYTES, 'a key has 32 hexadecimal digits');
  writer.hex(key);
}

export function readKey(reader: ByteReader): ContactKey {
  return reader.hex(CONTACT_KEY_BYTES);
}

export function encodeAudiencePage(rows: readonly AudienceRow[]): Uint8Array {
  const domains = new Map<ContactKey, number>();
  for (const row of rows) {
    for (const key of row.domains) if (!domains.has(key)) domains.set(key, domains.size);
  }
  const writer = new ByteWriter();
  writer.byte(VERSION);
  writer.unsigned(rows.length);
  writer.unsigned(domains.size);
  for (const key of domains.keys()) writeKey(writer, key);
  for (const row of rows) {
    writeRow(writer, row, (key) => writer.unsigned(domains.get(key) ?? 0));
  }
  return writer.finish();
}

export function decodeAudiencePage(bytes: Uint8Array): readonly AudienceRow[] {
  const reader = new ByteReader(bytes);
  assert(reader.byte() === VERSION, 'a page of an audience is of a known version');
  const count = reader.unsigned();
  const domains = Array.from({ length: reader.unsigned() }, () => readKey(reader));
  const rows = Array.from({ length: count }, () =>
    readRow(reader, () => {
      const key = domains[reader.unsigned()];
      assert(key !== undefined, 'a stored domain is in the list of its page');
      return key;
    }),
  );
  assert(reader.atEnd, 'a page of an audience ends with its last row');
  return rows;
}

/** A line as the caller wrote it, and its place in the file, from 1. */
export interface CallerRow {
  readonly number: number;
  /** Without its line end; a quoted line break is kept. */
  readonly text: string;
}

export function writeCallerLine(writer: ByteWriter, number: number, line: Uint8Array): void {
  writer.unsigned(number);
  writer.unsigned(line.length);
  writer.bytes(line);
}

/** The caller's lines of one page. */
export function decodeCallerRows(bytes: Uint8Array): readonly CallerRow[] {
  const reader = new ByteReader(bytes);
  const rows: CallerRow[] = [];
  while (!reader.atEnd) rows.push({ number: reader.unsigned(), text: reader.text() });
  return rows;
}
