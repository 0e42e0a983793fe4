import { consentRule } from '../consent-rule.ts';

/** CON-4: each channel must be named in the declaration. */
export const consentChannel = consentRule({
  id: 'consent-channel',
  code: 'D_CONSENT_CHANNEL_MISMATCH',
  obligation: {
    de: 'Eine Einwilligung gilt nur für die Kanäle und Plattformen, die sie nennt.',
    en: 'A consent covers only the channels and platforms that it names.',
  },
  authority: '§ 7(2) UWG; Art. 4(11) GDPR; BGH III ZR 196/17',
  certainty: 'S',
  inputs: ['consents', 'channel', 'platform'],
});
