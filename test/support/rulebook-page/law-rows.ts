import type { Jurisdiction } from '../../../shared/policy/jurisdiction.ts';
import { jurisdictions } from '../../../shared/policy/jurisdictions/all.ts';

/** One thing that a version of a country's law says, and where in the version it stands. */
export interface Statement {
  readonly cells: readonly string[];
  /** As unverified values name it: `registers/0`. */
  readonly path: string;
}

/** What the law says between two dates, and where. */
export interface LawRow {
  readonly from: string | null;
  readonly until: string | null;
  readonly cells: readonly string[];
  readonly said: readonly { readonly version: Jurisdiction; readonly path: string }[];
}

/** Every country of this book, in its order. */
export const countries: readonly string[] = [
  ...new Set(jurisdictions.map(({ country }) => country)),
];

/**
 * What all countries say at every date: versions that follow each other and say the same are one
 * row, and so are countries.
 */
export function lawRows(
  statementsOf: (version: Jurisdiction) => readonly Statement[],
): readonly LawRow[] {
  const rows = new Map<string, LawRow>();
  for (const country of countries) {
    for (const span of spansOf(country, statementsOf)) {
      const key = JSON.stringify([span.from, span.until, span.cells]);
      const known = rows.get(key);
      rows.set(key, { ...span, said: [...(known?.said ?? []), ...span.said] });
    }
  }
  return [...rows.values()];
}

function spansOf(
  country: string,
  statementsOf: (version: Jurisdiction) => readonly Statement[],
): readonly LawRow[] {
  const spans: LawRow[] = [];
  for (const version of jurisdictions.filter((each) => each.country === country)) {
    const { validFrom: from, validTo: until } = version;
    for (const { cells, path } of statementsOf(version)) {
      const said = { version, path };
      const same = spans.findIndex((span) => span.cells.join('\n') === cells.join('\n'));
      const before = spans[same];
      if (before === undefined) spans.push({ from, until, cells, said: [said] });
      else spans[same] = { ...before, until, said: [...before.said, said] };
    }
  }
  return spans;
}

/** The countries of a row, each once. */
export function countriesOf({ said }: LawRow): readonly string[] {
  return [...new Set(said.map(({ version }) => version.country))];
}

/** From how many countries on a value without dates is that of "all others". */
const MANY = 8;

/** Where every country has one value: the row that most of them share, if many do. */
export function usualRow(rows: readonly LawRow[]): LawRow | null {
  const places = rows.map(countriesOf);
  const single = countries.every((country) => {
    const own = rows.filter((_, row) => places[row]?.includes(country));
    return own.length === 1 || (own.length > 1 && own.every(({ from, until }) => from ?? until));
  });
  const undated = rows.filter(({ from, until }) => from === null && until === null);
  const [first, ...others] = single ? undated : [];
  if (first === undefined) return null;
  const longest = others.reduce(
    (most, row) => (countriesOf(row).length > countriesOf(most).length ? row : most),
    first,
  );
  return countriesOf(longest).length >= MANY ? longest : null;
}
