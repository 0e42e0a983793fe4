import type { DenyCode, LocalText } from '../contract/reason-codes.ts';
import { deny, PASS, type RecipientRule } from './rule.ts';

/**
 * A condition that a consent must meet. It is reported when no ground carries the contact and the
 * consents that come nearest fail this condition; the assessment itself stands in `consent.ts`.
 */
export function consentRule(rule: {
  readonly id: string;
  readonly code: DenyCode;
  readonly obligation: LocalText;
  readonly authority: string;
  readonly certainty: RecipientRule['certainty'];
  readonly inputs: readonly string[];
}): RecipientRule {
  const { code, ...description } = rule;
  const denied = deny(code);
  return {
    ...description,
    group: 'permission',
    codes: [code],
    evaluate: ({ permission }, { campaign }) => {
      if (permission.basis !== null || !campaign.isAdvertising) return PASS;
      return permission.consent.failures.some((failure) => failure.code === code) ? denied : PASS;
    },
    explain: ({ permission }) => {
      const failure = permission.consent.failures.find((each) => each.code === code);
      if (failure === undefined) return {};
      return { since: failure.consent.at, evidence: failure.consent.event };
    },
  };
}
