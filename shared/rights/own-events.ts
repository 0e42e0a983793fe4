import type { ContactKey } from '../ledger/contact-key.ts';
import { coveredByErasure, erasedKeys, isErasure } from '../ledger/erasure.ts';
import { compareEvents } from '../ledger/fold.ts';
import type { LedgerEvent } from '../ledger/ledger-event.ts';
import { isSeparation } from '../ledger/separation.ts';

/**
 * What may be told of a person: events that name a contact point of theirs and no caller's key but
 * theirs, in the order in which they count. Where two people share an address, only what names the
 * one who asks is told; the other's facts are not theirs to see (Art. 15(4) GDPR), and who is meant
 * by the address alone has to be found out first. What outlives an erasure is stored and told.
 *
 * @param own the person's contact points: what was asked for, and in no conflict its links.
 */
export function ownEvents(
  events: readonly LedgerEvent[],
  own: ReadonlySet<ContactKey>,
): readonly LedgerEvent[] {
  const distinct = new Map(events.map((event) => [identityOf(event), event]));
  const ordered = [...distinct.values()].sort(compareEvents);
  const covered = coveredByErasure(ordered);
  // That two contact points were seen together is all that is left of what is reduced like this.
  const isLink = (event: LedgerEvent) =>
    covered.has(event) && event.type === 'activity.recorded' && event.reducedAt !== undefined;
  return ordered.filter((event) => isOwn(event, own) && !isLink(event));
}

function identityOf({ source, sourceId, named }: LedgerEvent): string {
  return JSON.stringify([source, sourceId, named]);
}

function isOwn(event: LedgerEvent, own: ReadonlySet<ContactKey>): boolean {
  if (!event.named.some(({ key }) => own.has(key))) return false;
  // A separation is about both people, and what it says of either is said in words alone.
  if (isSeparation(event)) return true;
  const erased = isErasure(event) ? erasedKeys(event) : null;
  return event.named
    .filter(({ kind, key }) => kind === 'id' && erased?.has(key) !== false)
    .every(({ key }) => own.has(key));
}
