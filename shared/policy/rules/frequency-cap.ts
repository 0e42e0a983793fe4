import { deny, PASS, toAdvertising, type RecipientCase, type RecipientRule } from '../rule.ts';
import { daysBefore } from '../../kernel/calendar.ts';
import type { EpochMs } from '../../kernel/instant.ts';
import type { ContactCap } from '../contact-frequency.ts';

const denied = deny('D_FREQUENCY_CAP');

/** The contacts that count for a cap, newest first. */
function counted({ state }: RecipientCase, cap: ContactCap): readonly EpochMs[] {
  return state.contacts
    .filter(({ channel, at }) => (cap.channels & (1 << channel)) !== 0 && at > cap.since)
    .map(({ at }) => at);
}

function isReached(recipient: RecipientCase, cap: ContactCap): boolean {
  return recipient.state.contacts.length >= cap.max && counted(recipient, cap).length >= cap.max;
}

/** When so many contacts have left the window that one more fits; never under a cap of nothing. */
function freeAt(recipient: RecipientCase, cap: ContactCap, timeZone: string): EpochMs | null {
  const blocking = counted(recipient, cap)[cap.max - 1];
  return blocking === undefined ? null : daysBefore(blocking, -cap.rollingDays, timeZone);
}

/**
 * Contacts count within rolling calendar days, attempts included. Electronic messages of every kind
 * add up, and so do calls; letters count alone, and in-app messages and audiences are free. A cap
 * of a country takes the place of the policy's cap there; one that the controller has tightened
 * holds everywhere (E).
 *
 * Time heals it: the decision says from when one more contact fits.
 */
export const frequencyCap: RecipientRule = {
  id: 'frequency-cap',
  number: 54,
  group: 'timing',
  obligation: {
    de: 'Niemand wird häufiger angesprochen, als Gesetz und Richtlinie es zulassen.',
    en: 'Nobody is contacted more often than law and policy permit.',
  },
  authority: 'Art. D223-9 C. conso; § 7(1) UWG; Annex to § 3(3) Nr. 26 UWG; policy',
  certainty: 'P',
  inputs: ['contacts', 'channel', 'frequency', 'law.caps'],
  codes: ['D_FREQUENCY_CAP'],
  appliesTo: toAdvertising,
  evaluate: (recipient) => {
    for (const cap of recipient.law.caps) if (isReached(recipient, cap)) return denied;
    return PASS;
  },
  explain: (recipient, { controller }) => {
    const reached = recipient.law.caps.filter((cap) => isReached(recipient, cap));
    const free = reached.map((cap) => freeAt(recipient, cap, controller.timeZone));
    const known = free.filter((at) => at !== null);
    return {
      retryNotBefore: known.length === 0 || known.length < free.length ? null : Math.max(...known),
    };
  },
};
