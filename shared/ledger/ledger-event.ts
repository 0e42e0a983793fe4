import * as z from 'zod';
import { eventData, type EventType } from '../contract/events.ts';
import { contactPointKinds } from '../contract/vocabulary.ts';
import { sha256Hex } from '../kernel/hash.ts';
import { newId } from '../kernel/ids.ts';
import type { EpochMs } from '../kernel/instant.ts';
import { ErasureData } from './erasure.ts';
import { SeparationData } from './separation.ts';

const common = {
  id: z.string(),
  occurredAt: z.number(),
  recordedAt: z.number(),
  source: z.string(),
  sourceId: z.string(),
  named: z.array(z.object({ kind: z.enum(contactPointKinds), key: z.string() })),
  numberCountry: z.string().nullable(),
  /** Keys of the hosts that the named e-mail address lies under: it cannot be read out later. */
  domains: z.array(z.string()).default([]),
  /** The event would have linked more than a subject may have, or erases in such a conflict. */
  overflow: z.boolean(),
  /** Keys of the contact points that it named as well and could not link any more. */
  besides: z.array(z.string()).default([]),
  /** When a retention period took words out of it that decide nothing. */
  reducedAt: z.number().optional(),
};

const stored = <Type extends EventType>(type: Type) =>
  z.object({ ...common, type: z.literal(type), data: eventData[type] });

/** An event as the ledger keeps it: keys instead of identifiers, instants as milliseconds. */
export const LedgerEvent = z.discriminatedUnion('type', [
  stored('subject.registered'),
  stored('consent.requested'),
  stored('consent.confirmed'),
  stored('consent.withdrawn'),
  stored('objection.raised'),
  stored('restriction.set'),
  stored('restriction.lifted'),
  stored('sale.recorded'),
  stored('activity.recorded'),
  stored('contact.made'),
  stored('contact.refused'),
  stored('interest.documented'),
  stored('blocklist.entered'),
  stored('blocklist.removed'),
  stored('register.checked'),
  stored('delivery.bounced'),
  stored('delivery.complained'),
  stored('hold.set'),
  stored('hold.lifted'),
  z.object({ ...common, type: z.literal('subject.erased'), data: ErasureData }),
  z.object({ ...common, type: z.literal('subject.separated'), data: SeparationData }),
]);
export type LedgerEvent = z.infer<typeof LedgerEvent>;

/** Who an event is, for its source: an event that was seen is a duplicate, whatever it says now. */
export interface EventIdentity {
  readonly controller: string;
  readonly source: string;
  readonly sourceId: string;
}

function identityText(identity: EventIdentity): string {
  return JSON.stringify([identity.controller, identity.source, identity.sourceId]);
}

/** The key of the mark that an event leaves: 32 hexadecimal digits. */
export function seenKey(identity: EventIdentity): string {
  return sha256Hex(identityText(identity)).slice(0, 32);
}

/** `evt_…`: the recording instant and the key of the event's mark, so it can be made again. */
export function eventId(identity: EventIdentity, recordedAt: EpochMs): string {
  return eventIdOf(seenKey(identity), recordedAt);
}

/** For who knows the key of the mark already. */
export function eventIdOf(seen: string, recordedAt: EpochMs): string {
  return newId('evt', recordedAt, Buffer.from(seen, 'hex'));
}

/** Types that can widen permission; on a tie in time they come first, so that the refusal wins. */
export const permissionTypes: ReadonlySet<LedgerEvent['type']> = new Set<LedgerEvent['type']>([
  'subject.registered',
  'consent.requested',
  'consent.confirmed',
  'restriction.lifted',
  'sale.recorded',
  'activity.recorded',
  'interest.documented',
  'blocklist.removed',
  'hold.lifted',
]);

/**
 * When an event takes its place. A permission that is dated ahead of its recording must not undo a
 * refusal that comes in between, so it stands where it was recorded.
 */
export function placeOf(event: LedgerEvent): EpochMs {
  const { occurredAt, recordedAt } = event;
  return permissionTypes.has(event.type) ? Math.min(occurredAt, recordedAt) : occurredAt;
}
