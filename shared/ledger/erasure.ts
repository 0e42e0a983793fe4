import * as z from 'zod';
import type { EpochMs } from '../kernel/instant.ts';
import type { LedgerEvent } from './ledger-event.ts';

/** Why facts are gone: the person asked for it (Art. 17 GDPR), or their time was over (Art. 5). */
export const erasureCauses = ['request', 'retention'] as const;
export type ErasureCause = (typeof erasureCauses)[number];

/**
 * What `subject.erased` says: a type of the gate's own, which no source may send. It stays when the
 * facts before it are gone, so it holds what the state needs and no other event will tell any more.
 */
export const ErasureData = z.object({
  cause: z.enum(erasureCauses),
  /** Contact points of another person in the same conflict: refused like the rest, not erased. */
  spared: z.array(z.string()).default([]),
  /** Of numbers their country, of e-mail addresses their hosts: a key does not tell either. */
  known: z
    .array(
      z.object({
        key: z.string(),
        numberCountry: z.string().nullable(),
        domains: z.array(z.string()),
        /** Two people, or two words, left it open whose law applies; that must not be forgotten. */
        lawOpen: z.boolean().default(false),
      }),
    )
    .default([]),
  /** In the officer's words; sealed with the event. */
  reason: z.string().nullable().default(null),
});
export type ErasureData = z.infer<typeof ErasureData>;

export type Erasure = Extract<LedgerEvent, { type: 'subject.erased' }>;

export function isErasure(event: LedgerEvent): event is Erasure {
  return event.type === 'subject.erased';
}

/** Refusals, and what ends or limits them: they outlive an erasure, so that it never permits. */
const outlivingTypes: ReadonlySet<LedgerEvent['type']> = new Set<LedgerEvent['type']>([
  'consent.withdrawn',
  'objection.raised',
  'restriction.set',
  'restriction.lifted',
  'contact.refused',
  'blocklist.entered',
  'blocklist.removed',
  'delivery.complained',
  'hold.set',
  'hold.lifted',
  'subject.erased',
  'subject.separated',
]);

/** Whether an event that was erased still counts: as a suppression entry, and as nothing else. */
export function outlivesErasure(event: LedgerEvent): boolean {
  if (event.type === 'delivery.bounced') return event.data.permanent;
  if (event.type === 'register.checked') return event.data.listed;
  return outlivingTypes.has(event.type);
}

const NONE: ReadonlySet<LedgerEvent> = new Set();

/**
 * Events that lie before an erasure of whom they name, in the order of the fold. What is among them
 * and does not outlive it is dropped by the fold, whether it is deleted already or not: so the
 * erasure is whole with its one event, and deleting what it covers changes no state. Somebody
 * else's own key in an event keeps it: that is another person's fact.
 */
export function coveredByErasure(ordered: readonly LedgerEvent[]): ReadonlySet<LedgerEvent> {
  if (!ordered.some(isErasure)) return NONE;
  const covered = new Set<LedgerEvent>();
  const later: ReadonlySet<string>[] = [];
  for (const event of ordered.toReversed()) {
    if (later.some((erased) => isCovered(event, erased))) covered.add(event);
    if (isErasure(event)) later.push(erasedKeys(event));
  }
  return covered;
}

function isCovered({ named }: LedgerEvent, erased: ReadonlySet<string>): boolean {
  const foreign = named.some(({ kind, key }) => kind === 'id' && !erased.has(key));
  return !foreign && named.some(({ key }) => erased.has(key));
}

export function erasedKeys({ named, data }: Erasure): ReadonlySet<string> {
  return new Set(named.map(({ key }) => key).filter((key) => !data.spared.includes(key)));
}

/**
 * Whether facts that were recorded by an instant may be gone or say less than they did: a decision
 * of then cannot be derived again from what is left.
 */
export function isErasedSince(events: readonly LedgerEvent[], instant: EpochMs): boolean {
  return events.some(
    (event) => (isErasure(event) && event.recordedAt > instant) || (event.reducedAt ?? 0) > instant,
  );
}
