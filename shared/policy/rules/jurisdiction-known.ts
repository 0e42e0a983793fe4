import { gap, PASS, type RecipientRule } from '../rule.ts';

const missing = gap('D_JURISDICTION_UNKNOWN');

/** Fails closed: neither residence nor number country is known, or one of them is not covered. */
export const jurisdictionKnown: RecipientRule = {
  id: 'jurisdiction-known',
  group: 'jurisdiction',
  obligation: {
    de: 'Ohne bekanntes anwendbares Recht wird niemand kontaktiert.',
    en: 'Nobody is contacted while the applicable law is unknown.',
  },
  authority: 'Art. 5(2), 24 GDPR',
  certainty: 'P',
  inputs: ['residence', 'numberCountry', 'establishment'],
  codes: ['D_JURISDICTION_UNKNOWN'],
  evaluate: ({ law }) => (law.unknown ? missing : PASS),
};
