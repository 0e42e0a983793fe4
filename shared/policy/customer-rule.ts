import type { DenyCode, LocalText } from '../contract/reason-codes.ts';
import { deny, PASS, type RecipientRule } from './rule.ts';

/**
 * A condition of the existing-customer exception (§ 7(3) UWG, Art. 13(2) Dir. 2002/58). It is
 * reported when no ground carries the contact, the law offers the exception on this channel, and
 * the person has bought.
 */
export function customerRule(rule: {
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
      if (!permission.offered.has('existing_customer')) return PASS;
      return permission.customer?.failures.includes(code) === true ? denied : PASS;
    },
    explain: ({ permission }) => {
      const sale = permission.customer?.sale;
      return sale === undefined ? {} : { since: sale.at, evidence: sale.event };
    },
  };
}
