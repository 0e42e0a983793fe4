import { consentRule } from '../consent-rule.ts';

/** Art. 8(1) GDPR: the age is the one that the country of the recipient sets. */
export const consentParental = consentRule({
  id: 'consent-parental',
  code: 'D_MINOR_NO_PARENTAL',
  obligation: {
    de: 'Kinder unter der Altersgrenze brauchen die Zustimmung der Eltern.',
    en: 'Children below the age of consent need parental authorisation.',
  },
  authority: 'Art. 8(1) GDPR',
  certainty: 'S',
  inputs: ['birthDate', 'consents', 'age.unknown'],
});
