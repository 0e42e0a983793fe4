import { consentRule } from '../consent-rule.ts';

/**
 * One declaration may cover several channels, if it names each of them; no tick for each is needed
 * (CON-4). Audiences on platforms, and messages on a network that the campaign names, need a
 * consent that names this platform too (CH-DE-13). Nothing heals it but a consent that names them.
 */
export const consentChannel = consentRule({
  id: 'consent-channel',
  number: 21,
  code: 'D_CONSENT_CHANNEL_MISMATCH',
  obligation: {
    de: 'Eine Einwilligung gilt nur für die Kanäle und Plattformen, die sie nennt.',
    en: 'A consent covers only the channels and platforms that it names.',
  },
  authority: '§ 7(2) UWG; Art. 4(11) GDPR; BGH III ZR 196/17',
  certainty: 'S',
  inputs: ['consents', 'channel', 'platform'],
});
