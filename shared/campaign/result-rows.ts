import type { LocalText } from '../contract/reason-codes.ts';
import { cellsOf, csvCell, safeCell } from './csv-cells.ts';
import { membersOf } from './json-members.ts';

/*
 * The lines of result files. A row is the caller's own line, with what the gate says of it behind:
 *
 *   NDJSON from NDJSON  the caller's text up to its last brace, then our member `gate`
 *   CSV from CSV        the caller's record as it is written, then our columns `gate_…`; records
 *                       that have not as many cells as the header are set aside before
 *   NDJSON from CSV     a member for each column, its cell as a string, then `gate`
 *   CSV from NDJSON     the understood columns, `more` with every other member as JSON, then ours
 *
 * The columns of the last kind do not hang on what is in the file: all files of a clearance have
 * the same. A member or column of the caller's that is named like one of ours gets `caller_` before
 * its name, so that nothing of the caller's can be read as the word of the gate.
 */

const LINE_END = '\r\n';
const MORE = 'more';
const PREFIX = 'caller_';

/** What the gate says of a row, the same for all rows with that ruling. */
export interface Verdict {
  readonly outcome: 'allow' | 'deny';
  readonly basis: string | null;
  readonly reasons: readonly {
    readonly code: string;
    readonly rule: string;
    readonly authority: string;
    readonly text: LocalText;
  }[];
  /** What it means, for who is allowed: their reasons are none. */
  readonly basisText: LocalText | null;
  readonly obligations: readonly string[];
  /** RFC 3339. */
  readonly notAfter: string;
  /** Of somebody who was allowed and refused before the clearance was issued. */
  readonly recall: { readonly decisionId: string; readonly at: string } | null;
}

/** A verdict as it stands in both formats; made once for many rows. */
export interface Mark {
  readonly allowed: boolean;
  readonly ndjson: string;
  readonly csv: string;
}

export const gateColumns = [
  'gate_outcome',
  'gate_basis',
  'gate_codes',
  'gate_text_de',
  'gate_text_en',
  'gate_decision_id',
] as const;

/** How the rows of the audience were written. */
export interface CallerFormat {
  readonly format: 'csv' | 'ndjson';
  /** The header of a CSV; of NDJSON the members that the gate understands, as the caller names. */
  readonly columns: readonly string[];
  /** Of a CSV; a comma for NDJSON. */
  readonly delimiter: string;
  /** Whether a byte order mark stood before it: spreadsheets read umlauts by it. */
  readonly bom?: boolean;
}

/** Before the header of a CSV whose caller wrote one. */
export function markOf({ bom }: CallerFormat): string {
  return bom === true ? '\ufeff' : '';
}

/** Writes rows of one audience; each line with its end. */
export interface RowWriter {
  readonly csvHeader: string;
  mark(verdict: Verdict): Mark;
  ndjson(text: string, mark: Mark, decisionId: string): string;
  csv(text: string, mark: Mark, decisionId: string): string;
}

export function rowWriter(caller: CallerFormat): RowWriter {
  const { delimiter } = caller;
  const { json, cells, header } = callerParts(caller, gateColumns);
  return {
    csvHeader:
      markOf(caller) + [...header, ...gateColumns].map(csvIn(delimiter)).join(delimiter) + LINE_END,
    mark: (verdict) => ({
      allowed: verdict.outcome === 'allow',
      ndjson: ndjsonMark(verdict),
      csv: csvMark(verdict, delimiter),
    }),
    ndjson: (text, { ndjson }, decisionId) =>
      `${json(text)}"gate":{"decisionId":"${decisionId}",${ndjson}}\n`,
    csv: (text, { csv }, decisionId) => `${cells(text)}${delimiter}${csv}${decisionId}${LINE_END}`,
  };
}

/** Everything of the member `gate` behind the id of the decision, without the last brace. */
function ndjsonMark({ outcome, basis, reasons, obligations, notAfter, recall }: Verdict): string {
  const codes = reasons.map(({ code }) => code);
  const member = {
    ...{ outcome, basis, codes, reasons, obligations, notAfter },
    ...(recall === null ? {} : { recall }),
  };
  return JSON.stringify(member).slice(1);
}

function csvMark(verdict: Verdict, delimiter: string): string {
  const { outcome, basis, basisText, reasons } = verdict;
  const texts = reasons.length > 0 ? reasons.map(({ text }) => text) : [basisText ?? NO_TEXT];
  const cells = [
    outcome,
    basis ?? '',
    reasons.map(({ code }) => code).join(' '),
    texts.map(({ de }) => de).join(' | '),
    texts.map(({ en }) => en).join(' | '),
  ];
  return cells.map((cell) => safeCell(cell, delimiter) + delimiter).join('');
}

const NO_TEXT: LocalText = { de: '', en: '' };

const csvIn = (delimiter: string) => (text: string) => csvCell(text, delimiter);

