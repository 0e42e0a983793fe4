import * as z from 'zod';
import { allowCodeList, denyCodeList, type AllowCode } from '../contract/reason-codes.ts';
import { modes } from '../contract/campaigns.ts';
import { approvals } from '../contract/vocabulary.ts';
import { assert } from '../kernel/assert.ts';
import { ByteReader, ByteWriter } from '../kernel/bytes.ts';
import type { Ruling } from '../policy/decide.ts';
import type { Finding } from '../policy/panel.ts';
import { BitReader, BitWriter, readRice, writeRice, type Wide } from './bits.ts';
import { ruleNumber, rulePlace } from './logged-rules.ts';

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
  /** The run whose files hold the recipients; absent: its own. */
  audience: z.string().optional(),
});
export type PageHeader = z.infer<typeof PageHeader>;

/** One decision: the first 64 bits of the key, as 16 hexadecimal digits, and its ruling. */
export interface PageEntry {
  readonly key: string;
  readonly ruling: Ruling;
}

export interface DecisionPage {
  readonly header: PageHeader;
  /** In the order of their keys. */
  readonly entries: readonly PageEntry[];
}

/** First byte of every page; a reader refuses what it does not know. */
const FORMAT = 1;
/** Digits of a contact key that a page keeps: 64 of its 128 bits. */
export const PAGE_KEY_DIGITS = 16;

export function pageKey(contactKey: string): string {
  return contactKey.slice(0, PAGE_KEY_DIGITS);
}

/**
 * A page as bytes: the header, a dictionary of the distinct rulings with the most frequent first,
 * the sorted keys as Rice-coded differences, and for each key the Rice-coded place of its ruling.
 */
export function encodePage(page: DecisionPage): Uint8Array {
  const writer = new ByteWriter();
  writer.byte(FORMAT);
  writer.text(JSON.stringify(page.header));
  writer.unsigned(page.entries.length);
  const { dictionary, places } = rulingsByFrequency(page.entries);
  writer.unsigned(dictionary.length);
  for (const ruling of dictionary) writeRuling(writer, ruling);
  const bits = new BitWriter();
  const differences = keyDifferences(page.entries);
  const keyShift = bestKeyShift(differences);
  writer.byte(keyShift);
  const placeShift = bestPlaceShift(places);
  writer.byte(placeShift);
  differences.forEach((difference, index) => {
    writeRice(bits, difference, keyShift);
    writeRice(bits, { high: 0, low: places[index] ?? 0 }, placeShift);
  });
  writer.bytes(bits.finish());
  return writer.finish();
}

export function decodePage(bytes: Uint8Array): DecisionPage {
  const reader = new ByteReader(bytes);
  assert(reader.byte() === FORMAT, 'the page is of a known format');
  const header = PageHeader.parse(JSON.parse(reader.text()));
  const count = reader.unsigned();
  const dictionary = Array.from({ length: reader.unsigned() }, () => readRuling(reader));
  const keyShift = reader.byte();
  const placeShift = reader.byte();
  const bits = new BitReader(reader.rest());
  const entries: PageEntry[] = [];
  let key: Wide = { high: 0, low: 0 };
  for (let index = 0; index < count; index++) {
    key = add(key, readRice(bits, keyShift));
    const ruling = dictionary[readRice(bits, placeShift).low];
    assert(ruling !== undefined, 'a decision points into the dictionary');
    entries.push({ key: formatKey(key), ruling });
  }
  return { header, entries };
}

function rulingsByFrequency(entries: readonly PageEntry[]) {
  const seen = new Map<string, { readonly ruling: Ruling; count: number }>();
  const names = entries.map(({ ruling }) => {
    const name = rulingName(ruling);
    const known = seen.get(name);
    if (known === undefined) seen.set(name, { ruling, count: 1 });
    else known.count++;
    return name;
  });
  const ordered = [...seen].sort(
    ([a, left], [b, right]) => right.count - left.count || (a < b ? -1 : 1),
  );
  const rank = new Map(ordered.map(([name], place) => [name, place]));
  return {
    dictionary: ordered.map(([, { ruling }]) => ruling),
    places: names.map((name) => rank.get(name) ?? 0),
  };
}

