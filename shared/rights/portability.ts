import { PortableItem, portableTypes, type PortabilityReport } from '../contract/subject-rights.ts';
import { formatInstant, type EpochMs } from '../kernel/instant.ts';
import type { LedgerEvent } from '../ledger/ledger-event.ts';
import type { KnownPerson } from './subject-report.ts';

/**
 * Art. 20 GDPR: what the person has provided, and what was observed of them (WP242 rev.01), oldest
 * first; no decisions, no notes of the controller, and no data that came from somewhere else.
 */
export function portabilityReport(people: readonly KnownPerson[], now: EpochMs): PortabilityReport {
  return {
    scope: 'portability',
    generatedAt: formatInstant(now),
    controllers: people
      .map(({ controller: { id, name, country, region }, events }) => ({
        controller: { id, name, country, region },
        items: events.filter(isPortable).map(portableItem),
      }))
      .filter(({ items }) => items.length > 0),
  };
}

const types: ReadonlySet<LedgerEvent['type']> = new Set<LedgerEvent['type']>(portableTypes);

function isPortable(event: LedgerEvent): boolean {
  if (event.type === 'subject.registered') {
    return (event.data.origin?.kind ?? 'own') === 'own';
  }
  return types.has(event.type);
}

function portableItem(event: LedgerEvent): PortableItem {
  return PortableItem.parse({
    type: event.type,
    event: event.id,
    source: event.source,
    id: event.sourceId,
    occurredAt: formatInstant(event.occurredAt),
    data: event.data,
  });
}
