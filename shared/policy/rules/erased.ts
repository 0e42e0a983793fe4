import type { ContactPointState, Since } from '../../ledger/contact-point-state.ts';
import { isLifted } from '../consent.ts';
import { deny, PASS, toAdvertising, type RecipientCase, type RecipientRule } from '../rule.ts';

const denied = deny('D_ERASED');

function erasureOf({ erased }: ContactPointState, recipient: RecipientCase): Since | null {
  return erased === null || isLifted(erased.at, recipient) ? null : erased;
}

function findErasure(recipient: RecipientCase): Since | null {
  const own = erasureOf(recipient.state, recipient);
  if (own !== null) return own;
  for (const other of recipient.others) {
    const found = erasureOf(other, recipient);
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
