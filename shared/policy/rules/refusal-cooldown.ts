import { deny, PASS, type RecipientCase, type RecipientRule } from '../rule.ts';
import { concerns, type ChannelSince } from '../../ledger/contact-point-state.ts';

const denied = deny('D_REFUSAL_COOLDOWN');

/** The newest refusal that is too fresh, on the family of channels, of all identifiers. */
function findRefusal({ state, others, law }: RecipientCase): ChannelSince | null {
  const { channels, since } = law.cooldown;
  let newest: ChannelSince | null = null;
  for (const source of others.length === 0 ? [state] : [state, ...others]) {
    for (const refusal of source.refusals) {
      if (refusal.at < since || !concerns(refusal.channels, channels)) continue;
      if (newest === null || refusal.at > newest.at) newest = refusal;
    }
  }
  return newest;
}

/**
 * RULES E: who refused in a contact is left alone for whole calendar days (60 in France, 90 by
 * policy), by the recipient's clock. No consent shortens them: the law knows no such exception.
 */
export const refusalCooldown: RecipientRule = {
  id: 'refusal-cooldown',
  group: 'timing',
  obligation: {
    de: 'Wer im Kontakt abgelehnt hat, wird eine Zeit lang nicht wieder angesprochen.',
    en: 'Whoever refused in a contact is not contacted again for a time.',
  },
  authority: 'Art. D223-9 C. conso; Annex to § 3(3) Nr. 26 UWG; policy',
  certainty: 'P',
  inputs: ['refusals', 'channel', 'frequency.refusalCooldownDays'],
  codes: ['D_REFUSAL_COOLDOWN'],
  evaluate: (recipient, { campaign }) =>
    campaign.isAdvertising && findRefusal(recipient) !== null ? denied : PASS,
  explain: (recipient) => {
    const refusal = findRefusal(recipient);
    if (refusal === null) return {};
    return {
      since: refusal.at,
      evidence: refusal.event,
      retryNotBefore: recipient.law.cooldown.endOf(refusal.at),
    };
  },
};