function rulingName({ basis, findings, jurisdictions }: Ruling): string {
  const parts = findings.map(
    ({ rule, verdict }) => `${rule}${verdict.outcome[0]}${verdict.codes.join('+')}`,
  );
  return `${basis ?? ''}|${parts.join(',')}|${jurisdictions.join(',')}`;
}

function writeRuling(writer: ByteWriter, { basis, findings, jurisdictions }: Ruling): void {
  writer.byte(basis === null ? 0 : allowCodeList.indexOf(basis) + 1);
  writer.unsigned(findings.length);
  for (const { rule, verdict } of findings) {
    writer.unsigned(ruleNumber(rule));
    writer.byte(verdict.outcome === 'deny' ? 1 : 0);
    writer.unsigned(verdict.codes.length);
    for (const code of verdict.codes) writer.byte(denyCodeList.indexOf(code));
  }
  writer.text(jurisdictions.join(''));
}

function readRuling(reader: ByteReader): Ruling {
  const basis = readBasis(reader.byte());
  const findings = Array.from({ length: reader.unsigned() }, () => readFinding(reader));
  const jurisdictions = reader.text().match(/../g) ?? [];
  return { basis, findings, jurisdictions: [...jurisdictions] };
}

function readBasis(place: number): AllowCode | null {
  if (place === 0) return null;
  const basis = allowCodeList[place - 1];
  assert(basis !== undefined, 'a stored basis is on the list');
  return basis;
}

function readFinding(reader: ByteReader): Finding {
  const rule = rulePlace(reader.unsigned());
  const outcome = reader.byte() === 1 ? 'deny' : 'gap';
  const codes = Array.from({ length: reader.unsigned() }, () => {
    const code = denyCodeList[reader.byte()];
    assert(code !== undefined, 'a stored code is on the list');
    return code;
  });
  return { rule, verdict: { outcome, codes } };
}

function parseKey(key: string): Wide {
  assert(key.length === PAGE_KEY_DIGITS, 'a page keeps 64 bits of each key');
  return { high: Number.parseInt(key.slice(0, 8), 16), low: Number.parseInt(key.slice(8), 16) };
}

function formatKey({ high, low }: Wide): string {
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}

function keyDifferences(entries: readonly PageEntry[]): readonly Wide[] {
  let before: Wide = { high: 0, low: 0 };
  return entries.map((entry) => {
    const key = parseKey(entry.key);
    const difference = subtract(key, before);
    before = key;
    return difference;
  });
}

function subtract(left: Wide, right: Wide): Wide {
  const borrow = left.low < right.low ? 1 : 0;
  const high = left.high - right.high - borrow;
  assert(high >= 0, 'the keys of a page are sorted');
  return { high, low: left.low - right.low + borrow * 2 ** 32 };
}

function add(left: Wide, right: Wide): Wide {
  const low = left.low + right.low;
  const carry = low >= 2 ** 32 ? 1 : 0;
  return { high: left.high + right.high + carry, low: low - carry * 2 ** 32 };
}

/** The width that suits differences of this mean: log2 of the median of a geometric law. */
function bestKeyShift(differences: readonly Wide[]): number {
  const sum = differences.reduce((total, { high, low }) => total + high * 2 ** 32 + low, 0);
  const median = (sum / Math.max(1, differences.length)) * Math.LN2;
  return median < 1 ? 0 : Math.min(63, Math.floor(Math.log2(median)));
}

function bestPlaceShift(places: readonly number[]): number {
  const cost = (shift: number) =>
    places.reduce((total, place) => total + (place >>> shift) + 1 + shift, 0);
  let best = 0;
  for (let shift = 1; shift <= 8; shift++) if (cost(shift) < cost(best)) best = shift;
  return best;
}
