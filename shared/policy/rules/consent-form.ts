import { consentRule } from '../consent-rule.ts';

/**
 * A pre-ticked box and silence are no consent. Declarations that are active, oral or written count;
 * whether they can be proved is the matter of `consent-evidence`. Nothing heals such a declaration
 * but a new one (CON-1).
 */
export const consentForm = consentRule({
  id: 'consent-form',
  number: 24,
  code: 'D_CONSENT_INVALID_FORM',
  obligation: {
    de: 'Eine Einwilligung braucht eine aktive, eindeutige Erklärung.',
    en: 'A consent needs an active and unambiguous act.',
  },
  authority: 'Art. 4(11), Rec. 32 GDPR; CJEU C-673/17; BGH I ZR 7/16',
  certainty: 'S',
  inputs: ['consents'],
});
