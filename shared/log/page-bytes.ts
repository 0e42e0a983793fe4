import * as z from 'zod';
import { modes } from '../contract/campaigns.ts';
import { approvals } from '../contract/vocabulary.ts';
import { assert } from '../kernel/assert.ts';
import { ByteReader } from '../kernel/bytes.ts';
import { BitReader, readRice, type Wide } from './bits.ts';

/*
 * What can be read of a page without the rulebook: everything, with rules and codes as the numbers
 * under which they are stored. Whoever only counts, looks up a key or proves needs no more.
 */

/** What a page says of all its decisions; enough to understand it without any other record. */
export const PageHeader = z.object({
  controller: z.string(),
  campaignId: z.string().nullable(),
  kind: z.enum(['campaign', 'check']),
  mode: z.enum(modes),
  /** SHA-256 of the campaign's facts, under which they are stored. */
  facts: z.string(),
  revision: z.string(),
  keyVersion: z.number().int(),
  /** Where the controller is established, and its clocks. */
  country: z.string(),
  timeZone: z.string(),
  /** When the decisions were taken, and the instant that the rules used. */
  evaluatedAt: z.number(),
  instant: z.number(),
  notAfter: z.number(),
  /** Refs of the recipients lie in a file, as long as its class is kept. */
  refs: z.boolean(),
  /** What the data protection officer said of the campaign; absent: nobody asked. */
  approval: z.enum(approvals).optional(),
  /** The breach case that had frozen the campaign or the check; absent: none had. */
  freeze: z.string().optional(),
  /** Who asked for a check: the `sub` of the token. Absent: it was not kept. */
  client: z.string().optional(),
  /** The run whose files hold the recipients; absent: its own. */
  audience: z.string().optional(),
});
export type PageHeader = z.infer<typeof PageHeader>;

/** First byte of every page; a reader refuses what it does not know. */
export const PAGE_FORMAT = 1;
/** Digits of a contact key that a page keeps: 64 of its 128 bits. */
export const PAGE_KEY_DIGITS = 16;

/** Under which a recipient is logged that cannot be keyed. */
export const NO_PAGE_KEY = '0'.repeat(PAGE_KEY_DIGITS);

export function pageKey(contactKey: string): string {
  return contactKey.slice(0, PAGE_KEY_DIGITS);
}

/** A rule that did not pass, in numbers. */
export interface StoredFinding {
  /** The rule's own number, which is its own for ever. */
  readonly rule: number;
  readonly outcome: 'deny' | 'gap';
  /** Places in the list of deny codes. */
  readonly codes: readonly number[];
}

export interface StoredRuling {
  /** Place in the list of allow codes, from 1; 0 is none. */
  readonly basis: number;
  readonly findings: readonly StoredFinding[];
  readonly jurisdictions: readonly string[];
}

export interface StoredPage {
  readonly header: PageHeader;
  /** The distinct rulings, the most frequent first. */
  readonly rulings: readonly StoredRuling[];
  /** In the order of their keys; `ruling` is a place in `rulings`. */
  readonly entries: readonly { readonly key: string; readonly ruling: number }[];
}

/** Only who has a ground and no finding was allowed. */
export function isAllowedRuling({ basis, findings }: StoredRuling): boolean {
  return basis !== 0 && findings.length === 0;
}

export function readStoredPage(bytes: Uint8Array): StoredPage {
  const entries: { key: string; ruling: number }[] = [];
  const { header, rulings } = readEntries(bytes, (key, ruling) => {
    entries.push({ key: formatKey(key), ruling });
  });
  return { header, rulings, entries };
}

/** How many decisions have each ruling, in the order of the rulings; the keys are not formed. */
export function countRulings(bytes: Uint8Array): {
  readonly rulings: readonly StoredRuling[];
  readonly counts: readonly number[];
} {
  const counts: number[] = [];
  const { rulings } = readEntries(bytes, (_, ruling) => {
    counts[ruling] = (counts[ruling] ?? 0) + 1;
  });
  return { rulings, counts: rulings.map((_, place) => counts[place] ?? 0) };
}

function readEntries(bytes: Uint8Array, take: (key: Wide, ruling: number) => void) {
  const reader = new ByteReader(bytes);
  const header = readHeader(reader);
  const count = reader.unsigned();
  const rulings = Array.from({ length: reader.unsigned() }, () => readRuling(reader));
  const keyShift = reader.byte();
  const rulingShift = reader.byte();
  const bits = new BitReader(reader.rest());
  let key: Wide = { high: 0, low: 0 };
  for (let index = 0; index < count; index++) {
    key = add(key, readRice(bits, keyShift));
    const ruling = readRice(bits, rulingShift).low;
    assert(ruling < rulings.length, 'a decision points into the dictionary');
    take(key, ruling);
  }
  return { header, rulings };
}

function readHeader(reader: ByteReader): PageHeader {
  assert(reader.byte() === PAGE_FORMAT, 'the page is of a known format');
  return PageHeader.parse(JSON.parse(reader.text()));
}

function readRuling(reader: ByteReader): StoredRuling {
  const basis = reader.byte();
  const findings = Array.from({ length: reader.unsigned() }, () => readFinding(reader));
  const jurisdictions = reader.text().match(/../g) ?? [];
  return { basis, findings, jurisdictions: [...jurisdictions] };
}

function readFinding(reader: ByteReader): StoredFinding {
  const rule = reader.unsigned();
  const outcome = reader.byte() === 1 ? 'deny' : 'gap';
  const codes = Array.from({ length: reader.unsigned() }, () => reader.byte());
  return { rule, outcome, codes };
}

const keyBytes = Buffer.alloc(PAGE_KEY_DIGITS / 2);

/** By way of bytes: numbers as digits take three times as long, and keys come by the million. */
function formatKey({ high, low }: Wide): string {
  keyBytes.writeUInt32BE(high, 0);
  keyBytes.writeUInt32BE(low, 4);
  return keyBytes.toString('hex');
}

function add(left: Wide, right: Wide): Wide {
  const low = left.low + right.low;
  const carry = low >= 2 ** 32 ? 1 : 0;
  return { high: left.high + right.high + carry, low: low - carry * 2 ** 32 };
}
