import type { DenyCode } from '../../../shared/contract/reason-codes.ts';
import type { ScenarioText } from '../../scenarios/scenario.ts';

/** What one rule says to one set of facts: its codes, none for a pass. */
export interface Row {
  readonly rule: string;
  readonly name: string;
  readonly text: Partial<ScenarioText>;
  readonly codes: readonly DenyCode[];
}

/** Rows of one rule: what they have in common, then one fact each, in order of precedence. */
export function rowsOf(
  rule: string,
  common: Partial<ScenarioText>,
  rows: readonly (readonly [
    name: string,
    change: Partial<ScenarioText>,
    ...codes: readonly DenyCode[],
  ])[],
): readonly Row[] {
  return rows.map(([name, change, ...codes]) => ({
    rule,
    name,
    text: { ...common, ...change, campaign: { ...common.campaign, ...change.campaign } },
    codes,
  }));
}
