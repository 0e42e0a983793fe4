import { allowCodeList, denyCodeList, type AllowCode } from '../contract/reason-codes.ts';
import { assert } from '../kernel/assert.ts';
import { ByteWriter } from '../kernel/bytes.ts';
import type { Ruling } from '../policy/decide.ts';
import type { Finding } from '../policy/panel.ts';
import { BitWriter, writeRice, type Wide } from './bits.ts';
import { ruleNumber, rulePlace } from './logged-rules.ts';
import {
  PAGE_FORMAT,
  PAGE_KEY_DIGITS,
  readStoredPage,
  type PageHeader,
  type StoredFinding,
  type StoredRuling,
} from './page-bytes.ts';

export { NO_PAGE_KEY, PAGE_KEY_DIGITS, pageKey, PageHeader } from './page-bytes.ts';

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

/**
 * A page as bytes: the header, a dictionary of the distinct rulings with the most frequent first,
 * the sorted keys as Rice-coded differences, and for each key the Rice-coded place of its ruling.
 */
export function encodePage(page: DecisionPage): Uint8Array {
  const writer = new ByteWriter();
  writer.byte(PAGE_FORMAT);
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
  const { header, rulings, entries } = readStoredPage(bytes);
  const known = rulings.map(rulingFrom);
  return {
    header,
    entries: entries.map(({ key, ruling: place }) => {
      const ruling = known[place];
      assert(ruling !== undefined, 'a decision points into the dictionary');
      return { key, ruling };
    }),
  };
}

function rulingsByFrequency(entries: readonly PageEntry[]) {
  const seen = new Map<string, { readonly ruling: Ruling; count: number }>();
  const nameOf = knownNames();
  const names = entries.map(({ ruling }) => {
    const name = nameOf(ruling);
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

/** The name of a ruling, made once for all that have the same lists in them, as most have. */
function knownNames(): (ruling: Ruling) => string {
  const known = new Map<Ruling['findings'], { readonly ruling: Ruling; readonly name: string }>();
  return (ruling) => {
    const last = known.get(ruling.findings);
    const isSame =
      last !== undefined &&
      last.ruling.basis === ruling.basis &&
      last.ruling.jurisdictions === ruling.jurisdictions;
    if (isSame) return last.name;
    const name = rulingName(ruling);
    known.set(ruling.findings, { ruling, name });
    return name;
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

function rulingFrom({ basis, findings, jurisdictions }: StoredRuling): Ruling {
  return { basis: basisAt(basis), findings: findings.map(findingFrom), jurisdictions };
}

function basisAt(place: number): AllowCode | null {
  if (place === 0) return null;
  const basis = allowCodeList[place - 1];
  assert(basis !== undefined, 'a stored basis is on the list');
  return basis;
}

function findingFrom({ rule, outcome, codes }: StoredFinding): Finding {
  const known = codes.map((place) => {
    const code = denyCodeList[place];
    assert(code !== undefined, 'a stored code is on the list');
    return code;
  });
  return { rule: rulePlace(rule), verdict: { outcome, codes: known } };
}

function parseKey(key: string): Wide {
  assert(key.length === PAGE_KEY_DIGITS, 'a page keeps 64 bits of each key');
  return { high: Number.parseInt(key.slice(0, 8), 16), low: Number.parseInt(key.slice(8), 16) };
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

/** The width that suits differences of this mean: log2 of the median of a geometric law. */
function bestKeyShift(differences: readonly Wide[]): number {
  const sum = differences.reduce((total, { high, low }) => total + high * 2 ** 32 + low, 0);
  const median = (sum / Math.max(1, differences.length)) * Math.LN2;
  return median < 1 ? 0 : Math.min(63, Math.floor(Math.log2(median)));
}

function bestPlaceShift(places: readonly number[]): number {
  // Places are few, and those who have them many.
  const counts: number[] = [];
  for (const place of places) counts[place] = (counts[place] ?? 0) + 1;
  const cost = (shift: number) =>
    counts.reduce((total, count, place) => total + count * ((place >>> shift) + 1 + shift), 0);
  let best = 0;
  for (let shift = 1; shift <= 8; shift++) if (cost(shift) < cost(best)) best = shift;
  return best;
}
