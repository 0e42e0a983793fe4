import { consentRule } from '../consent-rule.ts';

/** CON-3, DOI-5: wording, method that fits the channel, and where the evidence is found. */
export const consentEvidence = consentRule({
  id: 'consent-evidence',
  code: 'D_CONSENT_EVIDENCE_MISSING',
  obligation: {
    de: 'Der Werbende muss jede Einwilligung vollständig nachweisen können.',
    en: 'The advertiser must be able to prove every consent completely.',
  },
  authority: 'Art. 7(1) GDPR; § 7a UWG; BGH I ZR 164/09',
  certainty: 'S',
  inputs: ['consents', 'channel'],
});
