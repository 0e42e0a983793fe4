import { consentRule } from '../consent-rule.ts';

/** CON-8, CON-9: unused for too long, or first used too late. */
export const consentStale = consentRule({
  id: 'consent-stale',
  code: 'D_CONSENT_STALE',
  obligation: {
    de: 'Eine lange nicht genutzte Einwilligung trägt nicht mehr.',
    en: 'A consent that was unused for long no longer carries.',
  },
  authority: 'CON-8, CON-9; LG München I 17 HK O 138/10; AG München 161 C 12736/22',
  certainty: 'P',
  inputs: [
    'consents',
    'contacts',
    'lastActive',
    'consent.dormancyMonths',
    'consent.firstUseMonths',
  ],
});
