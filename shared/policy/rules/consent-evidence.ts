import { consentRule } from '../consent-rule.ts';

/**
 * The record must hold the wording with its version and hash, the form of the declaration, the
 * place where the evidence is found, and a method of proof that fits the channel (CON-3):
 *
 * - e-mail and advertising in the inbox: double opt-in by e-mail, or paper;
 * - calls: a recording, a confirmation by text message, or paper; a double opt-in by e-mail proves
 *   nothing about a phone number (DOI-5);
 * - fax and letters: any of these;
 * - all other channels: double opt-in by e-mail or by text message, or paper.
 *
 * What was imported without such a proof proves nothing. Complete evidence heals it.
 */
export const consentEvidence = consentRule({
  id: 'consent-evidence',
  number: 25,
  code: 'D_CONSENT_EVIDENCE_MISSING',
  obligation: {
    de: 'Der Werbende muss jede Einwilligung vollständig nachweisen können.',
    en: 'The advertiser must be able to prove every consent completely.',
  },
  authority: 'Art. 7(1) GDPR; § 7a UWG; BGH I ZR 164/09',
  certainty: 'S',
  inputs: ['consents', 'channel'],
});
