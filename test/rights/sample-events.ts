import { ConsentEvent } from '../../shared/contract/events.ts';
import type { Language } from '../../shared/kernel/document.ts';
import { LedgerEvent } from '../../shared/ledger/ledger-event.ts';
import type { RecordTerms } from '../../shared/rights/consent-record.ts';
import { personIn, type Fact } from '../scenarios/scenario.ts';
import { instantOf, ledgerEvent } from '../support/policy-harness.ts';

/** Facts about Erika as the ledger keeps them, unless they name somebody else. */
export function eventsOf(facts: readonly Fact[]): readonly LedgerEvent[] {
  return facts.map(({ type, at, data, subject }, place) =>
    ledgerEvent(
      ConsentEvent.parse({
        id: `event-${place}`,
        source: 'shop',
        type,
        occurredAt: at,
        controller: 'acme',
        subject: subject ?? personIn('DE'),
        data,
      }),
    ),
  );
}

/** An erasure at request of whom an event names, but for those who are spared. */
export function erasureOf(
  named: LedgerEvent['named'],
  at: string,
  spared: readonly string[] = [],
): LedgerEvent {
  return LedgerEvent.parse({
    id: 'evt_erasure',
    type: 'subject.erased',
    occurredAt: instantOf(at),
    recordedAt: instantOf(at),
    source: 'erasure',
    sourceId: 'ers_1',
    named,
    numberCountry: null,
    overflow: false,
    data: { cause: 'request', spared: [...spared] },
  });
}

export function termsAt(
  now: string,
  language: Language = 'en',
  more: Partial<RecordTerms> = {},
): RecordTerms {
  return {
    now: instantOf(now),
    expiryDays: 14,
    timeZone: 'Europe/Berlin',
    germanCalls: false,
    language,
    ...more,
  };
}
