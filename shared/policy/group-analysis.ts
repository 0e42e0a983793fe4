import type { DenyCode } from '../contract/reason-codes.ts';

/** RULES C, PRO-9: no smaller cell, whatever the policy says. */
const SMALLEST_CELL_FLOOR = 5;

/** Only what everybody may read without an account or a request is generally available. */
export const sourceVisibilities = ['public', 'after_login', 'after_request', 'private'] as const;
export type SourceVisibility = (typeof sourceVisibilities)[number];

export interface Cell {
  /** What the people of the cell have in common; the same name in every query. */
  readonly name: string;
  readonly people: number;
}

/** An analysis of groups, as it would be released: counts and nothing about anybody. */
export interface GroupAnalysis {
  readonly sources: readonly { readonly name: string; readonly visibility: SourceVisibility }[];
  readonly cells: readonly Cell[];
  /** Its rows carry a key by which they could be joined to people of the ledger. */
  readonly joinsPeople: boolean;
  /** Cells of the same names that were released before: their difference tells as well. */
  readonly releasedBefore: readonly Cell[];
}

export type GroupRuling =
  | { readonly outcome: 'allow'; readonly basis: 'A_AGGREGATE_ONLY' }
  | { readonly outcome: 'deny'; readonly codes: readonly DenyCode[] };

/**
 * RULES C, PRO-9: insight into groups of a social network, never into people. Everything that is
 * wrong is named: a join to people, a source that is not generally available, a cell in which
 * somebody could be singled out, alone or by the difference to an earlier release (WP216).
 */
export function judgeGroupAnalysis(
  analysis: GroupAnalysis,
  parameters: { readonly analysis: { readonly smallestCell: number } },
): GroupRuling {
  const smallest = Math.max(SMALLEST_CELL_FLOOR, parameters.analysis.smallestCell);
  const isPublic = analysis.sources.every(({ visibility }) => visibility === 'public');
  const codes: DenyCode[] = [];
  if (analysis.joinsPeople) codes.push('D_SOCIAL_TRACKING');
  if (analysis.sources.length === 0 || !isPublic) codes.push('D_SOURCE_NOT_PUBLIC');
  if (analysis.cells.some((cell) => isTelling(cell, analysis.releasedBefore, smallest))) {
    codes.push('D_KANON_THRESHOLD');
  }
  return codes.length === 0
    ? { outcome: 'allow', basis: 'A_AGGREGATE_ONLY' }
    : { outcome: 'deny', codes };
}

/** The cells that may be released; the others are left out, not rounded. */
export function withoutTellingCells(
  analysis: GroupAnalysis,
  parameters: { readonly analysis: { readonly smallestCell: number } },
): GroupAnalysis {
  const smallest = Math.max(SMALLEST_CELL_FLOOR, parameters.analysis.smallestCell);
  const cells = analysis.cells.filter(
    (cell) => !isTelling(cell, analysis.releasedBefore, smallest),
  );
  return { ...analysis, cells };
}

/** Too small itself, or by so few people apart from an earlier one that those are singled out. */
function isTelling(cell: Cell, before: readonly Cell[], smallest: number): boolean {
  if (!(cell.people >= smallest)) return true;
  return before.some(({ name, people }) => {
    const apart = Math.abs(cell.people - people);
    return name === cell.name && apart > 0 && apart < smallest;
  });
}
