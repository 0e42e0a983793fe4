import type { DenyCode } from '../../shared/contract/reason-codes.ts';
import { isOver } from './calendar.ts';
import { isContract } from './customer.ts';
import type { Permission } from './permission.ts';
import type { Case, Recorded } from './question.ts';

/* RULES D: how long somebody may be contacted after they were last heard of. */

/** RET-3, API 1: opening a mail is none. */
export function isActiveContact(event: Recorded): boolean {
  switch (event.type) {
    case 'consent.requested':
    case 'consent.confirmed':
    case 'sale.recorded':
      return true;
    case 'activity.recorded':
      return event.data.kind !== 'open';
    default:
      return false;
  }
}

/** Was the person ever a customer (RET-4)? */
function isCustomer(facts: Case): boolean {
  return facts.permitting.some((event) => {
    if (event.type === 'activity.recorded') {
      return event.data.kind === 'order' && !facts.choices.has('orders-need-a-sale');
    }
    if (event.type !== 'sale.recorded') return false;
    return isContract(event, facts);
  });
}

export function retentionReasons(facts: Case, { basis, isOffered }: Permission): Set<DenyCode> {
  const reasons = new Set<DenyCode>();
  const { person } = facts;
  const policy = facts.question.controller.policy?.retention;
  const contacts = facts.permitting.filter(isActiveContact).map(({ at }) => at);
  const collected = person.origin === null ? [] : [person.origin.obtainedAt];
  const known = contacts.length > 0 ? contacts : collected;
  const lasting = { months: policy?.inactivityMonths ?? 36 };
  const isActive = contacts.length > 0 && !isOver(Math.max(...contacts), lasting, facts);
  const isIgnored = isActive && facts.choices.has('hold-of-an-active-customer');
  if (!isIgnored && holdsFor(facts, isActive)) reasons.add('D_TAX_HOLD_ONLY');
  // RET-2: whatever the basis.
  if (known.length === 0) reasons.add('D_FACT_MISSING');
  const last = Math.max(...known);
  if (known.length > 0 && isOver(last, { months: policy?.maximumMonths ?? 60 }, facts))
    reasons.add('D_RETENTION_MAX');
  // RET-1, RET-4: without a consent.
  if (basis === 'A_CONSENT_VALID' || !isOffered) return reasons;
  const isFrench = (facts.countries ?? []).every((country) => country === 'FR');
  const prospect = policy?.prospectMonths ?? (isFrench ? 36 : 24);
  const inactivity = policy?.inactivityMonths ?? 36;
  const months = isCustomer(facts) ? inactivity : Math.min(prospect, inactivity);
  if (known.length > 0 && isOver(last, { months }, facts)) reasons.add('D_RETENTION_INACTIVE');
  return reasons;
}

/**
 * RET-5: what is kept for a duty alone is kept from marketing until it is lifted. That the duty
 * ends opens nothing for somebody inactive: time turns no retention denial into an allow (G 5).
 */
function holdsFor({ own, permitting, now }: Case, isActive: boolean): boolean {
  return own.some((event) => {
    if (event.type !== 'hold.set') return false;
    const hasEnded = event.data.until != null && Date.parse(event.data.until) < now;
    if (hasEnded && isActive) return false;
    const isLifted = permitting.some((later) => {
      if (later.type !== 'hold.lifted' || later.at <= event.at) return false;
      return later.data.kind === event.data.kind;
    });
    return !isLifted;
  });
}
