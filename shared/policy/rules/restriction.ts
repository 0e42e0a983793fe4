import { deny, PASS, type RecipientRule } from '../rule.ts';

const denied = deny('D_RESTRICTED_ART18');

/** OBJ-7: while processing is restricted, nobody is contacted. */
export const restriction: RecipientRule = {
  id: 'restriction',
  group: 'refusal',
  obligation: {
    de: 'Eingeschränkte Daten dürfen nur gespeichert werden.',
    en: 'Restricted data may only be stored.',
  },
  authority: 'Art. 18(1), (2) GDPR',
  certainty: 'S',
  inputs: ['restriction'],
  codes: ['D_RESTRICTED_ART18'],
  evaluate: ({ state, others }) => {
    const found =
      state.restriction ?? others.find((other) => other.restriction !== null)?.restriction;
    return found == null ? PASS : denied;
  },
  explain: ({ state, others }) => {
    const found =
      state.restriction ?? others.find((other) => other.restriction !== null)?.restriction;
    return found == null ? {} : { since: found.at, evidence: found.event };
  },
};
