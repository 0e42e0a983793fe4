import { consentRule } from '../consent-rule.ts';

/** CON-2: named advertisers and product sectors; partners who are not named have no consent. */
export const consentAdvertiser = consentRule({
  id: 'consent-advertiser',
  code: 'D_CONSENT_CONTROLLER_MISMATCH',
  obligation: {
    de: 'Eine Einwilligung gilt nur für die Werbenden und Branchen, die sie nennt.',
    en: 'A consent covers only the advertisers and sectors that it names.',
  },
  authority: 'Art. 4(11) GDPR; BGH VI ZR 721/15',
  certainty: 'S',
  inputs: ['consents', 'advertiser', 'productCategory'],
});
