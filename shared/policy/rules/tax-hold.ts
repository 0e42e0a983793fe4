import { deny, PASS, toAdvertising, type RecipientRule } from '../rule.ts';

const denied = deny('D_TAX_HOLD_ONLY');

/**
 * Duties to keep records forbid erasure and permit no advertising. Whoever is under such a hold is
 * advertised to only after active contact within the policy's period of inactivity (RET-5). When a
 * hold runs out the data are due for erasure and not for advertising, so time alone does not heal
 * it: what does is that the hold is lifted, or new active contact.
 */
export const taxHold: RecipientRule = {
  id: 'tax-hold',
  number: 52,
  group: 'retention',
  obligation: {
    de: 'Nur zur Aufbewahrung gehaltene Daten dienen keiner Werbung.',
    en: 'Data kept for retention duties alone serve no advertising.',
  },
  authority: '§ 147(3) AO; Art. 5(1)(b), 17(3)(b), 18 GDPR',
  certainty: 'S',
  inputs: ['holds', 'lastActive', 'retention.inactivityMonths'],
  codes: ['D_TAX_HOLD_ONLY'],
  appliesTo: toAdvertising,
  evaluate: ({ state }, { cutoffs, parameters }) => {
    if (state.holds.length === 0) return PASS;
    const last = state.lastActive?.at ?? null;
    const active = last !== null && last >= cutoffs.months(parameters.retention.inactivityMonths);
    return active ? PASS : denied;
  },
  explain: ({ state: { holds } }, { instant }) => {
    const running = holds.find(({ until }) => until === null || until > instant);
    const hold = running ?? holds[0];
    return hold === undefined ? {} : { since: hold.at, evidence: hold.event };
  },
};
