import { consentRule } from '../consent-rule.ts';

/**
 * The purpose of the campaign must be one of those that the consent names, by the same name. A
 * purpose that goes beyond the original wording needs a new consent (CON-7).
 */
export const consentPurpose = consentRule({
  id: 'consent-purpose',
  number: 22,
  code: 'D_CONSENT_PURPOSE_MISMATCH',
  obligation: {
    de: 'Eine Einwilligung gilt nur für die Zwecke, die sie nennt.',
    en: 'A consent covers only the purposes that it names.',
  },
  authority: 'Art. 4(11), 6(1)(a) GDPR',
  certainty: 'S',
  inputs: ['consents', 'purpose'],
});
