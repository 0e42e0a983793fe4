import { consentRule } from '../consent-rule.ts';

/** CON-7: a purpose beyond the original wording needs a new consent. */
export const consentPurpose = consentRule({
  id: 'consent-purpose',
  code: 'D_CONSENT_PURPOSE_MISMATCH',
  obligation: {
    de: 'Eine Einwilligung gilt nur für die Zwecke, die sie nennt.',
    en: 'A consent covers only the purposes that it names.',
  },
  authority: 'Art. 4(11), 6(1)(a) GDPR',
  certainty: 'S',
  inputs: ['consents', 'purpose'],
});
