import { deny, PASS, type RecipientRule } from '../rule.ts';

const denied = deny('D_RETENTION_MAX');

/** RET-2: regardless of the ground. */
export const retentionMaximum: RecipientRule = {
  id: 'retention-maximum',
  group: 'retention',
  obligation: {
    de: 'Nach der Höchstdauer ohne aktiven Kontakt endet jede Werbung.',
    en: 'After the longest period without active contact all advertising ends.',
  },
  authority: 'Art. 5(1)(e) GDPR; policy',
  certainty: 'P',
  inputs: ['lastActive', 'retention.maximumMonths'],
  codes: ['D_RETENTION_MAX'],
  evaluate: ({ state }, { campaign, cutoffs }) => {
    if (!campaign.isAdvertising) return PASS;
    const last = state.lastActive?.at ?? state.origin?.obtainedAt ?? state.firstKnownAt;
    return last !== null && last < cutoffs.maximumInactivity ? denied : PASS;
  },
  explain: ({ state }) =>
    state.lastActive === null
      ? {}
      : { since: state.lastActive.at, evidence: state.lastActive.event },
};
