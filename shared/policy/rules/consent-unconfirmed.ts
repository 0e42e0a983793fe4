import { consentRule } from '../consent-rule.ts';

/** DOI-1: until the confirmation comes, a request for consent permits nothing but itself. */
export const consentUnconfirmed = consentRule({
  id: 'consent-unconfirmed',
  code: 'D_CONSENT_UNCONFIRMED',
  obligation: {
    de: 'Nur eine bestätigte Einwilligung erlaubt die Ansprache.',
    en: 'Only a confirmed consent permits contact.',
  },
  authority: 'Art. 7(1) GDPR; BGH I ZR 164/09',
  certainty: 'S',
  inputs: ['consents'],
});
