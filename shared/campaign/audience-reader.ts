import {
  audienceColumns,
  type AudienceColumn,
  type AudienceMapping,
} from '../contract/campaigns.ts';
import { limits } from '../contract/limits.ts';
import { printable } from '../contract/primitives.ts';
import { parseStrictJson } from '../contract/strict-json.ts';
import { PostalAddress, type Recipient } from '../contract/subjects.ts';
import { channelContacts, type Channel } from '../contract/vocabulary.ts';
import type { InvalidCode } from './aside.ts';

/** Who a row names; or why it names nobody. */
export type ReadRecipient =
  | { readonly ok: true; readonly recipient: Recipient }
  | { readonly ok: false; readonly code: InvalidCode; readonly ref: string | null };

/** What is understood of a row, as text; what it leaves out is absent. */
type Fields = Readonly<Partial<Record<AudienceColumn, string>>>;

/** Without one of these a header names nobody. */
const postalColumns = ['name', 'street', 'postalCode', 'city', 'country'] as const;

/** The column or member of each target. */
export function columnNames(mapping: AudienceMapping): ReadonlyMap<AudienceColumn, string> {
  return new Map(audienceColumns.map((target) => [target, mapping[target] ?? target]));
}

export type CellReader = (cellOf: (index: number) => string, cells: number) => ReadRecipient;

/** What is wrong with a header, in words that quote nothing of it but what the mapping says. */
export class HeaderProblem extends Error {
  constructor(detail: string) {
    super(detail);
    this.name = 'HeaderProblem';
  }
}

/** Reads the rows below a header. */
export function cellReader(
  header: readonly string[],
  mapping: AudienceMapping,
  channel: Channel,
): CellReader {
  if (header.length > limits.audienceColumns) {
    throw new HeaderProblem(
      `the header has ${header.length} columns, and ${limits.audienceColumns} are the most`,
    );
  }
  const places: (readonly [AudienceColumn, number])[] = [];
  for (const [target, name] of columnNames(mapping)) {
    const place = header.indexOf(name);
    if (place < 0 && mapping[target] === undefined) continue;
    if (place < 0) {
      throw new HeaderProblem(`the header has no column \`${name}\`, which is mapped`);
    }
    if (header.includes(name, place + 1)) {
      throw new HeaderProblem(`the header has the column \`${name}\` twice`);
    }
    places.push([target, place]);
  }
  const found = new Set(places.map(([target]) => target));
  const isSomebody =
    ['id', 'email', 'phone'].some((target) => places.some(([each]) => each === target)) ||
    postalColumns.every((target) => found.has(target));
  if (!isSomebody) {
    throw new HeaderProblem(
      'the header has no column that names anybody (`id`, `email`, `phone`, or all of `name`, ' +
        '`street`, `postalCode`, `city`, `country`): say in `mapping` what yours are called',
    );
  }
  return (cellOf, cells) => {
    const fields: Partial<Record<AudienceColumn, string>> = {};
    for (const [target, place] of places) {
      const text = place < cells ? cellOf(place).trim() : '';
      if (text !== '') fields[target] = text;
    }
    const { ref } = fields;
    if (cells !== header.length) return { ok: false, code: 'wrong-length', ref: boundRef(ref) };
    return recipientOf(fields, channel);
  };
}

export type LineReader = (line: string) => ReadRecipient;

/** Reads lines of NDJSON: the recipient of the contract, or its fields side by side. */
export function lineReader(mapping: AudienceMapping, channel: Channel): LineReader {
  const names = columnNames(mapping);
  const understood = [...names.values(), 'postal'].map((name) => JSON.stringify(name));
  return (line) => {
    const value = parseLine(line, understood);
    if ('code' in value) return { ok: false, code: value.code, ref: null };
    const fields: Partial<Record<AudienceColumn, string>> = {};
    const postal = value.members['postal'];
    let isText = postal == null || isMembers(postal);
    for (const [target, name] of names) {
      const nested = postalColumns.some((each) => each === target) && isMembers(postal);
      const member = memberOf(nested ? postal : value.members, nested ? target : name);
      const text = textOf(member);
      if (text === undefined) isText = false;
      else if (text !== null && text !== '') fields[target] = text;
    }
    if (!isText) return { ok: false, code: 'invalid-field', ref: boundRef(fields.ref) };
    return recipientOf(fields, channel);
  };
}

type Members = Readonly<Record<string, unknown>>;

function parseLine(
  line: string,
  understood: readonly string[],
): { readonly members: Members } | { readonly code: InvalidCode } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { code: 'malformed-row' };
  }
  if (!isMembers(value)) return { code: 'malformed-row' };
  // Two readers could each believe another of two members; only lines that may have two are walked.
  const isSuspect =
    line.includes('\\u') ||
    understood.some((name) => line.indexOf(name) !== line.lastIndexOf(name));
  if (isSuspect && !parseStrictJson(line).ok) return { code: 'ambiguous-field' };
  return { members: value };
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function memberOf(members: Members, name: string): unknown {
  return Object.hasOwn(members, name) ? members[name] : null;
}

/** Null for nothing; undefined for what is no text. Whole numbers are how tools write ids. */
function textOf(member: unknown): string | null | undefined {
  if (member == null) return null;
  if (typeof member === 'string') return member;
  return Number.isSafeInteger(member) ? String(member) : undefined;
}

function isShort(text: string): boolean {
  return text.length <= limits.shortTextCharacters && printable.test(text);
}

/** What is told of a row that is set aside; a reference that is none is left out. */
function boundRef(ref: string | undefined): string | null {
  return ref !== undefined && isShort(ref) ? ref : null;
}

/**
 * The recipient of the contract. What lies beyond its bounds would be refused in a check; here it
 * sets the row aside, for a refusal under it could not be found.
 */
function recipientOf(fields: Fields, channel: Channel): ReadRecipient {
  const { ref, id, email, phone } = fields;
  for (const text of [ref, id]) {
    if (text !== undefined && !isShort(text)) {
      return { ok: false, code: 'invalid-field', ref: boundRef(ref) };
    }
  }
  const named = postalColumns.filter((column) => fields[column] !== undefined);
  const { name, street, postalCode, city, country } = fields;
  const address = { name, street, postalCode, city, country: country?.toUpperCase() };
  const isComplete = named.length === postalColumns.length;
  const postal = isComplete ? PostalAddress.safeParse(address) : null;
  // Elsewhere a name or a city is what the caller wants back, and no reason against an e-mail.
  if (named.length > 0 && postal?.success !== true && channelContacts[channel] === 'postal') {
    return { ok: false, code: 'invalid-identifier', ref: boundRef(ref) };
  }
  const recipient: Recipient = {
    ...(ref === undefined ? {} : { ref }),
    ...(id === undefined ? {} : { id }),
    ...(email === undefined ? {} : { email }),
    ...(phone === undefined ? {} : { phone }),
    ...(postal?.success === true ? { postal: postal.data } : {}),
  };
  return { ok: true, recipient };
}
