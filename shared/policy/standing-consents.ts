import { channels, type Channel } from '../contract/vocabulary.ts';
import type { EpochMs } from '../kernel/instant.ts';
import {
  channelBit,
  concerns,
  type ConsentState,
  type ContactPointState,
} from '../ledger/contact-point-state.ts';
import { lifts, withdrawalOf } from './consent.ts';

export interface StandingPurpose {
  readonly purpose: string;
  /** In the order of the vocabulary. */
  readonly channels: readonly Channel[];
}

/**
 * What somebody has agreed to and not taken back, by purpose: what they can expect to get. It is
 * for showing and decides nothing; whether a message may go is for the rules to say.
 */
export function standingConsents(
  state: ContactPointState,
  instant: EpochMs,
): readonly StandingPurpose[] {
  const standing = new Map<string, Set<Channel>>();
  for (const consent of state.consents) {
    if (consent.confirmedAt === null || consent.confirmedAt > instant) continue;
    for (const purpose of consent.purposes) {
      const open = channels.filter((channel) => isOpen(consent, state, purpose, channel));
      const known = standing.get(purpose) ?? new Set<Channel>();
      for (const channel of open) known.add(channel);
      if (known.size > 0) standing.set(purpose, known);
    }
  }
  return [...standing].map(([purpose, open]) => ({
    purpose,
    channels: channels.filter((channel) => open.has(channel)),
  }));
}

function isOpen(
  consent: ConsentState,
  state: ContactPointState,
  purpose: string,
  channel: Channel,
): boolean {
  const bit = channelBit(channel);
  if ((consent.channels & bit) === 0) return false;
  const withdrawal = withdrawalOf(
    consent,
    state,
    (each) => concerns(each.channels, bit) && (each.purposes?.includes(purpose) ?? true),
  );
  if (withdrawal !== null) return false;
  // Of two people who share the contact point, the consent of one lifts no objection of the other.
  return !state.objections.some(
    (objection) =>
      concerns(objection.channels, bit) && (state.conflict || !lifts(consent, objection.at)),
  );
}
