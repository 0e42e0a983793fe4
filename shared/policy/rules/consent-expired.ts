import { consentRule } from '../consent-rule.ts';

/**
 * A request for consent that was not confirmed within the period of the policy has expired; this
 * takes the place of `consent-unconfirmed`. A confirmation heals it (DOI-4).
 */
export const consentExpired = consentRule({
  id: 'consent-expired',
  number: 20,
  code: 'D_CONSENT_DOI_EXPIRED',
  obligation: {
    de: 'Eine nicht bestätigte Anfrage verfällt.',
    en: 'A request that is not confirmed expires.',
  },
  authority: 'Art. 5(1)(c), (e) GDPR; period by policy',
  certainty: 'P',
  inputs: ['consents', 'consent.doiExpiryDays'],
});
