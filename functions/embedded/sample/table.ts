/** Columns as wide as their widest cell; figures to the right, words to the left. */
export function renderTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const isFigure = header.map((_, column) =>
    rows.every((row) => /^[\d.]+( s)?$/.test(row[column] ?? '')),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        if (column === cells.length - 1) return cell;
        return isFigure[column] === true ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ');
  const rule = widths.map((width) => '-'.repeat(Math.min(width, 40))).join('  ');
  return [line(header), rule, ...rows.map(line)].join('\n');
}
