/** Excel takes a file without it for the code page of the machine, and spoils every umlaut. */
const BYTE_ORDER_MARK = '\uFEFF';

/** What a spreadsheet would run as a formula, and what it would read over on the way to one. */
const FORMULA = /^[=+\-@\t\r\n]/;

/**
 * A table as CSV (RFC 4180): commas, CR and LF behind each record, the header first, in UTF-8 with
 * a byte order mark. A cell that a spreadsheet would take for a formula gets an apostrophe before
 * it, so that what somebody typed into a form runs nowhere.
 */
export function csvOf(
  header: readonly string[],
  rows: Iterable<readonly (string | number | boolean | null)[]>,
): Uint8Array {
  const records = [recordOf(header)];
  for (const row of rows) records.push(recordOf(row));
  return Buffer.from(BYTE_ORDER_MARK + records.join(''), 'utf8');
}

function recordOf(cells: readonly (string | number | boolean | null)[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`;
}

function cellOf(value: string | number | boolean | null): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
