import { consentRule } from '../consent-rule.ts';

/**
 * A consent that was asked for and is not confirmed yet permits nothing but the request for its
 * confirmation. The confirmation heals it (DOI-1).
 */
export const consentUnconfirmed = consentRule({
  id: 'consent-unconfirmed',
  number: 19,
  code: 'D_CONSENT_UNCONFIRMED',
  obligation: {
    de: 'Nur eine bestätigte Einwilligung erlaubt die Ansprache.',
    en: 'Only a confirmed consent permits contact.',
  },
  authority: 'Art. 7(1) GDPR; BGH I ZR 164/09',
  certainty: 'S',
  inputs: ['consents'],
});
