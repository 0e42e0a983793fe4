import { verdictOf, type Figure, type Outcome } from './benchmark.ts';

/** Digits that a figure of a shared machine is worth. */
const SIGNIFICANT_DIGITS = 3;

/** A number as people read it: `1,230,000`, `12.3`, `0.0123`. */
export function formatFigure(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return value.toLocaleString('en');
  return Number(value.toPrecision(SIGNIFICANT_DIGITS)).toLocaleString('en', {
    maximumSignificantDigits: SIGNIFICANT_DIGITS,
  });
}

/** One table: what, how much, the target and whether it is kept, and what one has to know. */
export function renderOutcome(title: string, outcome: Outcome): string {
  if (!outcome.measured) return `${title}\n  skipped: ${outcome.reason}\n`;
  const rows = outcome.figures.map(cellsOf);
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...rows.map((cells) => (cells[column] ?? '').length)),
  );
  const lines = rows.map((cells) => `  ${align(cells, widths)}`.trimEnd());
  const notes = outcome.notes.map((note) => `  ${note}`);
  return `${[title, ...lines, ...notes].join('\n')}\n`;
}

function cellsOf(figure: Figure): readonly string[] {
  const { name, value, unit, target } = figure;
  const wanted = target === undefined ? '' : `${target.bound} ${formatFigure(target.value)}`;
  return [name, formatFigure(value), unit, wanted, verdictOf(figure)];
}

/** Figures to the right, words to the left. */
function align(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 1 ? cell.padStart(width) : cell.padEnd(width);
    })
    .join('  ');
}