/** The caller's part of a row: NDJSON up to where our member follows, CSV up to our columns. */
function callerParts(caller: CallerFormat, reserved: readonly string[]) {
  const { format, columns, delimiter } = caller;
  if (format === 'ndjson') {
    const more = freeName(MORE, new Set(columns));
    const header = setApart([...columns, more], reserved);
    return { header, json: openObject, cells: cellsOfObject(columns, delimiter) };
  }
  const header = setApart(columns, reserved);
  return { header, json: objectOfCells(columns, delimiter), cells: (text: string) => text };
}

/** Names that none of ours is among and of which none is there twice. */
function setApart(names: readonly string[], reserved: readonly string[]): readonly string[] {
  const taken = new Set([...reserved, ...names]);
  return names.map((name) => {
    if (!reserved.includes(name)) return name;
    const free = freeName(`${PREFIX}${name}`, taken);
    taken.add(free);
    return free;
  });
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  let number = 2;
  while (taken.has(`${wanted}_${number}`)) number++;
  return `${wanted}_${number}`;
}

/** `{…` with a comma at its end where there is a member. */
function openObject(text: string): string {
  const end = text.lastIndexOf('}');
  // An escape could spell the name in another way.
  const mayClash = text.includes('"gate"') || text.includes('\\u');
  const open = mayClash ? withoutGate(text, end) : text.slice(text.indexOf('{'), end).trimEnd();
  return open.length > 1 ? `${open},` : open;
}

/** The same with every member `gate` of the caller's under a name that is free. */
function withoutGate(text: string, end: number): string {
  const members = membersOf(text);
  const taken = new Set(members.map(({ name }) => name));
  let open = '';
  let copied = text.indexOf('{');
  for (const { name, nameStart, nameEnd } of members) {
    if (name !== 'gate') continue;
    const free = freeName(`${PREFIX}gate`, taken);
    taken.add(free);
    open += `${text.slice(copied, nameStart)}"${free}"`;
    copied = nameEnd;
  }
  return open + text.slice(copied, end).trimEnd();
}

/** A member for each column; a name that is there twice gets a number, one that is empty too. */
function objectOfCells(columns: readonly string[], delimiter: string): (text: string) => string {
  const taken = new Set(['gate']);
  const nameOf = (column: string) => {
    const own = column === 'gate' ? `${PREFIX}gate` : column === '' ? 'column' : column;
    const free = freeName(own, taken);
    taken.add(free);
    return `${JSON.stringify(free)}:`;
  };
  const names = columns.map(nameOf);
  return (text) => {
    const members = cellsOf(text, delimiter).map((cell, place) => {
      // More cells than the header has are kept as well.
      const name = names[place] ?? `"column_${place + 1}":`;
      return `${name}${JSON.stringify(cell)},`;
    });
    return `{${members.join('')}`;
  };
}

const POSTAL = new Set(['name', 'street', 'postalCode', 'city', 'country']);

/**
 * The understood members, each in its column, and all others together as one JSON object. Texts
 * stand as they are, other values as JSON, null and nothing as an empty cell. An address under
 * `postal` fills the columns of its parts, unless one of them is a member itself.
 */
function cellsOfObject(columns: readonly string[], delimiter: string): (text: string) => string {
  const places = new Map(columns.map((column, place) => [column, place]));
  return (text) => {
    const cells: string[] = columns.map(() => '');
    const others: string[] = [];
    const members = membersOf(text);
    const flat = new Set(members.map(({ name }) => name));
    for (const { name, nameStart, nameEnd, valueStart, valueEnd } of members) {
      const raw = text.slice(valueStart, valueEnd);
      const place = places.get(name);
      if (place !== undefined && cells[place] === '') cells[place] = plain(raw);
      else if (name !== 'postal' || !spread(raw, flat, places, cells)) {
        others.push(`${text.slice(nameStart, nameEnd)}:${raw}`);
      }
    }
    const more = others.length === 0 ? '' : `{${others.join(',')}}`;
    return [...cells, more].map(csvIn(delimiter)).join(delimiter);
  };
}

/** False for an address that has to stay whole. */
function spread(
  raw: string,
  flat: ReadonlySet<string>,
  places: ReadonlyMap<string, number>,
  cells: string[],
): boolean {
  if (!raw.startsWith('{')) return raw === 'null';
  const parts = membersOf(raw);
  const fits = parts.every(({ name }) => POSTAL.has(name) && places.has(name) && !flat.has(name));
  if (!fits || new Set(parts.map(({ name }) => name)).size < parts.length) return false;
  for (const { name, valueStart, valueEnd } of parts) {
    cells[places.get(name) ?? -1] = plain(raw.slice(valueStart, valueEnd));
  }
  return true;
}

function plain(raw: string): string {
  if (raw === 'null') return '';
  if (!raw.startsWith('"')) return raw;
  return raw.includes('\\') ? decoded(raw) : raw.slice(1, -1);
}

function decoded(raw: string): string {
  const text: unknown = JSON.parse(raw);
  return typeof text === 'string' ? text : '';
}
