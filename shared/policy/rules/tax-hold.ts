import { deny, PASS, type RecipientCase, type RecipientRule } from '../rule.ts';
import type { Hold } from '../../ledger/contact-point-state.ts';

const denied = deny('D_TAX_HOLD_ONLY');

function activeHold({ state }: RecipientCase, instant: number): Hold | null {
  return state.holds.find(({ until }) => until === null || until > instant) ?? null;
}

/** RET-5: a hold blocks erasure, not the end of advertising. */
export const taxHold: RecipientRule = {
  id: 'tax-hold',
  group: 'retention',
  obligation: {
    de: 'Nur zur Aufbewahrung gehaltene Daten dienen keiner Werbung.',
    en: 'Data kept for retention duties alone serve no advertising.',
  },
  authority: '§ 147(3) AO; Art. 5(1)(b), 17(3)(b), 18 GDPR',
  certainty: 'S',
  inputs: ['holds', 'lastActive'],
  codes: ['D_TAX_HOLD_ONLY'],
  evaluate: (recipient, { campaign, cutoffs, parameters, instant }) => {
    if (!campaign.isAdvertising) return PASS;
    const hold = activeHold(recipient, instant);
    const last = recipient.state.lastActive?.at ?? null;
    const active = last !== null && last >= cutoffs.months(parameters.retention.inactivityMonths);
    return hold !== null && !active ? denied : PASS;
  },
  explain: (recipient, { instant }) => {
    const hold = activeHold(recipient, instant);
    return hold === null ? {} : { since: hold.at, evidence: hold.event };
  },
};
