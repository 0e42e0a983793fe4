import { limits } from '../contract/limits.ts';
import type { Recipient } from '../contract/subjects.ts';
import type { Channel } from '../contract/vocabulary.ts';
import type { AsideCode, InvalidCode } from './aside.ts';
import { keyRecipient, rowKey, type AudienceKeyring, type AudienceRow } from './audience.ts';

/** A recipient with the line that named them. */
export interface KeyedRow {
  readonly row: AudienceRow;
  /** Place in the file, from 1. */
  readonly number: number;
  /** The caller's own line in UTF-8, without its end. */
  readonly line: Uint8Array;
}

/** A line that is on no page. */
export interface AsideLine {
  readonly code: AsideCode;
  readonly number: number;
  readonly ref: string | null;
  readonly line: Uint8Array;
  /** Of a duplicate: an earlier line with the same contact point. */
  readonly repeats?: number;
}

/** Digits of a key that never stand on two pages: 5 bytes of each first key say where it is. */
export const FIRST_KEY_DIGITS = 10;

/** What the directory of a run says of a page. */
export function firstKeyOf(page: readonly KeyedRow[]): string {
  const [first] = page;
  return first === undefined
    ? '0'.repeat(FIRST_KEY_DIGITS)
    : rowKey(first.row).slice(0, FIRST_KEY_DIGITS);
}

/**
 * Rows in the order of their keys, each key once: the first row of the file counts, and what the
 * others name is looked at as well, because it may refuse. Done again over what it has kept and
 * further rows, it makes the same as over all of them at once.
 */
export function distinctRows(rows: readonly KeyedRow[]): {
  readonly kept: readonly KeyedRow[];
  readonly aside: readonly AsideLine[];
} {
  // Keys are hexadecimal digits, so any order of letters is theirs.
  const sorted = rows
    .map((keyed) => ({ key: rowKey(keyed.row), keyed }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.keyed.number - b.keyed.number));
  const kept: KeyedRow[] = [];
  const aside: AsideLine[] = [];
  for (let start = 0; start < sorted.length;) {
    const first = sorted[start];
    if (first === undefined) break;
    let end = start + 1;
    while (sorted[end]?.key === first.key) end++;
    const others = sorted.slice(start + 1, end).map(({ keyed }) => keyed);
    const { number, line } = first.keyed;
    const row = others.length === 0 ? first.keyed.row : mergeRows(first.keyed.row, others);
    kept.push({ row, number, line });
    for (const other of others) {
      const { ref } = other.row;
      const at = { number: other.number, ref, line: other.line };
      aside.push({ code: 'duplicate', ...at, repeats: number });
    }
    start = end;
  }
  return { kept, aside };
}

/**
 * Without those who are said to be more people than one can be: not all of their refusals could be
 * looked at. To be asked of the rows of a whole file.
 */
export function withoutCrowds(rows: readonly KeyedRow[]): {
  readonly kept: readonly KeyedRow[];
  readonly aside: readonly AsideLine[];
} {
  const kept = rows.filter(({ row }) => isSomebody(row));
  const aside = rows
    .filter(({ row }) => !isSomebody(row))
    .map(({ row: { ref }, number, line }) => {
      return { code: 'too-many-identifiers', number, ref, line } as const;
    });
  return { kept, aside };
}

export function isSomebody({ named, domains }: AudienceRow): boolean {
  return named.length <= limits.namesPerRecipient && domains.length <= limits.domainsPerRecipient;
}

/** Names and list entries of all rows, each once, up to one more than there may be. */
function mergeRows(first: AudienceRow, others: readonly KeyedRow[]): AudienceRow {
  const named = new Map(first.named.map((name) => [name.key, name]));
  const domains = new Set(first.domains);
  for (const { row } of others) {
    for (const name of row.named) {
      if (named.size > limits.namesPerRecipient) break;
      if (!named.has(name.key)) named.set(name.key, name);
    }
    for (const key of row.domains) {
      if (domains.size > limits.domainsPerRecipient) break;
      domains.add(key);
    }
  }
  if (named.size === first.named.length && domains.size === first.domains.length) return first;
  return { ...first, named: [...named.values()], domains: [...domains] };
}

/** Pages of at most `limits.pageRecipients` rows, never cut between keys of one first key. */
export function cutPages(
  rows: readonly KeyedRow[],
  size: number = limits.pageRecipients,
): readonly (readonly KeyedRow[])[] {
  const pages: KeyedRow[][] = [];
  const prefixOf = (index: number) => {
    const keyed = rows[index];
    return keyed === undefined ? null : rowKey(keyed.row).slice(0, FIRST_KEY_DIGITS);
  };
  for (let start = 0; start < rows.length;) {
    let end = Math.min(start + size, rows.length);
    while (end < rows.length && end > start && prefixOf(end - 1) === prefixOf(end)) end--;
    // One first key that fills more than a page stays together all the same.
    if (end === start) {
      end = start + 1;
      while (end < rows.length && prefixOf(end - 1) === prefixOf(end)) end++;
    }
    pages.push(rows.slice(start, end));
    start = end;
  }
  return pages;
}

export interface AudiencePlan {
  readonly submitted: number;
  readonly duplicates: number;
  readonly invalid: number;
  readonly pages: readonly (readonly KeyedRow[])[];
  /** Those that are on no page, in the order of the file. */
  readonly aside: readonly AsideLine[];
}

const encoder = new TextEncoder();

/**
 * What is kept of a recipient for the results: the caller's ref, or else the place in the request,
 * from 1. Either tells the caller everything, so no identifier is kept (Art. 5(1)(c) GDPR).
 */
function nameOf(
  { ref }: Recipient,
  row: number,
): { readonly ref: string } | { readonly row: number } {
  return ref == null ? { row } : { ref };
}

/** Plans recipients that came as they are: submitted = on pages + duplicates + invalid. */
export function planAudience(
  recipients: Iterable<Recipient>,
  channel: Channel,
  keyring: AudienceKeyring,
): AudiencePlan {
  const rows: KeyedRow[] = [];
  const invalid: AsideLine[] = [];
  let submitted = 0;
  for (const recipient of recipients) {
    const number = ++submitted;
    const line = encoder.encode(JSON.stringify(nameOf(recipient, number)));
    const keyed = keyRecipient(recipient, channel, keyring);
    if (keyed.valid) rows.push({ row: keyed.row, number, line });
    else invalid.push({ code: keyed.code, number, ref: recipient.ref ?? null, line });
  }
  const distinct = distinctRows(rows);
  const { kept, aside } = withoutCrowds(distinct.kept);
  const all = [...invalid, ...distinct.aside, ...aside].sort((a, b) => a.number - b.number);
  return { submitted, ...countAside(all), pages: cutPages(kept), aside: all };
}

export function countAside(aside: readonly AsideLine[]): {
  readonly duplicates: number;
  readonly invalid: number;
} {
  const duplicates = aside.filter(({ code }) => code === 'duplicate').length;
  return { duplicates, invalid: aside.length - duplicates };
}

export type { InvalidCode };
