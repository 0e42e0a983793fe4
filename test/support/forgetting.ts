import type { EpochMs } from '../../shared/kernel/instant.ts';
import type { ErasureCause } from '../../shared/ledger/erasure.ts';
import type { LedgerEvent } from '../../shared/ledger/ledger-event.ts';
import { eventId, LedgerEvent as LedgerEventSchema } from '../../shared/ledger/ledger-event.ts';
import {
  planErasure,
  remainsOf,
  statesOf,
  subjectOf,
  type RequestedContact,
} from '../../shared/rights/erasure-plan.ts';
import { replaced } from '../../shared/rights/minimise.ts';
import { planRetention, type RetentionContext } from '../../shared/rights/retention-plan.ts';

/*
 * Erasures and sweeps on a list of events, as the gate does them on its stores: by the same plans,
 * without transactions.
 */

let made = 0;

/** The one event of an erasure of whoever stands under these names. */
export function erasureOf(
  events: readonly LedgerEvent[],
  requested: readonly RequestedContact[],
  instant: EpochMs,
  cause: ErasureCause = 'request',
): LedgerEvent {
  made++;
  const keys = requested.map(({ key }) => key);
  const states = subjectOf(statesOf(events), keys);
  const plan = planErasure(events, states, { cause, requested, instant });
  const sourceId = `erasure-${String(made).padStart(9, '0')}`;
  return LedgerEventSchema.parse({
    id: eventId({ controller: 'acme', source: 'erasure', sourceId }, instant),
    type: 'subject.erased',
    occurredAt: plan.occurredAt,
    recordedAt: instant,
    source: 'erasure',
    sourceId,
    named: plan.named,
    numberCountry: null,
    domains: [],
    overflow: plan.conflict,
    besides: plan.besides,
    data: { cause, spared: plan.spared, known: plan.known },
  });
}

/** What is left when everything has gone that erasures cover and no law keeps. */
export function withoutCovered(
  events: readonly LedgerEvent[],
  context: Pick<RetentionContext, 'country' | 'timeZone' | 'instant'>,
): LedgerEvent[] {
  const { removed, reduced } = remainsOf(events, context);
  const gone = new Set(removed);
  return replaced(
    events.filter((event) => !gone.has(event)),
    reduced,
  ).slice();
}

/** The events after a sweep, and whether there was anything for it to do. */
export function swept(
  events: readonly LedgerEvent[],
  context: RetentionContext,
): { readonly events: LedgerEvent[]; readonly did: boolean } {
  let left = [...events];
  let did = false;
  const seen = new Set<string>();
  for (const [key, { kind }] of statesOf(events)) {
    if (seen.has(key)) continue;
    for (const each of subjectOf(statesOf(left), [key]).keys()) seen.add(each);
    const plan = planRetention(left, key, context);
    if (plan.wholeSubject) {
      const name = { kind, key, numberCountry: null, domains: [] };
      left.push(erasureOf(left, [name], context.instant, 'retention'));
    }
    if (plan.reduced.length > 0) left = [...replaced(left, plan.reduced)];
    if (plan.bare) {
      const own = subjectOf(statesOf(left), [key]);
      left = left.filter(({ named }) => !named.some((name) => own.has(name.key)));
    }
    did ||= plan.wholeSubject || plan.reduced.length > 0 || plan.bare;
  }
  const rest = withoutCovered(left, context);
  return { events: rest, did: did || rest.length < left.length };
}
