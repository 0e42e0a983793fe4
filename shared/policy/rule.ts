import type { DenyCode, LocalText } from '../contract/reason-codes.ts';
import type { EpochMs } from '../kernel/instant.ts';
import type { ContactPointState } from '../ledger/contact-point-state.ts';
import type { Evaluation } from './evaluation.ts';
import type { ApplicableLaw } from './law.ts';
import type { Permission } from './permission.ts';

/** What one rule says about one recipient. Anything but a pass denies. */
export type Verdict = { readonly outcome: 'pass' } | FailingVerdict;

export interface FailingVerdict {
  readonly outcome: 'deny' | 'gap';
  readonly codes: readonly DenyCode[];
}

export const PASS: Verdict = Object.freeze({ outcome: 'pass' });

/** The rule was applied and is not met. */
export function deny(...codes: readonly DenyCode[]): FailingVerdict {
  return Object.freeze({ outcome: 'deny', codes: Object.freeze([...codes]) });
}

/** A fact is missing, so the rule could not be met. */
export function gap(...codes: readonly DenyCode[]): FailingVerdict {
  return Object.freeze({ outcome: 'gap', codes: Object.freeze([...codes]) });
}

/**
 * How the contact point was found: it was named or linked; what was named is no identifier; or the
 * caller named other identifiers only, and no contact point of the channel's kind is linked.
 */
export type Identified = 'known' | 'invalid' | 'unlinked';

/** One recipient as the rules see it: facts that were fetched before, and what follows of them. */
export interface RecipientCase {
  readonly identified: Identified;
  /** The contact point that would be contacted; an empty state when the gate does not know it. */
  readonly state: ContactPointState;
  /** The whole domains that an address lies under, and further identifiers that the caller named
   *  and that are not linked: what they refuse counts as well. */
  readonly others: readonly ContactPointState[];
  readonly law: ApplicableLaw;
  readonly permission: Permission;
}

/** What a reason points to, found when somebody asks. */
export interface Explanation {
  readonly since: EpochMs | null;
  /** The event that shows it: `evt_…`. */
  readonly evidence: string | null;
  /** When time heals the reason: not before this instant. */
  readonly retryNotBefore: EpochMs | null;
}

interface RuleDescription {
  /** Name of the file, of the test and in the log; never used again for something else. */
  readonly id: string;
  /**
   * The rule's number in the decision log: its own for ever, wherever in the rulebook it stands, so
   * that what was logged keeps its meaning. A new rule takes the next one.
   */
  readonly number: number;
  readonly group: RuleGroup;
  readonly obligation: LocalText;
  /** Statute, ruling or guideline. */
  readonly authority: string;
  /** RULES 0.1: S statute, G guidance, P policy, U contested. */
  readonly certainty: 'S' | 'G' | 'P' | 'U';
  /** Facts that the rule reads. */
  readonly inputs: readonly string[];
  readonly codes: readonly DenyCode[];
}

/** Groups in the order of RULES 0.5. */
export const ruleGroups = [
  'admissibility',
  'jurisdiction',
  'refusal',
  'permission',
  'profiling',
  'retention',
  'timing',
] as const;
export type RuleGroup = (typeof ruleGroups)[number];

/** Judges the campaign alone, before anybody's data are read. */
export interface CampaignRule extends RuleDescription {
  readonly group: 'admissibility';
  readonly evaluate: (evaluation: Evaluation) => Verdict;
}

/** Judges one recipient. */
export interface RecipientRule extends RuleDescription {
  readonly group: Exclude<RuleGroup, 'admissibility'>;
  /** The campaigns that the rule is about, asked once for each of them; absent: every campaign. */
  readonly appliesTo?: (evaluation: Evaluation) => boolean;
  readonly evaluate: (recipient: RecipientCase, evaluation: Evaluation) => Verdict;
  readonly explain?: (
    recipient: RecipientCase,
    evaluation: Evaluation,
    code: DenyCode,
  ) => Partial<Explanation>;
}

/** For rules on advertising: a message without any needs no permission to advertise. */
export function toAdvertising({ campaign }: Evaluation): boolean {
  return campaign.isAdvertising;
}
