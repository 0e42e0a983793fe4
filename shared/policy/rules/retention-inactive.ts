import { deny, gap, PASS, type RecipientCase, type RecipientRule } from '../rule.ts';
import type { EpochMs } from '../../kernel/instant.ts';

const denied = deny('D_RETENTION_INACTIVE');
const missing = gap('D_FACT_MISSING');

/** What the period runs from, and the event that shows it. */
interface Clock {
  readonly at: EpochMs;
  readonly event: string | null;
}

/** Some ground other than consent is offered to this person at all. */
function reliesOnAnotherGround({ permission }: RecipientCase): boolean {
  const { offered, customer } = permission;
  const forCustomers = offered.has('existing_customer');
  return forCustomers ? customer !== null || offered.size > 1 : offered.size > 0;
}

/**
 * The last active contact; for somebody who never was active, the collection of the data, or the
 * first event that the gate knows of.
 */
function clockOf({ state }: RecipientCase): Clock | null {
  if (state.lastActive !== null) return state.lastActive;
  const { origin, firstKnownAt } = state;
  if (origin !== null) return { at: origin.obtainedAt, event: origin.event };
  return firstKnownAt === null ? null : { at: firstKnownAt, event: null };
}

function cutoffOf({ state, law }: RecipientCase): EpochMs {
  return state.sales.length > 0 ? law.inactiveSince : law.prospectSince;
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
    return clock.at < cutoffOf(recipient) ? denied : PASS;
  },
  explain: (recipient) => {
    const clock = clockOf(recipient);
    return clock === null ? {} : { since: clock.at, evidence: clock.event };
  },
};
