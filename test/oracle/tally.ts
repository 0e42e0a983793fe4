import { allowCodeList, denyCodeList } from '../../shared/contract/reason-codes.ts';
import type { Comparison } from './compare.ts';

/* What many comparisons come to. */

/** Codes that no question to the gate can lead to, each with its reason. */
export const unreachable: ReadonlyMap<string, string> = new Map([
  ['A_AGGREGATE_ONLY', 'group analyses have no recipients'],
  ['D_KANON_THRESHOLD', 'group analyses have no recipients'],
  ['D_SOURCE_NOT_PUBLIC', 'group analyses have no recipients'],
  ['D_ERASED', 'an erasure is no event of API 1'],
  ['D_PUBLIC_REFUSAL_NOTICE', 'reserved: no event says it'],
  ['D_CAMPAIGN_NOT_APPROVED', 'the review of a campaign is no part of a question'],
  ['D_TOKEN_EXPIRED', 'a clearance is no part of a question'],
]);

export const reachable: readonly string[] = [...allowCodeList, ...denyCodeList].filter(
  (code) => !unreachable.has(code),
);

export class Tally {
  cases = 0;
  allowed = 0;
  falseAllows = 0;
  falseDenies = 0;
  otherBases = 0;
  /** Decisions of both sides that name a code, per code. */
  readonly coverage = new Map<string, number>();
  readonly explained = new Map<string, number>();
  readonly missing = new Map<string, number>();
  readonly additional = new Map<string, number>();

  /** True when the disagreement is one that nothing explains. */
  add(comparison: Comparison): boolean {
    const { verdict, explainedBy, gate, oracle, missing, additional } = comparison;
    this.cases += 1;
    if (gate.outcome === 'allow') this.allowed += 1;
    if (gate.outcome === 'allow' && oracle.outcome === 'allow' && gate.basis !== oracle.basis) {
      this.otherBases += 1;
    }
    const named = verdict === 'agreement' ? [...gate.codes, gate.basis] : [];
    for (const code of named) if (code !== null) count(this.coverage, code);
    for (const code of missing) count(this.missing, code);
    for (const code of additional) count(this.additional, code);
    if (verdict === 'agreement') return false;
    if (explainedBy.length > 0) {
      for (const choice of explainedBy) count(this.explained, `${verdict}: ${choice}`);
      return false;
    }
    if (verdict === 'false allow') this.falseAllows += 1;
    else this.falseDenies += 1;
    return true;
  }

  /** Codes that fewer decisions named than asked for. */
  uncovered(least: number): readonly string[] {
    return reachable.filter((code) => (this.coverage.get(code) ?? 0) < least);
  }

  summary(): string {
    const share = ((100 * this.allowed) / Math.max(this.cases, 1)).toFixed(1);
    return [
      `cases ${this.cases}, allowed ${this.allowed} (${share} %)`,
      `denied ${this.cases - this.allowed}`,
      `false allows ${this.falseAllows}, false denies ${this.falseDenies}`,
      ...table('explained by a choice', this.explained),
      `allowed by both on another basis: ${this.otherBases}`,
      ...table('codes of the oracle that the gate does not give', this.missing),
      ...table('codes of the gate that the oracle does not give', this.additional),
      ...table('decisions that name a code', this.coverage),
      `never named: ${this.uncovered(1).join(', ') || 'none'}`,
    ].join('\n');
  }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function table(title: string, counts: ReadonlyMap<string, number>): readonly string[] {
  const rows = [...counts].sort(([one], [other]) => (one < other ? -1 : 1));
  return [`${title}:`, ...rows.map(([name, number]) => `${String(number).padStart(9)}  ${name}`)];
}
