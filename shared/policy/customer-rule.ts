import type { LocalText } from '../contract/reason-codes.ts';
import { saleFailureBit, type SaleFailureCode } from './existing-customer.ts';
import { deny, PASS, toAdvertising, type RecipientRule } from './rule.ts';

/**
 * A condition of the existing-customer exception (§ 7(3) UWG, Art. 13(2) Dir. 2002/58). It is
 * reported when no ground carries the contact, the law offers the exception on this channel, and
 * the person has bought.
 */
export function customerRule(rule: {
  readonly id: string;
  readonly number: number;
  readonly code: SaleFailureCode;
  readonly obligation: LocalText;
  readonly authority: string;
  readonly certainty: RecipientRule['certainty'];
  readonly inputs: readonly string[];
}): RecipientRule {
  const { code, ...description } = rule;
  const denied = deny(code);
  const bit = saleFailureBit(code);
  return {
    ...description,
    group: 'permission',
    codes: [code],
    appliesTo: toAdvertising,
    evaluate: ({ permission }) => {
      if (permission.basis !== null || permission.customer === null) return PASS;
      if ((permission.customer.failed & bit) === 0) return PASS;
      return permission.offered.has('existing_customer') ? denied : PASS;
    },
    explain: ({ permission }) => {
      const sale = permission.customer?.sale;
      return sale === undefined ? {} : { since: sale.at, evidence: sale.event };
    },
  };
}
