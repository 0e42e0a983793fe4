import { consentRule } from '../consent-rule.ts';

/** CON-1: a pre-ticked box and silence are no consent. */
export const consentForm = consentRule({
  id: 'consent-form',
  code: 'D_CONSENT_INVALID_FORM',
  obligation: {
    de: 'Eine Einwilligung braucht eine aktive, eindeutige Erklärung.',
    en: 'A consent needs an active and unambiguous act.',
  },
  authority: 'Art. 4(11), Rec. 32 GDPR; CJEU C-673/17; BGH I ZR 7/16',
  certainty: 'S',
  inputs: ['consents'],
});
