import { deny, PASS, toAdvertising, type RecipientCase, type RecipientRule } from '../rule.ts';

const denied = deny('D_QUIET_HOURS');

/** Where the law lets a consent override its hours (FR), that of the campaign does. */
function isConsented({ permission }: RecipientCase): boolean {
  return permission.consent.valid !== null;
}

/**
 * Hours and days run by the recipient's clock. Where the time zone is not certain, every one that
 * comes into question must be within the hours; the public holidays are those of each applicable
 * law. In France a consent that carries the campaign overrides the hours for calls. Where no
 * statute sets hours, the policy does (E).
 *
 * Time heals it: the decision says from when the contact is permitted.
 */
export const contactWindow: RecipientRule = {
  id: 'contact-window',
  number: 53,
  group: 'timing',
  obligation: {
    de: 'Anrufe und Nachrichten nur zu den Zeiten, die am Ort des Empfängers erlaubt sind.',
    en: 'Calls and messages only at the hours that are permitted where the recipient is.',
  },
  authority: 'Art. D223-9 C. conso; Art. 96(2) TRLGDCU; § 7(1) UWG; policy',
  certainty: 'P',
  inputs: ['channel', 'residence', 'numberCountry', 'consents', 'law.windows'],
  codes: ['D_QUIET_HOURS'],
  appliesTo: toAdvertising,
  evaluate: (recipient) => {
    const { times } = recipient.law;
    if (times.open) return PASS;
    return times.openWithConsent && isConsented(recipient) ? PASS : denied;
  },
  explain: (recipient) => ({
    retryNotBefore: recipient.law.times.nextOpening(isConsented(recipient)),
  }),
};
