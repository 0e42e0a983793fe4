import { deny, PASS, type RecipientRule } from '../rule.ts';

const denied = deny('D_CONSENT_MISSING');

/** CH-DE-01 to 13: no consent is on record, and no other ground carries. */
export const consentMissing: RecipientRule = {
  id: 'consent-missing',
  group: 'permission',
  obligation: {
    de: 'Ohne Einwilligung oder gesetzliche Ausnahme keine Werbung.',
    en: 'No advertising without consent or a statutory exception.',
  },
  authority: '§ 7(2) UWG; Art. 13(1) Dir. 2002/58; Art. 6(1)(a) GDPR',
  certainty: 'S',
  inputs: ['consents', 'channel', 'recipientType'],
  codes: ['D_CONSENT_MISSING'],
  evaluate: ({ permission, law }, { campaign }) => {
    if (permission.basis !== null || !campaign.isAdvertising) return PASS;
    if (law.unknown && permission.consent.valid !== null) return PASS;
    return permission.consent.failures.length === 0 ? denied : PASS;
  },
};
