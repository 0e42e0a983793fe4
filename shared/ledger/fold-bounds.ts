import { limits } from '../contract/limits.ts';
import type { ConsentState, Contact, ContactPointState } from './contact-point-state.ts';
import type { Draft } from './fold-draft.ts';

/** Bounds the permissive lists by dropping their oldest entries; refusals are never dropped. */
export function trim(draft: Draft): ContactPointState {
  return {
    ...draft,
    consents: newestConsents(draft.consents),
    sales: draft.sales.slice(-limits.salesKept),
    interests: draft.interests.slice(-limits.interestsKept),
    contacts: newestContacts(draft.contacts),
  };
}

/** As many as are kept, and no more text than a state can carry; at least the newest one. */
function newestConsents(consents: readonly ConsentState[]): readonly ConsentState[] {
  const kept = consents.slice(-limits.consentsKept);
  let characters = kept.reduce((sum, consent) => sum + charactersOf(consent), 0);
  while (kept.length > 1 && characters > limits.consentCharacters) {
    const oldest = kept.shift();
    characters -= oldest === undefined ? 0 : charactersOf(oldest);
  }
  return kept;
}

function charactersOf({ purposes, advertisers, sectors, platforms }: ConsentState): number {
  const texts = [purposes, advertisers ?? [], sectors ?? [], platforms ?? []].flat();
  return texts.reduce((sum, text) => sum + text.length, 0);
}

/**
 * Frequency caps count the contacts of a channel, so messages of one must not push out the calls
 * of another: the channel that has the most gives up its oldest first.
 */
function newestContacts(contacts: readonly Contact[]): readonly Contact[] {
  const byChannel = new Map<number, Contact[]>();
  for (const contact of contacts) {
    const own = byChannel.get(contact.channel) ?? [];
    byChannel.set(contact.channel, own);
    if (own.length < limits.contactsKept) own.push(contact);
  }
  const lists = [...byChannel.values()];
  for (let kept = lists.flat().length; kept > limits.contactsKept; kept--) {
    const longest = lists.reduce((left, right) => (right.length > left.length ? right : left));
    longest.pop();
  }
  const keeps = new Set(lists.flat());
  return contacts.filter((contact) => keeps.has(contact));
}
