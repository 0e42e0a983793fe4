import { deny, gap, PASS, type RecipientCase, type RecipientRule } from '../rule.ts';
import type { Since } from '../../ledger/contact-point-state.ts';
import type { Evaluation } from '../evaluation.ts';

const denied = deny('D_RETENTION_INACTIVE');
const missing = gap('D_FACT_MISSING');

/** Some ground other than consent is offered to this person at all. */
function reliesOnAnotherGround({ permission }: RecipientCase): boolean {
  if (permission.offered.has('existing_customer') && permission.customer !== null) return true;
  return [...permission.offered].some((basis) => basis !== 'existing_customer');
}

/** The last active contact; for somebody who never was active, the collection of the data. */
function clockOf({ state }: RecipientCase): Since | null {
  if (state.lastActive !== null) return state.lastActive;
  return state.origin === null ? null : { at: state.origin.obtainedAt, event: state.origin.event };
}

function cutoffOf({ state, law }: RecipientCase, { cutoffs, parameters }: Evaluation): number {
  const { retention } = parameters;
  const isCustomer = state.sales.length > 0;
  const own = isCustomer ? retention.inactivityMonths : retention.prospectMonths;
  const national = isCustomer ? law.inactivityMonths : law.prospectMonths;
  return cutoffs.months(Math.min(own, national ?? own));
}

/** RET-1, RET-3, RET-4: on any ground but consent; opening a mail is no contact. */
export const retentionInactive: RecipientRule = {
  id: 'retention-inactive',
  group: 'retention',
  obligation: {
    de: 'Ohne aktiven Kontakt endet die werbliche Nutzung.',
    en: 'Without active contact the use for advertising ends.',
  },
  authority: 'Art. 5(1)(e) GDPR; CNIL référentiel gestion commerciale',
  certainty: 'P',
  inputs: [
    'lastActive',
    'origin',
    'sales',
    'retention.inactivityMonths',
    'retention.prospectMonths',
  ],
  codes: ['D_RETENTION_INACTIVE', 'D_FACT_MISSING'],
  evaluate: (recipient, evaluation) => {
    const { permission } = recipient;
    if (!evaluation.campaign.isAdvertising || permission.basis === 'A_CONSENT_VALID') return PASS;
    if (permission.consent.valid !== null || !reliesOnAnotherGround(recipient)) return PASS;
    const clock = clockOf(recipient);
    if (clock === null) return missing;
    return clock.at < cutoffOf(recipient, evaluation) ? denied : PASS;
  },
  explain: (recipient) => {
    const clock = clockOf(recipient);
    return clock === null ? {} : { since: clock.at, evidence: clock.event };
  },
};
