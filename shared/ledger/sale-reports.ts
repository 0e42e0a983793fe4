import type { LedgerEvent } from './ledger-event.ts';

/**
 * Of several reports on one sale the last one counts: a contract that has ended no longer runs, and
 * an order that fell through was none. The earlier ones were contacts of the person all the same.
 */
export function withoutEarlierReports(events: readonly LedgerEvent[]): readonly LedgerEvent[] {
  const last = new Map<string, LedgerEvent>();
  for (const event of events) {
    if (event.type === 'sale.recorded') last.set(event.data.saleId, event);
  }
  return events.map((event): LedgerEvent => {
    if (event.type !== 'sale.recorded' || last.get(event.data.saleId) === event) return event;
    return { ...event, type: 'activity.recorded', data: { kind: 'order' } };
  });
}
