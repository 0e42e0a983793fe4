import { consentRule } from '../consent-rule.ts';

/** DOI-4: an unconfirmed request is over after the period of the policy. */
export const consentExpired = consentRule({
  id: 'consent-expired',
  code: 'D_CONSENT_DOI_EXPIRED',
  obligation: {
    de: 'Eine nicht bestätigte Anfrage verfällt.',
    en: 'A request that is not confirmed expires.',
  },
  authority: 'Art. 5(1)(c), (e) GDPR; period by policy',
  certainty: 'P',
  inputs: ['consents', 'consent.doiExpiryDays'],
});
