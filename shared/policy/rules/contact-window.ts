import { deny, PASS, type RecipientCase, type RecipientRule } from '../rule.ts';

const denied = deny('D_QUIET_HOURS');

/** Where the law lets a consent override its hours (FR), that of the campaign does. */
function isConsented({ permission }: RecipientCase): boolean {
  return permission.consent.valid !== null;
}

/** RULES E: hours and days by the recipient's clock; all zones that come into question are open. */
export const contactWindow: RecipientRule = {
  id: 'contact-window',
  group: 'timing',
  obligation: {
    de: 'Anrufe und Nachrichten nur zu den Zeiten, die am Ort des Empfängers erlaubt sind.',
    en: 'Calls and messages only at the hours that are permitted where the recipient is.',
  },
  authority: 'Art. D223-9 C. conso; Art. 96(2) TRLGDCU; § 7(1) UWG; policy',
  certainty: 'P',
  inputs: ['channel', 'residence', 'numberCountry', 'consents'],
  codes: ['D_QUIET_HOURS'],
  evaluate: (recipient, { campaign }) => {
    const { times } = recipient.law;
    if (times.open || !campaign.isAdvertising) return PASS;
    return times.openWithConsent && isConsented(recipient) ? PASS : denied;
  },
  explain: (recipient) => ({
    retryNotBefore: recipient.law.times.nextOpening(isConsented(recipient)),
  }),
};
