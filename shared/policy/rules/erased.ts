import type { ConsentState, ContactPointState, Since } from '../../ledger/contact-point-state.ts';
import { liftsAny } from '../consent.ts';
import { deny, PASS, toAdvertising, type RecipientCase, type RecipientRule } from '../rule.ts';

const denied = deny('D_ERASED');

function erasureOf({ erased }: ContactPointState, consents: readonly ConsentState[]): Since | null {
  return erased === null || liftsAny(consents, erased.at) ? null : erased;
}

function findErasure({ state, others, permission }: RecipientCase): Since | null {
  // Of two people who share the contact point, the consent of one lifts nothing of the other.
  const consents = state.conflict ? [] : permission.consent.carrying;
  const own = erasureOf(state, consents);
  if (own !== null) return own;
  for (const other of others) {
    const found = erasureOf(other, consents);
    if (found !== null) return found;
  }
  return null;
}

/**
 * Whoever had their data erased is not advertised to, on any channel: what is left is a suppression
 * entry under the same keys, and it is met by every contact detail that was known of the person. A
 * list that is bought or imported later, a new registration or a new sale changes nothing (OBJ-5,
 * OBJ-8).
 *
 * Only what lifts an objection lifts it: a consent that fits this campaign and was confirmed and
 * evidenced after the erasure; an imported one never does. Time does not heal it. Where two people
 * share a contact detail, the consent of one lifts nothing for the other (OBJ-4).
 */
export const erased: RecipientRule = {
  id: 'erased',
  number: 59,
  group: 'refusal',
  obligation: {
    de: 'Wer gelöscht wurde, wird nicht aus neuer Quelle wieder beworben.',
    en: 'Whoever was erased is not advertised to again out of another source.',
  },
  authority: 'Art. 17(1)(b), (c), 21(3), 17(3)(b) GDPR; LG Stuttgart 17 O 807/21',
  certainty: 'G',
  inputs: ['erased', 'consents'],
  codes: ['D_ERASED'],
  appliesTo: toAdvertising,
  evaluate: (recipient) => (findErasure(recipient) === null ? PASS : denied),
  explain: (recipient) => {
    const erasure = findErasure(recipient);
    return erasure === null ? {} : { since: erasure.at, evidence: erasure.event };
  },
};
