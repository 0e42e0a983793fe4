import { deny, PASS, toAdvertising, type RecipientRule } from '../rule.ts';

const denied = deny('D_CONSENT_MISSING');

/**
 * Consent is always a ground, on every channel, and is tried first. Besides it the law of a country
 * may offer others, as the table shows. A ground must carry in every country whose law applies.
 * This reason is given where none carries and no consent of the person is on record at all; a
 * consent that is there and does not suffice is the matter of the rules that follow (CH-DE-01 to
 * CH-DE-13).
 *
 * Bought data need a consent that names the advertiser, for electronic messages and for calls to
 * private people; data from public sources or networks need it for electronic messages. Only a
 * relationship with this very controller replaces it: the existing-customer exception, a running
 * contract or a recent purchase. Letters may run on a balancing (ORI-3 to ORI-5).
 */
export const consentMissing: RecipientRule = {
  id: 'consent-missing',
  number: 18,
  group: 'permission',
  obligation: {
    de: 'Ohne Einwilligung oder gesetzliche Ausnahme keine Werbung.',
    en: 'No advertising without consent or a statutory exception.',
  },
  authority: '§ 7(2) UWG; Art. 13(1) Dir. 2002/58; Art. 6(1)(a) GDPR',
  certainty: 'S',
  inputs: ['consents', 'channel', 'recipientType', 'law.channels', 'law.corporateTypes'],
  codes: ['D_CONSENT_MISSING'],
  appliesTo: toAdvertising,
  evaluate: ({ permission, law }) => {
    if (permission.basis !== null) return PASS;
    if (law.unknown && permission.consent.valid !== null) return PASS;
    return permission.consent.failed === 0 ? denied : PASS;
  },
};
