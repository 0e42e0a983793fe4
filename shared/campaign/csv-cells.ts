/** What a spreadsheet would run as a formula, and what it would read over on the way to one. */
const FORMULA = /^[=+\-@\t\r\n]/;

/** A cell as RFC 4180 writes it: quoted where it has to be, and then with its quotes doubled. */
export function csvCell(text: string, delimiter: string): string {
  return /["\r\n]/.test(text) || text.includes(delimiter)
    ? `"${text.replaceAll('"', '""')}"`
    : text;
}

/** A cell of ours: what a spreadsheet would take for a formula gets an apostrophe before it. */
export function safeCell(text: string, delimiter: string): string {
  return csvCell(FORMULA.test(text) ? `'${text}` : text, delimiter);
}

/** The cells of one record (RFC 4180), without its line end; quoted ones may have line breaks. */
export function cellsOf(record: string, delimiter: string): readonly string[] {
  if (!record.includes('"')) return record.split(delimiter);
  const cells: string[] = [];
  let position = 0;
  for (;;) {
    let cell = '';
    if (record[position] === '"') {
      let end = record.indexOf('"', position + 1);
      while (end >= 0 && record[end + 1] === '"') end = record.indexOf('"', end + 2);
      // A quote that is not closed reaches to the end: nothing of the row is dropped.
      if (end < 0) end = record.length;
      cell = record.slice(position + 1, end).replaceAll('""', '"');
      position = end + 1;
    }
    const next = record.indexOf(delimiter, position);
    cells.push(cell + record.slice(position, next < 0 ? undefined : next));
    if (next < 0) return cells;
    position = next + delimiter.length;
  }
}
