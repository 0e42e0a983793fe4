import { deny, PASS, type RecipientRule } from '../rule.ts';

const denied = deny('D_EC_CHANNEL_NOT_COVERED');

/** EC-0: a customer whom only the exception could carry, on a channel that it does not cover. */
export const existingCustomerChannel: RecipientRule = {
  id: 'existing-customer-channel',
  group: 'permission',
  obligation: {
    de: 'Die Bestandskundenausnahme gilt nur für elektronische Post.',
    en: 'The existing-customer exception covers electronic mail only.',
  },
  authority: '§ 7(3) UWG; Art. 13(2) Dir. 2002/58',
  certainty: 'S',
  inputs: ['sales', 'channel', 'ec.smsCovered'],
  codes: ['D_EC_CHANNEL_NOT_COVERED'],
  evaluate: ({ permission, law }, { campaign }) => {
    if (permission.basis !== null || law.unknown || !campaign.isAdvertising) return PASS;
    if (permission.offered.size > 0 || permission.customer === null) return PASS;
    return permission.customer.failures.length === 0 ? denied : PASS;
  },
  explain: ({ permission }) =>
    permission.customer === null
      ? {}
      : { since: permission.customer.sale.at, evidence: permission.customer.sale.event },
};
