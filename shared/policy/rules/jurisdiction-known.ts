import { gap, PASS, type RecipientRule } from '../rule.ts';

const missing = gap('D_JURISDICTION_UNKNOWN');

/**
 * Three laws apply together: that of the recipient's residence, that of the country of the phone
 * number, and that of the controller's establishment. Nobody is contacted while both residence and
 * number country are unknown, or while one of the three countries is not covered by this book
 * (A.6).
 */
export const jurisdictionKnown: RecipientRule = {
  id: 'jurisdiction-known',
  number: 9,
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
