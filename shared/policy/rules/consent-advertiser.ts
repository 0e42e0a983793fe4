import { consentRule } from '../consent-rule.ts';

/**
 * A consent that names no advertiser covers the controller alone. One that names advertisers covers
 * these and nobody else: "partners" who are not named have no consent. Where it names sectors, the
 * advertised product must belong to one of them (CON-2).
 *
 * Whether a consent to a category of partners is enough is before the CJEU (C-317/25); until then
 * it is not (H-6).
 */
export const consentAdvertiser = consentRule({
  id: 'consent-advertiser',
  number: 23,
  code: 'D_CONSENT_CONTROLLER_MISMATCH',
  obligation: {
    de: 'Eine Einwilligung gilt nur für die Werbenden und Branchen, die sie nennt.',
    en: 'A consent covers only the advertisers and sectors that it names.',
  },
  authority: 'Art. 4(11) GDPR; BGH VI ZR 721/15',
  certainty: 'S',
  inputs: ['consents', 'advertiser', 'productCategory'],
});
