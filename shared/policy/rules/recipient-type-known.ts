import { gap, PASS, type RecipientRule } from '../rule.ts';

const missing = gap('D_FACT_MISSING');

/** The law differs for consumers and businesses: unknown is a missing fact (RULES 0.4). */
export const recipientTypeKnown: RecipientRule = {
  id: 'recipient-type-known',
  group: 'jurisdiction',
  obligation: {
    de: 'Es muss bekannt sein, ob jemand Verbraucher oder Unternehmen ist.',
    en: 'It must be known whether somebody is a consumer or a business.',
  },
  authority: 'Art. 5(2) GDPR; § 7 UWG',
  certainty: 'P',
  inputs: ['recipientType'],
  codes: ['D_FACT_MISSING'],
  evaluate: ({ state }, { campaign }) =>
    state.recipientType === null && campaign.isAdvertising ? missing : PASS,
};
