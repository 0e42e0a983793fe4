import { deny, PASS, toAdvertising, type RecipientRule } from '../rule.ts';

const denied = deny('D_EC_CHANNEL_NOT_COVERED');

/**
 * Somebody who has bought, and whom only this exception could carry, learns that it does not cover
 * the channel. It covers e-mail; messages to a phone number where the law of the country has them,
 * which is contested in Germany; and calls only where the law of the country says so. What helps is
 * a consent (EC-0, H-2).
 */
export const existingCustomerChannel: RecipientRule = {
  id: 'existing-customer-channel',
  number: 28,
  group: 'permission',
  obligation: {
    de: 'Die Bestandskundenausnahme gilt nur für elektronische Post.',
    en: 'The existing-customer exception covers electronic mail only.',
  },
  authority: '§ 7(3) UWG; Art. 13(2) Dir. 2002/58',
  certainty: 'S',
  inputs: ['sales', 'channel', 'ec.smsCovered', 'law.channels'],
  codes: ['D_EC_CHANNEL_NOT_COVERED'],
  appliesTo: toAdvertising,
  evaluate: ({ permission, law }) => {
    if (permission.basis !== null || permission.customer === null || law.unknown) return PASS;
    if (permission.offered.size > 0) return PASS;
    return permission.customer.failed === 0 ? denied : PASS;
  },
  explain: ({ permission }) =>
    permission.customer === null
      ? {}
      : { since: permission.customer.sale.at, evidence: permission.customer.sale.event },
};
