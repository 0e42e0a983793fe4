import {
  concerns,
  type ChannelSince,
  type ContactPointState,
} from '../../ledger/contact-point-state.ts';
import type { RefusalCooldown } from '../contact-frequency.ts';
import { deny, PASS, toAdvertising, type RecipientCase, type RecipientRule } from '../rule.ts';

const denied = deny('D_REFUSAL_COOLDOWN');

function newerRefusal(
  { refusals }: ContactPointState,
  { channels, since }: RefusalCooldown,
  known: ChannelSince | null,
): ChannelSince | null {
  let newest = known;
  for (const refusal of refusals) {
    if (refusal.at < since || !concerns(refusal.channels, channels)) continue;
    if (newest === null || refusal.at > newest.at) newest = refusal;
  }
  return newest;
}

/** The newest refusal that is too fresh, on the family of channels, of all identifiers. */
function findRefusal({ state, others, law }: RecipientCase): ChannelSince | null {
  let newest = newerRefusal(state, law.cooldown, null);
  for (const other of others) newest = newerRefusal(other, law.cooldown, newest);
  return newest;
}

/**
 * Whoever refused in a contact is left alone on the whole family of channels (electronic messages,
 * calls, or letters) for whole calendar days, by the recipient's clock: 60 in France, elsewhere
 * those of the policy. No consent shortens them: the law knows no such exception. Time heals it:
 * the decision says from when the contact is permitted (E).
 */
export const refusalCooldown: RecipientRule = {
  id: 'refusal-cooldown',
  number: 55,
  group: 'timing',
  obligation: {
    de: 'Wer im Kontakt abgelehnt hat, wird eine Zeit lang nicht wieder angesprochen.',
    en: 'Whoever refused in a contact is not contacted again for a time.',
  },
  authority: 'Art. D223-9 C. conso; Annex to § 3(3) Nr. 26 UWG; policy',
  certainty: 'P',
  inputs: ['refusals', 'channel', 'frequency.refusalCooldownDays', 'law.refusalCooldown'],
  codes: ['D_REFUSAL_COOLDOWN'],
  appliesTo: toAdvertising,
  evaluate: (recipient) => (findRefusal(recipient) === null ? PASS : denied),
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
