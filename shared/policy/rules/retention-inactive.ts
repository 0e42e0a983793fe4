import type { Evaluation } from '../evaluation.ts';
import { isContract } from '../existing-customer.ts';
import { deny, gap, PASS, toAdvertising, type RecipientCase, type RecipientRule } from '../rule.ts';
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

/** An enquiry, a cart that was left or a prize draw makes nobody a customer (RET-4). */
function cutoffOf({ state, law }: RecipientCase, evaluation: Evaluation): EpochMs {
  const bought = state.sales.some(
    (sale) => sale.at <= evaluation.instant && isContract(sale, evaluation),
  );
  return bought ? law.inactiveSince : law.prospectSince;
}

/**
 * On every ground but consent, advertising ends when the last active contact lies too far back.
 * Customers have the period of inactivity, people who never bought the shorter one for prospects;
 * France has its own. Of whoever was never active, the period runs from the collection of the data;
 * where that is unknown too, a fact is missing (RET-1, RET-4).
 *
 * Active is what the person does: an order, a contract, an enquiry, a call, a login, a click, a
 * reply, a consent. Opening a mail is not, nor is anything that the sender does (RET-3). New active
 * contact heals it.
 */
export const retentionInactive: RecipientRule = {
  id: 'retention-inactive',
  number: 50,
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
    'law.inactivityMonths',
    'law.prospectMonths',
  ],
  codes: ['D_RETENTION_INACTIVE', 'D_FACT_MISSING'],
  appliesTo: toAdvertising,
  evaluate: (recipient, evaluation) => {
    const { permission } = recipient;
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
