import { deny, PASS, toAdvertising, type RecipientRule } from '../rule.ts';

const denied = deny('D_RETENTION_MAX');

/**
 * After the longest period without active contact all advertising ends, also on a consent. Of
 * whoever was never active, it runs from the collection of the data. New active contact heals it
 * (RET-2).
 */
export const retentionMaximum: RecipientRule = {
  id: 'retention-maximum',
  number: 51,
  group: 'retention',
  obligation: {
    de: 'Nach der Höchstdauer ohne aktiven Kontakt endet jede Werbung.',
    en: 'After the longest period without active contact all advertising ends.',
  },
  authority: 'Art. 5(1)(e) GDPR; policy',
  certainty: 'P',
  inputs: ['lastActive', 'retention.maximumMonths', 'origin'],
  codes: ['D_RETENTION_MAX'],
  appliesTo: toAdvertising,
  evaluate: ({ state }, { cutoffs }) => {
    const last = state.lastActive?.at ?? state.origin?.obtainedAt ?? state.firstKnownAt;
    return last !== null && last < cutoffs.maximumInactivity ? denied : PASS;
  },
  explain: ({ state }) =>
    state.lastActive === null
      ? {}
      : { since: state.lastActive.at, evidence: state.lastActive.event },
};
