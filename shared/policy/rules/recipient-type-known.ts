import { gap, PASS, toAdvertising, type RecipientRule } from '../rule.ts';

const missing = gap('D_FACT_MISSING');

/**
 * The law differs for private people and businesses, so it must be recorded whether the recipient
 * is a consumer, a sole trader, a named contact at a business, or a general address of a business.
 * The other rules treat an unknown type as a consumer, the most protected; this rule denies in any
 * case (0.4).
 */
export const recipientTypeKnown: RecipientRule = {
  id: 'recipient-type-known',
  number: 10,
  group: 'jurisdiction',
  obligation: {
    de: 'Es muss bekannt sein, ob jemand Verbraucher oder Unternehmen ist.',
    en: 'It must be known whether somebody is a consumer or a business.',
  },
  authority: 'Art. 5(2) GDPR; § 7 UWG',
  certainty: 'P',
  inputs: ['recipientType'],
  codes: ['D_FACT_MISSING'],
  appliesTo: toAdvertising,
  evaluate: ({ state }) => (state.recipientType === null ? missing : PASS),
};
