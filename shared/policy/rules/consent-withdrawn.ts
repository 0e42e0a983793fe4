import { campaignWithdrawal, failingConsent, failureBit } from '../consent.ts';
import { deny, PASS, toAdvertising, type RecipientRule } from '../rule.ts';

const denied = deny('D_CONSENT_WITHDRAWN');
const bit = failureBit('D_CONSENT_WITHDRAWN');

/**
 * A withdrawal counts from the moment it is recorded. It may name a consent, channels or purposes;
 * what it does not limit it ends as a whole (CON-5). Whoever withdrew is not contacted even where
 * the existing-customer exception or a legitimate interest would carry the message.
 *
 * Only a newer consent heals it, confirmed after the withdrawal and with evidence of its own; an
 * import never does.
 */
export const consentWithdrawn: RecipientRule = {
  id: 'consent-withdrawn',
  number: 13,
  group: 'refusal',
  obligation: {
    de: 'Ein Widerruf gilt sofort; keine andere Grundlage tritt an die Stelle der Einwilligung.',
    en: 'A withdrawal is effective at once; no other ground takes the place of the consent.',
  },
  authority: 'Art. 7(3) GDPR; RFC 8058',
  certainty: 'S',
  inputs: ['consents', 'withdrawals'],
  codes: ['D_CONSENT_WITHDRAWN'],
  appliesTo: toAdvertising,
  evaluate: ({ permission }) => ((permission.consent.failed & bit) === 0 ? PASS : denied),
  explain: (recipient, evaluation) => {
    const consent = failingConsent('D_CONSENT_WITHDRAWN', recipient, evaluation);
    const withdrawal =
      consent === null ? null : campaignWithdrawal(consent, recipient.state, evaluation);
    return withdrawal === null ? {} : { since: withdrawal.at, evidence: withdrawal.event };
  },
};
