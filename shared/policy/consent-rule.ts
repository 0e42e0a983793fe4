import type { LocalText } from '../contract/reason-codes.ts';
import { failingConsent, failureBit, type ConsentFailureCode } from './consent.ts';
import { deny, PASS, toAdvertising, type RecipientRule } from './rule.ts';

/**
 * A condition that a consent must meet. It is reported when no ground carries the contact and the
 * consents that come nearest fail this condition; the assessment itself stands in `consent.ts`.
 */
export function consentRule(rule: {
  readonly id: string;
  readonly number: number;
  readonly code: ConsentFailureCode;
  readonly obligation: LocalText;
  readonly authority: string;
  readonly certainty: RecipientRule['certainty'];
  readonly inputs: readonly string[];
}): RecipientRule {
  const { code, ...description } = rule;
  const denied = deny(code);
  const bit = failureBit(code);
  return {
    ...description,
    group: 'permission',
    codes: [code],
    appliesTo: toAdvertising,
    evaluate: ({ permission }) =>
      permission.basis === null && (permission.consent.failed & bit) !== 0 ? denied : PASS,
    explain: (recipient, evaluation) => {
      const consent = failingConsent(code, recipient, evaluation);
      return consent === null ? {} : { since: consent.at, evidence: consent.event };
    },
  };
}
