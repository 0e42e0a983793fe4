import type { Restriction } from '../../ledger/contact-point-state.ts';
import { deny, PASS, type RecipientCase, type RecipientRule } from '../rule.ts';

const denied = deny('D_RESTRICTED_ART18');

function findRestriction({ state, others }: RecipientCase): Restriction | undefined {
  const [own] = state.restrictions;
  return own ?? others.find((other) => other.restrictions.length > 0)?.restrictions[0];
}

/**
 * While processing is restricted at the request of a person, that person is not contacted at all,
 * not even without advertising: the data may only be stored. It counts for all contact details of
 * the person. Only the end of the restriction heals it; a consent does not (OBJ-7).
 */
export const restriction: RecipientRule = {
  id: 'restriction',
  number: 14,
  group: 'refusal',
  obligation: {
    de: 'Eingeschränkte Daten dürfen nur gespeichert werden.',
    en: 'Restricted data may only be stored.',
  },
  authority: 'Art. 18(1), (2) GDPR',
  certainty: 'S',
  inputs: ['restriction'],
  codes: ['D_RESTRICTED_ART18'],
  evaluate: (recipient) => (findRestriction(recipient) === undefined ? PASS : denied),
  explain: (recipient) => {
    const found = findRestriction(recipient);
    return found === undefined ? {} : { since: found.at, evidence: found.event };
  },
};
