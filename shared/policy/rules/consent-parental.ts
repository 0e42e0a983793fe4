import { consentRule } from '../consent-rule.ts';

/**
 * Below the age that the law sets a child cannot consent alone. What counts is the age at which the
 * consent was confirmed, by the law at the time of the decision: when Denmark raised the age,
 * consents given at 13 and 14 lapsed. Of several countries the highest age applies (A.5).
 *
 * A recorded authorisation by the parents heals it. Whoever has no recorded birth date counts as
 * adult, unless the controller has chosen the stricter reading.
 */
export const consentParental = consentRule({
  id: 'consent-parental',
  number: 26,
  code: 'D_MINOR_NO_PARENTAL',
  obligation: {
    de: 'Kinder unter der Altersgrenze brauchen die Zustimmung der Eltern.',
    en: 'Children below the age of consent need parental authorisation.',
  },
  authority: 'Art. 8(1) GDPR',
  certainty: 'S',
  inputs: ['birthDate', 'consents', 'age.unknown', 'law.consentAge'],
});
