import type { EpochMs } from '../../shared/kernel/instant.ts';
import type { ContactPointName } from '../../shared/ledger/contact-key.ts';
import { foldSubject } from '../../shared/ledger/fold.ts';
import type { LedgerEvent } from '../../shared/ledger/ledger-event.ts';
import type { Genes } from './genome.ts';
import { separationOf } from './random-facts.ts';

/** Some of the contact points of one subject are another person's; null where nobody has two. */
export function someSeparation(
  events: readonly LedgerEvent[],
  at: EpochMs,
  genes: Genes,
): LedgerEvent | null {
  const states = foldSubject(events, { anchors: [], keyVersion: 1 });
  const subjects = [...states].filter(([, { links }]) => links.length > 0);
  const found = subjects[genes.below(Math.max(1, subjects.length))];
  if (found === undefined) return null;
  const [key, state] = found;
  const own: ContactPointName = { kind: state.kind, key };
  const apart = [own, ...state.links.filter(() => genes.happens(30))];
  const all = [own, ...state.links];
  if (apart.length === all.length) apart.pop();
  return separationOf(all, apart, at, events.length);
}
