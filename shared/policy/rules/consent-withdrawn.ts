import { deny, PASS, type RecipientRule } from '../rule.ts';
import type { ConsentFailure } from '../consent.ts';

const denied = deny('D_CONSENT_WITHDRAWN');

function isWithdrawal(failure: ConsentFailure): boolean {
  return failure.code === 'D_CONSENT_WITHDRAWN';
}

/** CON-5: withdrawn for this channel and purpose, and not given again since. */
export const consentWithdrawn: RecipientRule = {
  id: 'consent-withdrawn',
  group: 'refusal',
  obligation: {
    de: 'Ein Widerruf gilt sofort; keine andere Grundlage tritt an die Stelle der Einwilligung.',
    en: 'A withdrawal is effective at once; no other ground takes the place of the consent.',
  },
  authority: 'Art. 7(3) GDPR; RFC 8058',
  certainty: 'S',
  inputs: ['consents', 'withdrawals'],
  codes: ['D_CONSENT_WITHDRAWN'],
  evaluate: ({ permission }, { campaign }) => {
    if (!campaign.isAdvertising || permission.consent.valid !== null) return PASS;
    return permission.consent.failures.some(isWithdrawal) ? denied : PASS;
  },
  explain: ({ permission }) => {
    const withdrawal = permission.consent.failures.find(isWithdrawal)?.withdrawal;
    return withdrawal == null ? {} : { since: withdrawal.at, evidence: withdrawal.event };
  },
};
