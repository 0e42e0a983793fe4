import type { DenyCode } from '../../../shared/contract/reason-codes.ts';
import type { Approval } from '../../../shared/contract/vocabulary.ts';
import type { ScenarioText } from '../../scenarios/scenario.ts';

/** The facts of a row, what the officer said of its campaign, and when the person was erased. */
export type RowText = Partial<ScenarioText> & {
  readonly approval?: Approval;
  readonly erasedAt?: string;
};

/** What one rule says to one set of facts: its codes, none for a pass. */
export interface Row {
  readonly rule: string;
  readonly name: string;
  readonly text: RowText;
  readonly codes: readonly DenyCode[];
}

/** Rows of one rule: what they have in common, then one fact each, in order of precedence. */
export function rowsOf(
  rule: string,
  common: RowText,
  rows: readonly (readonly [name: string, change: RowText, ...codes: readonly DenyCode[]])[],
): readonly Row[] {
  return rows.map(([name, change, ...codes]) => ({
    rule,
    name,
    text: { ...common, ...change, campaign: { ...common.campaign, ...change.campaign } },
    codes,
  }));
}
