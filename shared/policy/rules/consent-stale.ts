import { consentRule } from '../consent-rule.ts';

/**
 * No statute lets a consent expire, and time alone does not end it (BGH III ZR 196/17); lower
 * courts see it lapse when it is not used for long. Two periods of the policy follow them. A
 * consent no longer carries when for the period of dormancy neither the sender has used it nor the
 * person has been active (CON-8). Nor does it when it was not used within the period for the first
 * use; a late first use does not heal that (CON-9).
 *
 * A consent that is used within these periods lasts without limit (CON-10). An order, a click or
 * other activity of the person lets the period of dormancy run anew. France has a period of its
 * own.
 */
export const consentStale = consentRule({
  id: 'consent-stale',
  number: 27,
  code: 'D_CONSENT_STALE',
  obligation: {
    de: 'Eine lange nicht genutzte Einwilligung trägt nicht mehr.',
    en: 'A consent that was unused for long no longer carries.',
  },
  authority: 'Art. 7(1) GDPR; LG München I 17 HK O 138/10; AG München 161 C 12736/22',
  certainty: 'P',
  inputs: [
    'consents',
    'contacts',
    'lastActive',
    'consent.dormancyMonths',
    'consent.firstUseMonths',
    'law.dormancyMonths',
  ],
});
